"""A place's work runs while the place is held, ends when it is lost, and begins again elsewhere."""

import asyncio
from collections.abc import Callable, Sequence

import pytest

from bot.fleet import Shift, lead
from storage.database import Database
from storage.leading import Leading, Pace

QUICK = Pace(beat_seconds=0.02, lease_seconds=0.3, idle_seconds=0.5)


class Scripted(Leading):
    """Holds what it is told to hold."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(Database("sqlite://"), "work", names, QUICK)
        self.given = list(names)
        self.given_back: list[str] = []

    async def beat(self) -> None:
        """Hold what is given."""
        self.held = {name: 0.0 for name in self.given if name not in self.given_back}

    async def give_back(self, name: str) -> None:
        """Remember it."""
        await super().give_back(name)
        self.given_back.append(name)


async def until(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not look():  # noqa: ASYNC110 - what is waited for is asked, not told
            await asyncio.sleep(0.005)


async def test_work_ends_with_its_place_and_begins_anew() -> None:
    leading, stop, log = Scripted(["a", "b"]), asyncio.Event(), list[str]()

    async def work(shift: Shift) -> None:
        assert shift.may_act
        log.append(f"+{shift.place}")
        await shift.over.wait()
        assert not shift.may_act
        log.append(f"-{shift.place}")

    leader = asyncio.create_task(lead(leading, {"a": work, "b": work}, stop))
    await until(lambda: log == ["+a", "+b"])
    leading.given = ["b"]
    await until(lambda: log[2:] == ["-a"])
    leading.given = ["a", "b"]
    await until(lambda: log[3:] == ["+a"])
    stop.set()
    await leader
    assert sorted(log[4:]) == ["-a", "-b"]


async def test_what_is_above_the_fair_share_is_given_back_when_its_work_is_done() -> None:
    leading, stop, may_end = Scripted(["a", "b", "c"]), asyncio.Event(), asyncio.Event()

    async def work(shift: Shift) -> None:
        await shift.over.wait()
        await may_end.wait()

    leader = asyncio.create_task(lead(leading, dict.fromkeys("abc", work), stop))
    await until(lambda: len(leading.held) == 3)
    leading.share = 1
    await asyncio.sleep(5 * QUICK.beat_seconds)
    assert leading.given_back == []
    may_end.set()
    await until(lambda: leading.given_back == ["c", "b"])
    stop.set()
    await leader


async def test_a_work_that_breaks_ends_all_and_is_heard() -> None:
    leading, ended = Scripted(["a", "b"]), asyncio.Event()

    async def breaks(_shift: Shift) -> None:
        raise RuntimeError("a fault of ours")

    async def works(_shift: Shift) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(RuntimeError, match="a fault of ours"):
        await lead(leading, {"a": works, "b": breaks}, asyncio.Event())
    assert ended.is_set()
