"""Clicks of one turn are one transaction; each is told in its turn whether it is kept."""

import asyncio
import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.domain.records import ClickClass, LinkCode, PostId
from bot.errors import TemporaryError
from bot.services.links import clicking
from bot.services.links.clicking import Clicking, Hit
from storage.database import Database
from storage.links.clicks import Row
from tests.cast import NOON

CODE = LinkCode("aaaaaaaaaaaaa")
GONE = "gone"


class Keeper:
    """Remembers batches; one with a click from GONE fails; waits at a gate."""

    def __init__(self) -> None:
        self.batches: list[list[Row]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.began = asyncio.Event()

    async def append(self, rows: Sequence[Row], _post_ids: Sequence[PostId]) -> list[PostId]:
        """Keep a batch."""
        self.batches.append(list(rows))
        self.began.set()
        await self.gate.wait()
        if any(row[1] == GONE for row in rows):
            raise OSError("gone")
        return []

    def append_at_once(self, _rows: Sequence[Row]) -> bool:
        """Whoever has a gate may have to wait."""
        return False

    async def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def keeper() -> Keeper:
    """What stands in for the database's side."""
    return Keeper()


@pytest.fixture
def clicks(database: Database, keeper: Keeper) -> Clicking:
    """Clicking at noon, over the keeper."""
    made = Clicking(database, lambda: NOON, os.urandom)
    made._keeper = keeper  # type: ignore[assignment]
    return made


def hit(told: list[tuple[int, bool]], number: int, code: str = CODE) -> Hit:
    """A hit that notes what it was told."""
    then = partial(_note, told, number)
    return LinkCode(code), NOON, ClickClass.PERSON, f"203.0.{number}.9", None, then


def _note(told: list[tuple[int, bool]], number: int, is_kept: bool) -> None:
    told.append((number, is_kept))


async def test_a_turn_is_one_batch_and_everyone_is_told_in_order(
    clicks: Clicking, keeper: Keeper
) -> None:
    told: list[tuple[int, bool]] = []
    assert all(clicks.take(hit(told, number)) for number in range(50))
    assert not told
    await clicks.close()
    assert told == [(number, True) for number in range(50)]
    assert [len(batch) for batch in keeper.batches] == [50]
    ids = [row[0] for row in keeper.batches[0]]
    assert ids == sorted(set(ids))


async def test_what_comes_while_a_batch_is_at_work_is_the_next_one(
    clicks: Clicking, keeper: Keeper
) -> None:
    told: list[tuple[int, bool]] = []
    keeper.gate.clear()
    clicks.take(hit(told, 1))
    await keeper.began.wait()
    clicks.take(hit(told, 2))
    clicks.take(hit(told, 3))
    await asyncio.sleep(0.01)
    assert not told
    keeper.gate.set()
    await clicks.close()
    assert [len(batch) for batch in keeper.batches] == [1, 2]
    assert [number for number, _is_kept in told] == [1, 2, 3]


async def test_a_batch_that_fails_is_told_to_those_in_it_and_tried_no_second_time(
    clicks: Clicking, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clicking, "AT_ONCE", 2)
    told: list[tuple[int, bool]] = []
    for number, code in enumerate((CODE, GONE, CODE, CODE, CODE)):
        clicks.take(hit(told, number, code))
    await clicks.close()
    assert told == [(0, False), (1, False), (2, True), (3, True), (4, True)]
    assert [len(batch) for batch in keeper.batches] == [2, 2, 1]


async def test_too_many_are_sent_away_at_once(
    clicks: Clicking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clicking, "WAITING_LIMIT", 3)
    told: list[tuple[int, bool]] = []
    assert [clicks.take(hit(told, number)) for number in range(5)] == [True] * 3 + [False] * 2
    await clicks.close()
    assert len(told) == 3


async def test_who_waits_is_told_by_an_error_when_the_click_is_not_kept(
    clicks: Clicking, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = partial(clicks.keep, at=NOON, kind=ClickClass.BOT, address=None, arrived=None)
    await keep(CODE)
    with pytest.raises(TemporaryError):
        await keep(LinkCode(GONE))
    monkeypatch.setattr(clicking, "WAITING_LIMIT", 0)
    with pytest.raises(TemporaryError, match="Too many"):
        await keep(CODE)


async def test_who_went_away_disturbs_nobody(clicks: Clicking, keeper: Keeper) -> None:
    keep = partial(clicks.keep, at=NOON, kind=ClickClass.BOT, address=None, arrived=None)
    keeper.gate.clear()
    gone = asyncio.create_task(keep(CODE))
    await keeper.began.wait()
    stays = asyncio.create_task(keep(CODE))
    gone.cancel()
    await asyncio.sleep(0)
    keeper.gate.set()
    await stays
    assert gone.cancelled()


async def test_the_time_is_asked_once_a_turn(database: Database) -> None:
    asked: list[datetime] = []

    def now() -> datetime:
        asked.append(NOON + timedelta(seconds=len(asked)))
        return asked[-1]

    clicks = Clicking(database, now, os.urandom)
    assert clicks.now() == clicks.now() == NOON
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert clicks.now() == NOON + timedelta(seconds=1)
    assert len(asked) == 2
