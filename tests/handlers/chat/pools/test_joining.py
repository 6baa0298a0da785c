"""A pool as its members live it: tapped, counted, reached or missed, told quietly."""

from datetime import timedelta

import pytest

from tests.cast import CHEN, LIN, MEI, OUYANG, WEI
from tests.handlers.chat.conftest import buttons
from tests.handlers.chat.pools.conftest import Pools


async def texts_of(pools: Pools, person_id: int) -> list[str]:
    """What the bot said to somebody in private or alone in the group."""
    private = []
    if await pools.town.last_id(person_id):
        private = [one for one in await pools.town.messages(person_id) if one["from"]["is_bot"]]
    return [one["text"] for one in [*private, *await pools.whispers(person_id)] if "text" in one]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_three_join_and_everybody_gets_the_link(pools: Pools, language: str) -> None:
    town = pools.town
    for person in (MEI, WEI, CHEN):
        await town.act("set_language", person_id=person, language_code=language)
    chat_id = await pools.connect("Sunny Court", "pinduoduo")
    if language == "en":
        await town.act("say", chat_id=chat_id, person_id=LIN, text="/language en")
        await town.settled()
    board = await pools.opens("/pool 1 3 6")
    await town.ask(MEI, "/start")
    first = await pools.taps(MEI, board)
    assert ("还差 2 人" if language == "zh" else "2 to go") in first
    again = await pools.taps(MEI, board)
    assert ("想退出" if language == "zh" else "To leave") in again
    await pools.taps(WEI, board)
    await pools.ticks()
    (shown,) = await pools.boards()
    assert ("还差 1 人" if language == "zh" else "1 to go") in shown["text"]
    last = await pools.taps(CHEN, board)
    assert ("拼成了" if language == "zh" else "It is on") in last
    await pools.ticks()
    (shown,) = await pools.boards()
    (label,) = buttons(shown)
    assert ("拼团价 ¥19.90" if language == "zh" else "Pool price ¥19.90") in label
    word = "的拼团成了" if language == "zh" else "The pool in “Sunny Court” is on"
    # Mei opened the private chat; the others read it alone in the group, where that is proven.
    assert sum(word in text for text in await texts_of(pools, MEI)) == 1
    disclosed = next(text for text in await texts_of(pools, MEI) if word in text)
    assert disclosed.startswith("「广告」" if language == "zh" else "Ad ·")
    await pools.ticks()
    assert sum(word in text for text in await texts_of(pools, MEI)) == 1


async def test_a_late_tap_after_the_last_seat_is_told_so_kindly(pools: Pools) -> None:
    await pools.connect("Sunny Court", "pinduoduo")
    board = await pools.opens("/pool 1 2")
    for person in (MEI, WEI):
        await pools.taps(person, board)
    assert "刚刚满了" in await pools.taps(OUYANG, board)
    assert "已满" in await pools.taps(MEI, board)


async def test_missed_it_is_said_once_to_everybody_who_can_be_reached(pools: Pools) -> None:
    town = pools.town
    await pools.connect("Sunny Court", "pinduoduo")
    board = await pools.opens()
    await town.ask(MEI, "/start")
    await pools.taps(MEI, board)
    town.clock.advance(timedelta(hours=25))
    await pools.ticks()
    await pools.ticks()
    assert sum("没有成" in text for text in await texts_of(pools, MEI)) == 1
    (shown,) = await pools.boards()
    assert "没有拼成" in shown["text"]
    assert list(buttons(shown)) == ["单独买 ¥29.90"]
    forged = await town.forge(WEI, board, next(iter(buttons(board).values())))
    assert "已经结束" in forged["text"]


async def test_leaving_is_a_second_tap_and_one_more(pools: Pools) -> None:
    await pools.connect("Sunny Court", "pinduoduo")
    board = await pools.opens()
    said = [await pools.taps(MEI, board) for _ in range(3)]
    assert "已退出" in said[2]
    await pools.ticks()
    (shown,) = await pools.boards()
    assert "已有 0 人" in shown["text"]


@pytest.mark.parametrize("ephemeral", [True, False])
async def test_who_joins_an_order_list_is_asked_for_pieces_and_point(
    pools: Pools, ephemeral: bool
) -> None:
    town = pools.town
    await town.act("server", supports_ephemeral=ephemeral)
    chat_id = await pools.connect("Sunny Court", "tuangou")
    await town.act("join", chat_id=chat_id, person_id=WEI)
    await town.ask(LIN, "/pickup 东门驿站\n南门水果店")
    board = await pools.opens("/pool 1 2")
    assert "自提点：东门驿站、南门水果店" in board["text"]
    before = len(await town.messages(chat_id))
    assert "默认 1 份" in await pools.taps(MEI, board)
    assert "成了" in await pools.taps(WEI, board)
    open_ones = (await town.messages(chat_id))[before:]
    # Where nobody can be asked alone, one message in the open serves everybody.
    assert len(open_ones) == (0 if ephemeral else 1)
    asked = (await pools.whispers(MEI))[-1] if ephemeral else open_ones[0]
    assert {"东门驿站", "南门水果店", "1 份", "5 份"} <= buttons(asked).keys()
    data = buttons(asked)
    if ephemeral:
        press = town.forge(MEI, None, data["3 份"])
        assert "3 份" in (await press)["text"]
        point = (await town.forge(MEI, None, data["东门驿站"]))["text"]
    else:
        assert "3 份" in (await town.press(MEI, asked, data["3 份"], chat_id))["text"]
        point = (await town.press(MEI, asked, data["东门驿站"], chat_id))["text"]
    assert point == "记下了：3 份，东门驿站 自提。"
    nobody = await town.forge(OUYANG, None, data["2 份"])
    assert "已经结束" in nobody["text"]


async def test_a_preview_cannot_be_joined(pools: Pools) -> None:
    await pools.connect("Sunny Court", "pinduoduo")
    await pools.town.ask(LIN, "/search coffee")
    preview, _ = await pools.town.ask(LIN, "/pool 1", 2)
    join = next(data for data in buttons(preview).values() if data.startswith("1:join"))
    answer = await pools.town.press(LIN, preview, join)
    assert "看一看" in answer["text"]
