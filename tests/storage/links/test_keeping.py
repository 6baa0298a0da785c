"""Clicks by the batch: kept and counted as one by one, whoever else writes, or not at all."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from bot.domain.links.clicks import click_id, tick_of
from bot.domain.records import PostId
from storage.database import Database
from storage.links import clicks, keeping
from storage.links.clicks import Row
from storage.links.keeping import Keeper, SharedKeeper, SqliteKeeper, keeper_of
from tests.cast import NOON, add_post, set_stage

CODES = ("aaaaaaaaaaaaa", "bbbbbbbbbbbbb", "ccccccccccccc")


@pytest.fixture
async def keeper(database: Database) -> AsyncIterator[Keeper]:
    """What keeps clicks on each engine."""
    keeper = keeper_of(database)
    yield keeper
    await keeper.close()


def row(number: int, at: datetime = NOON) -> Row:
    """A click on one of three links; every fifth is a bot's, every seventh has no address."""
    kind = "bot" if number % 5 == 0 else "person"
    visitor = None if number % 7 == 0 else f"{number:032x}"
    return click_id(tick_of(at), number), CODES[number % 3], at, kind, visitor


def rows_over_hours(count: int) -> list[Row]:
    """Clicks of every few minutes, out of order."""
    return [row(number, NOON + timedelta(minutes=number * 37 % 300)) for number in range(count)]


async def contents(database: Database) -> tuple[list[tuple[object, ...]], ...]:
    """Everything in both tables, in order."""
    async with database.read() as connection:
        kept = await connection.execute(text("SELECT * FROM clicks ORDER BY id"))
        hours = await connection.execute(text("SELECT * FROM click_hours ORDER BY code, hour_at"))
        return [tuple(one) for one in kept], [tuple(one) for one in hours]


@pytest.mark.parametrize("count", [1, 2, 3, 127, 128, 300])
async def test_a_batch_of_any_size_is_kept_and_counted_as_its_clicks_one_by_one(
    database: Database, keeper: Keeper, count: int
) -> None:
    rows = rows_over_hours(count)
    assert await keeper.append(rows, []) == []
    together = await contents(database)
    async with database.write() as connection:
        for table in ("clicks", "click_hours"):
            await connection.execute(text(f"DELETE FROM {table}"))
        for one in rows:
            await clicks.append(connection, [one])
    assert await contents(database) == together
    assert len(together[0]) == count


async def test_hours_go_on_where_an_earlier_batch_ended(database: Database, keeper: Keeper) -> None:
    for start in range(0, 60, 20):
        await keeper.append(rows_over_hours(60)[start : start + 20], [])
    _kept, hours = await contents(database)
    assert [tuple(hour[2:4]) for hour in hours] == [
        (hour[2], hour[3]) for hour in clicks.hours_of(rows_over_hours(60))
    ]


async def test_the_posts_of_which_nobody_knows_are_told(database: Database, keeper: Keeper) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        ids = [
            await add_post(connection, stage.group, stage.lin, state=state, ordinal=number)
            for number, state in enumerate(("sent", "uncertain", "planned"))
        ]
    assert await keeper.append([row(1)], [*ids, PostId(999_999)]) == [ids[1]]


async def test_a_batch_that_fails_leaves_nothing_and_the_next_one_is_kept(
    database: Database, keeper: Keeper
) -> None:
    await keeper.append([row(1)], [])
    with pytest.raises((sqlite3.IntegrityError, Exception), match=r"(?i)unique"):
        await keeper.append([row(2), row(1)], [])
    await keeper.append([row(3)], [])
    kept, hours = await contents(database)
    assert [one[0] for one in kept] == [row(1)[0], row(3)[0]]
    assert sum(int(str(hour[2])) + int(str(hour[3])) for hour in hours) == 2


async def test_two_keepers_at_once_lose_nothing(database: Database) -> None:
    keepers = [keeper_of(database), keeper_of(database)]

    async def keep(number: int) -> None:
        for batch in range(20):
            start = (number * 20 + batch) * 10
            await keepers[number].append([row(start + place) for place in range(10)], [])

    await asyncio.gather(keep(0), keep(1))
    for keeper in keepers:
        await keeper.close()
    kept, hours = await contents(database)
    assert len(kept) == 400
    assert sum(int(str(hour[2])) + int(str(hour[3])) for hour in hours) == 400


async def test_a_batch_waits_for_another_writer_and_the_loop_goes_on(
    database: Database, keeper: Keeper
) -> None:
    await keeper.append([row(1)], [])
    async with database.write() as connection:
        await connection.execute(text("UPDATE click_hours SET bots = bots"))
        waiting = asyncio.create_task(keeper.append([row(1 + 15)], []))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert await asyncio.wait_for(waiting, 10) == []
    assert len((await contents(database))[0]) == 2


async def test_a_keeper_that_was_closed_opens_again(database: Database, keeper: Keeper) -> None:
    for number in range(3):
        await keeper.append([row(number)], [])
        await keeper.close()
    assert len((await contents(database))[0]) == 3


async def test_the_log_is_folded_and_does_not_grow_for_ever(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/long.db")
    await database.create()
    keeper = keeper_of(database)
    longest = 0
    for number in range(3 * keeping.FOLD_EVERY):
        await keeper.append([row(number * 40 + place) for place in range(40)], [])
        longest = max(longest, database.log.size_bytes())
    await database.close()
    assert 0 < longest < 32 * 1024 * 1024


async def test_a_file_that_was_moved_away_keeps_nothing_and_says_so(tmp_path: object) -> None:
    database = Database(f"sqlite:///{tmp_path}/here.db")
    await database.create()
    keeper = keeper_of(database)
    await keeper.append([row(1)], [])
    assert database.place.path is not None
    moved = database.place.path.rename(f"{tmp_path}/there.db")
    with pytest.raises(FileNotFoundError):
        await keeper.append([row(2)], [])
    moved.rename(f"{tmp_path}/here.db")
    await keeper.append([row(3)], [])
    await database.close()


class Noting(SqliteKeeper):
    """Says when it waited for the disk."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.synced = threading.Event()

    def _sync(self) -> None:
        super()._sync()
        self.synced.set()


async def test_clicks_reach_the_disk_within_a_moment(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "SYNC_SECONDS", 0.3)
    database = Database(f"sqlite:///{tmp_path}/synced.db")
    await database.create()
    keeper = Noting(database)
    await keeper.append([row(1)], [])
    assert not keeper.synced.is_set()
    assert await asyncio.to_thread(keeper.synced.wait, 10)
    await database.close()


async def test_a_database_in_memory_keeps_clicks_too() -> None:
    database = Database("sqlite://")
    await database.create()
    keeper = keeper_of(database)
    assert isinstance(keeper, SharedKeeper)
    assert await keeper.append(rows_over_hours(20), [PostId(1)]) == []
    assert len((await contents(database))[0]) == 20
    await keeper.close()
    await database.close()
