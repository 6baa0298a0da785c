"""What people want is counted, by words and by a tap; operators see what three of them want."""

import pytest

from tests.cast import CHEN, LIN, MEI, OUYANG, WEI
from tests.handlers.chat.conftest import buttons
from tests.handlers.chat.questions.conftest import Group


async def test_a_wish_is_counted_once_a_person_and_shown_from_three_on(group: Group) -> None:
    town = group.town
    assert "还没有 3 个人" in await town.hear(OUYANG, "/wishes")
    for number, person in enumerate((MEI, WEI, CHEN), 1):
        assert "记下了" in await town.hear(person, "/want 儿童防晒霜")
        assert "替你记着" in await town.hear(person, "/want 儿童防晒霜")
        shown = await town.hear(OUYANG, "/wishes")
        assert ("3 人 · " in shown) == (number == 3)


async def test_in_a_group_it_is_said_quietly(group: Group) -> None:
    await group.says("/want 儿童防晒霜")
    assert "儿童防晒霜" in await group.whispered()
    await group.says("/want")
    assert "/want 儿童防晒霜" in await group.whispered(count=2)
    await group.says("/want 防晒", by=LIN, anonymous=True)
    await group.town.settled()
    assert len(await group.whispers()) == 2


@pytest.mark.parametrize("words", ["", "😀", "的"])
async def test_nothing_wanted_is_answered_by_how_to_say_it(group: Group, words: str) -> None:
    assert "/want 儿童防晒霜" in await group.town.hear(MEI, f"/want {words}".strip())


async def test_a_tap_under_an_answer_that_found_nothing_is_a_wish(group: Group) -> None:
    await group.says("/ask 有没有潜水艇")
    await group.whispered()
    (answer,) = await group.whispers()
    (data,) = [each for each in buttons(answer).values() if each.startswith("1:want:")]
    pressed = await group.town.act(
        "press",
        chat_id=group.chat_id,
        message_id=0,
        person_id=MEI,
        data=data,
        ephemeral=answer["ephemeral_message_id"],
    )
    assert pressed["answer"] is not None
    assert pressed["answer"]["text"]
    assert not pressed["answer"]["show_alert"]


async def test_wishes_are_for_operators_alone(group: Group) -> None:
    assert "没有这个命令" in await group.town.hear(MEI, "/wishes")


async def test_a_claim_without_an_order_finds_none(group: Group) -> None:
    await group.says("/ask 有没有抽纸")
    await group.whispered()
    answer = await group.town.forge(MEI, None, "1:claim:1")
    assert "没有可以认领" in answer["text"]


async def test_a_member_claims_an_order_that_nobody_is_credited_with(group: Group) -> None:
    town = group.town
    await town.services.crediting.receive("feed", query="txid=A-7003&payout=1.00&amount=20.00")
    await town.ask(MEI, f"/start ask_{group.group_id}")
    (answer,) = await town.ask(MEI, "我的订单 A-7003 记上了吗")
    (data,) = buttons(answer).values()
    other = await town.forge(WEI, None, data)
    assert "没有可以认领" in other["text"]
    assert "记下了" in (await town.press(MEI, answer, data))["text"]
    assert "已经有人认领" in (await town.press(MEI, answer, data))["text"]
    shown = await town.hear(OUYANG, "/orphans")
    assert "A-7003" in shown
    assert "Sunny Court" in shown
