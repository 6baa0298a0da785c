"""What ticks ask of pools is answered by an index, and the database refuses what must not be."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert, text, update
from sqlalchemy.exc import IntegrityError

from storage import bulk
from storage.database import Connection, Database
from storage.pools import boards, joiners, pools
from storage.tables import joiners as joiners_table
from storage.tables import pools as table
from tests.bot.services.pools.stage import Scene, set_scene
from tests.cast import BOT, NOON

MANY = 3_000


@pytest.fixture
async def crowded(database: Database) -> Scene:
    """One pool that runs, among thousands that ended and were shown and told."""
    scene = await set_scene(database)
    pool = await scene.open()
    row = {
        name: getattr(pool, name)
        for name in ("group_id", "promoter_id", "offer_id", "target", "seats", "joined")
    } | {
        "state": "closed",
        "together_minor": 1990,
        "alone_minor": 2990,
        "currency": "CNY",
        "seen_at": NOON,
        "opened_at": NOON,
        "closes_at": NOON,
        "ended_at": NOON,
        "together_code": pool.together_code,
        "alone_code": pool.alone_code,
        "has_pickup": False,
        "standing": "sent",
        "bot_id": BOT,
        "is_picture": False,
        "version": 3,
        "shown": 3,
        "unshown_since": None,
        "telling": None,
    }
    async with database.write() as connection:
        await bulk.insert(connection, table, [row] * MANY)
        await connection.execute(text("ANALYZE"))
    return scene


async def explained(connection: Connection, ask: Callable[[], Awaitable[Any]]) -> str:
    """How the engine answers what ``ask`` asks."""
    asked: list[tuple[str, Any]] = []

    def hear(_c: Any, _k: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    sync = connection.sync_connection
    event.listen(sync, "before_cursor_execute", hear)
    await ask()
    event.remove(sync, "before_cursor_execute", hear)
    explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    found = []
    for statement, parameters in asked:
        rows = await connection.exec_driver_sql(explain + statement, parameters)
        found += [" ".join(map(str, row)) for row in rows]
    return "\n".join(found)


async def test_an_idle_tick_reads_no_pool_that_ended(crowded: Scene) -> None:
    async with crowded.database.read() as connection:
        for ask, index in (
            (lambda: pools.has_due(connection, NOON), "ix_pools_due"),
            (lambda: pools.list_telling(connection, 20), "ix_pools_telling"),
            (
                lambda: boards.list_unshown(connection, BOT, 100, is_first=False),
                "ix_pools_unshown",
            ),
        ):
            assert index in await explained(connection, ask)


async def test_one_pool_of_an_offer_runs_in_a_group(database: Database) -> None:
    scene = await set_scene(database)
    pool = await scene.open()
    async with database.write() as connection:
        assert await pools.add(connection, pool) is None


async def test_the_database_itself_counts_no_more_than_there_are_seats(database: Database) -> None:
    scene = await set_scene(database)
    pool = await scene.open()
    for values in ({"joined": 4}, {"joined": -1}, {"together_minor": 2990}):
        with pytest.raises(IntegrityError):
            async with database.write() as connection:
                await connection.execute(
                    update(table).where(table.c.id == pool.id).values(**values)
                )


async def test_the_database_itself_has_a_person_in_a_pool_once(database: Database) -> None:
    scene = await set_scene(database)
    pool = await scene.open()
    (mei,) = await scene.crowd(1)
    row = {"pool_id": pool.id, "person_id": mei.id, "joined_at": NOON}
    async with database.write() as connection:
        await connection.execute(insert(joiners_table).values(**row))
    with pytest.raises(IntegrityError):
        async with database.write() as connection:
            await connection.execute(insert(joiners_table).values(**row))


async def test_nothing_is_decided_before_its_time_nor_twice(database: Database) -> None:
    scene = await set_scene(database)
    pool = await scene.open()
    async with database.write() as connection:
        assert await pools.decide(connection, pool.closes_at - timedelta(seconds=1), 10) == []
        assert await pools.decide(connection, pool.closes_at, 10) == [pool.id]
        assert await pools.decide(connection, pool.closes_at, 10) == []
        assert await pools.take_seat(connection, pool.id, NOON) is None
        assert await pools.free_seat(connection, pool.id, NOON) is None
        assert await joiners.list_in(connection, pool.id) == []
