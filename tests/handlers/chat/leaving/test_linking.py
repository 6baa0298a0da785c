"""Links into groups by name, and who came by each."""

import re

import pytest

from tests.cast import LIN, MEI, WEI
from tests.handlers.chat.conftest import buttons
from tests.handlers.chat.leaving.conftest import Street


async def made(street: Street, name: str = "flyer May") -> str:
    said = await street.town.hear(LIN, f"/links 1 {name}")
    found = re.search(r"https://t\.me/\+\S+", said)
    assert found is not None, said
    return found[0]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_link_is_made_counted_and_revoked(street: Street, language: str) -> None:
    if language == "en":
        await street.english(LIN)
    few, nobody, end, yes = {
        "zh": ("来了 不到 3 人", "还没有人", "停用「五月", "停用"),
        "en": ("came fewer than 3", "nobody came", "Revoke “五月", "Revoke it"),
    }[language]
    url = await made(street, "五月传单")
    assert nobody in await street.town.hear(LIN, "/links")
    await street.town.act("join", chat_id=street.sunny_court, person_id=WEI, invite_link=url)
    await street.town.settled()
    assert few in await street.town.hear(LIN, "/links")
    for number in range(9_100_000, 9_100_004):
        newcomer = {"id": number, "first_name": "邻居"}
        assert (await street.town.client.post("/sandbox/add_person", json=newcomer)).is_success
        await street.town.act("join", chat_id=street.sunny_court, person_id=number, invite_link=url)
    await street.town.act("leave", chat_id=street.sunny_court, person_id=9_100_000)
    await street.town.settled()
    await street.town.act("clock", days=2)
    listed = await street.town.hear(LIN, "/links")
    assert "4/5" in listed
    message = await street.open(LIN, "/groups", "Sunny Court", "🔗")
    asked = await street.press(LIN, message, end)
    done = await street.press(LIN, asked, yes)
    assert ("已停用" if language == "zh" else "Revoked") in done["text"]
    assert not street.town.world.chat(street.sunny_court).invite_links
    assert "4/5" in await street.town.hear(LIN, "/links")


async def test_links_of_others_and_of_none_count_for_nobody(street: Street) -> None:
    await made(street)
    await street.town.act("join", chat_id=street.sunny_court, person_id=WEI, others_link=True)
    await street.town.act("leave", chat_id=street.sunny_court, person_id=WEI)
    await street.town.act("join", chat_id=street.sunny_court, person_id=WEI)
    await street.town.settled()
    assert "还没有人" in await street.town.hear(LIN, "/links")


async def test_a_name_is_wanted_and_the_group_by_its_number(street: Street) -> None:
    for words in ("flyer", "3 flyer", "1"):
        assert "序号" in await street.town.hear(LIN, f"/links {words}")
    assert "32" in await street.town.hear(LIN, f"/links 1 {'x' * 33}")


async def test_without_the_right_the_tap_that_mends_it_is_shown(street: Street) -> None:
    await street.town.act(
        "set_bot_rights", chat_id=street.sunny_court, by=LIN, rights=["pin_messages"]
    )
    (message,) = await street.town.ask(LIN, "/links 1 flyer")
    assert "权限" in message["text"]
    assert any("startgroup=" in url for url in buttons(message).values())


async def test_a_member_is_told_and_forgotten(street: Street) -> None:
    url = await made(street)
    await street.town.act("start", person_id=MEI)
    await street.town.settled()
    assert "邀请链接" in await street.town.hear(MEI, "/privacy")
    await street.town.act("leave", chat_id=street.sunny_court, person_id=MEI)
    await street.town.act("join", chat_id=street.sunny_court, person_id=MEI, invite_link=url)
    await street.town.settled()
    (message,) = await street.town.ask(MEI, "/forget_me")
    await street.press(MEI, message, next(iter(buttons(message))))
    await street.town.act("leave", chat_id=street.sunny_court, person_id=MEI)
    await street.town.settled()
    assert "不到 3 人" in await street.town.hear(LIN, "/links")
