"""Taking a group out by taps: the bot says goodbye and leaves, and comes back as it was."""

import pytest

from handlers.chat.leaving import rounds
from tests.cast import LIN
from tests.handlers.chat.leaving.conftest import RIGHTS, Street
from tests.handlers.chat.test_groups import add_bot, payload, spoken


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_with_a_goodbye_the_bot_leaves_and_comes_back(street: Street, language: str) -> None:
    if language == "en":
        await street.english(LIN)
    out, bye = {"zh": ("断开这个群", "道个别"), "en": ("Disconnect", "goodbye")}[language]
    before = await street.town.last_id(LIN)
    message = await street.open(LIN, "/groups", "Sunny Court", out, bye)
    assert "Sunny Court" in message["text"]
    assert any("再见" in text for text in await spoken(street.town, street.sunny_court))
    chat = street.town.world.chat(street.sunny_court)
    assert chat.members[7000000001].status == "left"
    await street.town.settled()
    said = [each.get("text", "") for each in await street.town.messages(LIN, before)]
    assert not any("移出" in text or "was removed" in text for text in said)
    listed = await street.town.hear(LIN, "/groups")
    assert ("已断开" if language == "zh" else "Disconnected on") in listed
    await add_bot(
        street.town, street.sunny_court, payload=await payload(street.town), rights=RIGHTS
    )
    sunny, _ = await street.groups()
    assert (sunny.lost_at, sunny.disconnected_at) == (None, None)


async def test_quietly_the_bot_says_nothing(street: Street) -> None:
    await street.open(LIN, "/groups", "Sunny Court", "断开这个群", "悄悄走")
    assert not any("再见" in text for text in await spoken(street.town, street.sunny_court))
    assert street.town.world.chat(street.sunny_court).members[7000000001].status == "left"


async def test_nothing_changes_where_it_is_kept(street: Street) -> None:
    message = await street.open(LIN, "/groups", "Sunny Court", "断开这个群", "不断开")
    assert "什么都没变" in message["text"]
    assert all(group.lost_at is None for group in await street.groups())


async def test_a_chat_that_cannot_be_left_at_once_is_left_later(street: Street) -> None:
    await street.town.act("faults", method="leaveChat", kind="status")
    await street.open(LIN, "/groups", "Sunny Court", "断开这个群", "道个别")
    chat = street.town.world.chat(street.sunny_court)
    assert chat.members[7000000001].is_present
    await street.town.act("set_bot_rights", chat_id=street.sunny_court, by=LIN, rights=[])
    await street.town.settled()
    sunny, _ = await street.groups()
    assert sunny.disconnected_at is not None
    assert await rounds.leave(street.town.application.bot, street.town.services) == 1
    assert not chat.members[7000000001].is_present
    assert await rounds.leave(street.town.application.bot, street.town.services) == 0
    goodbyes = [text for text in await spoken(street.town, street.sunny_court) if "再见" in text]
    assert len(goodbyes) == 1


async def test_a_group_that_threw_the_bot_out_is_taken_out_without_a_word(street: Street) -> None:
    await street.town.act("remove_bot", chat_id=street.sunny_court, by=LIN)
    await street.town.settled()
    await street.open(LIN, "/groups", "Sunny Court", "断开这个群", "悄悄走")
    sunny, _ = await street.groups()
    assert sunny.disconnected_at is not None
    assert await street.town.services.rooms.leaving.disconnecting.leaving() == []
