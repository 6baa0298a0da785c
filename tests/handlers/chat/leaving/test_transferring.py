"""Handing a group on by a link that works once."""

import pytest

from tests.cast import CHEN, LIN, MEI, WEI
from tests.handlers.chat.leaving.conftest import Street
from tests.handlers.chat.test_groups import enrol

WORDS = {
    "zh": (
        "转给别的推手", "生成转交链接", "我接手", "现在转交", "已经转给", "现在是你的群",
    ),
    "en": (
        "Hand on", "Make the hand-over", "I take it", "Hand it over", "'s now", "is your group",
    ),
}  # fmt: skip


async def link_of(street: Street, language: str = "zh") -> str:
    message = await street.open(LIN, "/groups", "Sunny Court", *WORDS[language][:2])
    assert "start=give-" in message["text"]
    return str(message["text"])


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_both_say_so_and_the_group_goes_over(street: Street, language: str) -> None:
    if language == "en":
        await street.english(LIN, CHEN)
    words = WORDS[language]
    link = await link_of(street, language)
    assert "Sunny Court" in await street.start_with(CHEN, link)
    before = await street.town.last_id(LIN)
    await street.press(CHEN, await street.last(CHEN), words[2])
    (asked,) = await street.town.said(LIN, before)
    assert len(await street.groups()) == 2
    before = await street.town.last_id(CHEN)
    done = await street.press(LIN, asked, words[3])
    assert words[4] in done["text"]
    (told,) = await street.town.said(CHEN, before)
    assert words[5] in told["text"]
    assert [group.title for group in await street.groups()] == ["Rose Lane"]
    assert [group.title for group in await street.groups(CHEN)] == ["Sunny Court"]
    refused = await street.start_with(CHEN, link)
    assert ("失效" if language == "zh" else "over") in refused


async def test_its_giver_may_still_say_no(street: Street) -> None:
    await street.start_with(CHEN, await link_of(street))
    before = await street.town.last_id(LIN)
    await street.press(CHEN, await street.last(CHEN), "我接手")
    (asked,) = await street.town.said(LIN, before)
    done = await street.press(LIN, asked, "不转了")
    assert "还是你的" in done["text"]
    assert len(await street.groups()) == 2


async def test_a_link_may_be_ended_before_anybody_takes_it(street: Street) -> None:
    link = await link_of(street)
    await street.press(LIN, await street.last(LIN), "作废")
    assert "失效" in await street.start_with(CHEN, link)


async def test_only_colleagues_take_groups_and_one_of_both_administers_it(
    street: Street,
) -> None:
    link = await link_of(street)
    assert "邀请码" in await street.start_with(MEI, link)
    assert "本来就是你的群" in await street.start_with(LIN, link)
    await enrol(street.town, WEI)
    assert "Sunny Court" in await street.start_with(WEI, link)
    taking = await street.last(WEI)
    chat = street.town.world.chat(street.sunny_court)
    chat.members[LIN].status = "member"
    await street.press(WEI, taking, "我接手")
    assert "管理员" in street.said
    chat.members[LIN].status = "creator"
    await street.press(WEI, taking, "我接手")
    assert "失效" in await street.start_with(CHEN, link)
