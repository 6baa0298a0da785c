"""Pick-up points: a line each, for the group that is meant, and only where goods are collected."""

from tests.cast import LIN
from tests.handlers.chat.conftest import buttons
from tests.handlers.chat.pools.conftest import Pools


async def test_points_are_added_line_by_line_and_taken_away_by_a_button(pools: Pools) -> None:
    town = pools.town
    assert "不需要自提点" in await town.hear(LIN, "/pickup 东门")
    await pools.connect("Sunny Court", "tuangou")
    assert "还没有自提点" in await town.hear(LIN, "/pickup")
    (shown,) = await town.ask(LIN, "/pickup 东门驿站\n南门 水果店")
    assert "1. Sunny Court：东门驿站、南门 水果店" in shown["text"]
    gone = await town.press(LIN, shown, buttons(shown)["✖ 东门驿站"])
    assert "已去掉" in gone["text"]
    assert "东门驿站、" not in await town.hear(LIN, "/pickup")
    many = "\n".join(f"点{place}" for place in range(11))
    assert "最多 10 个" in await town.hear(LIN, f"/pickup {many}")


async def test_with_several_groups_the_number_says_which(pools: Pools) -> None:
    town = pools.town
    await pools.connect("Sunny Court", "tuangou")
    await pools.connect("Rose Lane", "tuangou")
    first, second = await town.ask(LIN, "/pickup 东门", 2)
    assert "第几个群" in first["text"]
    assert "2. Rose Lane：还没有" in second["text"]
    assert "2. Rose Lane：东门" in await town.hear(LIN, "/pickup 2 东门")
    assert "1. Sunny Court：还没有" in await town.hear(LIN, "/pickup 9 西门")
