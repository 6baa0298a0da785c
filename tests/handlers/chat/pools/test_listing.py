"""Own pools: listed with their counts, ended after a question, their order list as a document."""

import pytest
from sqlalchemy import update

from storage.tables import pools as table
from tests.cast import CHEN, LIN, MEI, WEI
from tests.handlers.chat.conftest import buttons
from tests.handlers.chat.pools.conftest import Pools
from tests.handlers.chat.test_groups import enrol


@pytest.mark.parametrize(
    ("language", "running", "sure", "off"),
    [("zh", "进行中", "取消", "已取消"), ("en", "running", "Call off", "Called off")],
)
async def test_a_running_one_is_called_off_after_a_question(
    pools: Pools, language: str, running: str, sure: str, off: str
) -> None:
    town = pools.town
    await town.ask(LIN, f"/language {language}")
    await town.hear(LIN, "/pools")
    await pools.connect("Sunny Court", "pinduoduo")
    board = await pools.opens()
    await pools.taps(MEI, board)
    (listed,) = await town.ask(LIN, "/pools")
    assert running in listed["text"]
    assert "1/3" in listed["text"]
    (end,) = buttons(listed).values()
    before = await town.last_id(LIN)
    await town.press(LIN, listed, end)
    (question,) = await town.said(LIN, before)
    assert sure in question["text"]
    await town.press(LIN, question, next(iter(buttons(question).values())))
    assert off in (await town.reread(LIN, question))["text"]
    await pools.ticks()
    (shown,) = await pools.boards()
    assert "取消了" in shown["text"]


async def test_the_list_of_a_reached_one_comes_as_csv_and_json(pools: Pools) -> None:
    town = pools.town
    await pools.connect("Sunny Court", "tuangou")
    await town.ask(LIN, "/pickup 东门")
    board = await pools.opens("/pool 1 2")
    for person in (MEI, WEI):
        await pools.taps(person, board)
    (listed,) = await town.ask(LIN, "/pools")
    found = buttons(listed)
    before = await town.last_id(LIN)
    await town.press(LIN, listed, found["📄 名单 1"])
    sheet, raw = await town.said(LIN, before, 2)
    assert "东门 2 份" in sheet["caption"]
    assert sheet["document"]["file_name"].endswith(".csv")
    assert raw["document"]["file_name"].endswith(".json")
    before = await town.last_id(LIN)
    await town.press(LIN, listed, found["结束 1"])
    (question,) = await town.said(LIN, before)
    assert "现在就截单" in question["text"]


@pytest.mark.parametrize(
    ("standing", "said"), [("uncertain", "不确定有没有发到群里"), ("failed", "没能发到群里")]
)
async def test_what_did_not_surely_reach_the_group_is_shown(
    pools: Pools, standing: str, said: str
) -> None:
    await pools.connect("Sunny Court", "pinduoduo")
    await pools.opens()
    async with pools.database.write() as connection:
        await connection.execute(update(table).values(standing=standing))
    assert said in await pools.town.hear(LIN, "/pools")


async def test_nobody_sees_or_ends_the_pool_of_another(pools: Pools) -> None:
    town = pools.town
    await pools.connect("Sunny Court", "tuangou")
    board = await pools.opens("/pool 1 2")
    for person in (MEI, WEI):
        await pools.taps(person, board)
    await enrol(town, CHEN)
    (empty,) = await town.ask(CHEN, "/pools")
    assert "还没有开过拼团" in empty["text"]
    number = next(iter(data for data in buttons(board).values() if "join" in data)).split(":")[2]
    assert "名单" in (await town.forge(CHEN, empty, f"1:pool_list:{number}"))["text"]
    await town.forge(CHEN, empty, f"1:pool_end:{number}:yes")
    (own,) = await town.ask(LIN, "/pools")
    assert "✅ 拼成" in own["text"]
