"""One process at a time holds a place, whatever becomes of the one before it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.errors import InputError
from storage.database import Database
from storage.leading import Leading, Pace, alone
from tests.evidence.killing import Child, Nursery, Wire
from tests.postgres import Postgres

QUICK = Pace(beat_seconds=0.1, lease_seconds=0.8, idle_seconds=1.0)
BOTS = ("outbox:1", "outbox:2", "outbox:3", "outbox:4")


@pytest.fixture
async def url(postgres: Postgres) -> str:
    """The address of a database without a table: places need none."""
    return await postgres.fresh()


@asynccontextmanager
async def contending(url: str, *names: str) -> AsyncIterator[Leading]:
    """A contender for ``names`` in this process, whose beats the test makes."""
    database = Database(url)
    leading = Leading(database, "outbox", names, QUICK)
    try:
        yield leading
    finally:
        await leading.close()
        await database.close()


async def beats_until(look: Callable[[], bool], *leadings: Leading) -> float:
    """Beat until ``look`` is content; how many seconds that took."""
    began = time.monotonic()
    while not look():
        assert time.monotonic() - began < 30
        for leading in leadings:
            await leading.beat()
        await asyncio.sleep(QUICK.beat_seconds / 2)
    return time.monotonic() - began


async def ends_session_of(url: str, leading: Leading) -> None:
    """Let an administrator end the contender's session."""
    pid = await leading._session.fetchval("SELECT pg_backend_pid()")
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    await database.close()


async def acts(wire: Wire, url: str) -> None:
    """Be a process that says when it acted, and asks before each act whether it may."""
    database = Database(url)
    leading = Leading(database, "clock", ("clock",), QUICK)
    beat_at = 0.0
    while True:
        if time.monotonic() >= beat_at:
            await leading.beat()
            beat_at = time.monotonic() + QUICK.beat_seconds
        if leading.is_held("clock"):
            wire.say(time.monotonic())
        await asyncio.sleep(0.01)


@asynccontextmanager
async def two_actors(url: str) -> AsyncIterator[tuple[Child, Child]]:
    """Two processes; the first one holds the place and has begun to act."""
    nursery = Nursery([__name__])
    first = nursery.bear(acts, url)
    await first.heard()
    second = nursery.bear(acts, url)
    try:
        yield first, second
    finally:
        for child in (first, second):
            if child.process.is_alive():
                await child.kill()


def said(child: Child) -> list[float]:
    """Everything that the child said until now."""
    found = []
    try:
        while child.pipe.poll():
            found.append(child.pipe.recv())
    except EOFError:
        pass
    return found


async def test_a_place_is_held_by_one_contender_and_freed_by_its_end(url: str) -> None:
    async with contending(url, "outbox:1") as second:
        async with contending(url, "outbox:1") as first:
            await first.beat()
            assert first.is_held("outbox:1")
            await second.beat()
            assert not second.held
        await beats_until(lambda: second.is_held("outbox:1"), second)


async def test_an_open_place_holds_back_neither_vacuum_nor_a_table(url: str) -> None:
    async with contending(url, "outbox:1") as leading:
        await leading.beat()
        await leading.beat()
        database = Database(url)
        async with database.read() as connection:
            holders = (
                await connection.execute(
                    text(
                        "SELECT backend_xmin, backend_xid FROM pg_stat_activity "
                        "WHERE state = 'idle in transaction' AND datname = current_database()"
                    )
                )
            ).all()
            tables = await connection.scalar(
                text(
                    "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' "
                    "AND pid <> pg_backend_pid() AND database = "
                    "(SELECT oid FROM pg_database WHERE datname = current_database())"
                )
            )
        await database.close()
        assert [tuple(row) for row in holders] == [(None, None)]
        assert tables == 0


async def test_a_holder_whose_session_is_ended_gives_way_before_the_next_one_acts(url: str) -> None:
    async with contending(url, "outbox:1") as first, contending(url, "outbox:1") as second:
        await first.beat()
        await second.beat()
        await ends_session_of(url, first)
        await second.beat()
        assert "outbox:1" in second.held
        assert not second.is_held("outbox:1")
        await beats_until(lambda: second.is_held("outbox:1"), second)
        assert not first.is_held("outbox:1")
        await first.beat()
        assert not first.held


async def test_a_holder_that_cannot_reach_the_server_stops_by_itself(url: str) -> None:
    async with contending(url, "outbox:1") as leading:
        await leading.beat()
        await asyncio.sleep(QUICK.lease_seconds)
        assert not leading.is_held("outbox:1")


async def test_a_killed_process_is_followed_by_the_other(url: str) -> None:
    async with two_actors(url) as (first, second):
        assert await first.kill()
        died_at = time.monotonic()
        assert await second.heard() - died_at < 30


async def test_a_stalled_process_never_acts_beside_the_one_that_followed_it(url: str) -> None:
    async with two_actors(url) as (first, second):
        first.stall()
        began = await second.heard()
        first.wake()
        await asyncio.sleep(3 * QUICK.lease_seconds)
        second.stall()
        assert all(at < began for at in said(first))
        assert await first.heard() > max(said(second), default=began)


async def test_contenders_share_the_places_and_take_over_from_the_dead(url: str) -> None:
    async with contending(url, *BOTS) as first:
        await first.beat()
        assert list(first.held) == list(BOTS)
        async with contending(url, *BOTS) as second:
            await second.beat()
            await first.beat()
            assert first.share == 2
            await first.give_back("outbox:4")
            await first.give_back("outbox:3")
            await beats_until(lambda: len(second.held) == 2, first, second)
            assert not set(first.held) & set(second.held)
            assert first.is_held("outbox:1")
        await beats_until(lambda: all(first.is_held(name) for name in BOTS), first)


async def test_places_given_back_and_taken_again_leave_no_trace(url: str) -> None:
    async with contending(url, *BOTS) as leading:
        for _ in range(5):
            await leading.beat()
            for name in reversed(BOTS):
                await leading.give_back(name)
        await leading.beat()
        await beats_until(lambda: leading.is_held("outbox:4"), leading)


async def test_on_sqlite_the_one_process_holds_every_place() -> None:
    database = Database("sqlite://")
    leading = Leading(database, "outbox", BOTS)
    await leading.beat()
    assert all(leading.is_held(name) for name in BOTS)
    await leading.give_back("outbox:4")
    assert not leading.is_held("outbox:4")
    await leading.close()
    assert not leading.held


def test_a_second_process_over_one_sqlite_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    with alone(database):
        with pytest.raises(InputError, match="Another `haowu run` works on"), alone(database):
            pytest.fail("two were alone")
        with alone(Database("sqlite://")):
            pass
    with alone(database):
        pass
