"""Telegram's answer to a post is lost: it is never sent again, and one tap or click settles it."""

import pytest

from bot.delivery import sending
from tests.journeys.conftest import Town
from tests.journeys.people import FETCHER, GroupChat, Json, buttons, text_of

LOST_ANSWERS: tuple[Json, ...] = (
    {"kind": "reset", "when": "after"},
    {"kind": "delay", "when": "after", "seconds": 2},
    {"kind": "reset", "when": "before"},
)
"""Two posts that arrived and one that did not; nobody can tell them apart."""
TITLES = ("阳光小区好物群", "宝妈省钱群", "邻里团购群")


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer is waited for so briefly that the late one of a test is late enough."""
    monkeypatch.setattr(sending, "ANSWER_WITHIN_SECONDS", 0.5)
    monkeypatch.setattr(sending, "CONNECT_WITHIN_SECONDS", 0.2)


async def a_click_settles(town: Town, group: GroupChat) -> None:
    post = (await group.posts())[0]
    await town.follow(post, FETCHER)
    await town.ouyang.asks("/uncertain", "3 条", group.title)
    assert (await town.follow(post)).status_code == 302
    listed = await town.ouyang.asks("/uncertain", "2 条")
    assert group.title not in text_of(listed)


async def an_operators_tap_settles(town: Town, group: GroupChat) -> None:
    listed = text_of(await town.ouyang.asks("/uncertain", "2 条", group.title))
    (row,) = (line for line in listed.splitlines() if group.title in line)
    assert await town.ouyang.presses(f"{row.partition(' ')[0]} 已送达") == "好的，记下了。"
    listed = text_of(await town.ouyang.asks("/uncertain", "1 条"))
    assert group.title not in listed


async def the_promoters_tap_settles(town: Town, notice: Json) -> None:
    assert await town.lin.presses("没看到", on=notice) == "好的，记下了。"
    await town.ouyang.asks("/uncertain", "没有不确定的发送")


async def test_uncertain_posts_are_never_sent_again_and_are_settled_by_click_or_tap(
    town: Town,
) -> None:
    await town.enrol(town.lin)
    sunny, parents, neighbours = groups = [await town.lin.connects(title) for title in TITLES]
    for group, fault in zip(groups, LOST_ANSWERS, strict=True):
        await town.act("faults", method="sendPhoto", chat_id=group.id, **fault)
    await town.opens("morning", sunny, parents)
    told = {group: await town.lin.sees("不确定有没有送达", group) for group in TITLES}
    assert len(buttons(await town.ouyang.asks("/uncertain", "3 条", *TITLES))) == 6
    # The next posts of all three come; nothing of the lost ones does.
    await town.clock(minutes=13)
    await town.passes(neighbours, count=1)
    await town.passes(sunny, parents, count=2)

    await a_click_settles(town, sunny)
    await an_operators_tap_settles(town, parents)
    await the_promoters_tap_settles(town, told[neighbours.title])
    for notice in told.values():
        assert await town.lin.presses("已送达", on=notice) == "这条之前已经确认过了。"
    for group, count in zip(groups, (2, 2, 1), strict=True):
        assert len(await group.posts()) == count
    assert await town.repeated_in_groups() == []
