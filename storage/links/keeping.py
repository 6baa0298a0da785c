"""Clicks kept a batch at a time: on SQLite one job on a thread, on PostgreSQL one statement."""

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.records import PostId
from storage.database import Database, set_pragmas
from storage.links import clicks
from storage.links.clicks import Row


class SqliteKeeper:
    """One connection with a thread of its own, on which a whole transaction is one job.

    Through the engine each statement would cross from the loop to a thread and back.
    """

    def __init__(self, database: Database) -> None:
        """Nothing is opened before the first clicks come."""
        self._database = database
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None
        database.before_close(self.close)

    async def append(self, rows: Sequence[Row], post_ids: Sequence[PostId]) -> list[PostId]:
        """Keep and count clicks; those of ``post_ids`` of which nobody knows if they arrived.

        Committed when this returns, not kept when it raises (sqlite3.Error, OSError).
        """
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "clicks")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._append, rows, post_ids)

    async def close(self) -> None:
        """Close the connection; the next clicks open it again."""
        thread, self._thread = self._thread, None
        if thread is not None:
            await asyncio.get_running_loop().run_in_executor(thread, self._close)
            thread.shutdown()

    def _append(self, rows: Sequence[Row], post_ids: Sequence[PostId]) -> list[PostId]:
        if self._connection is None:
            self._connection = self._opened()
        execute = self._connection.execute
        try:
            execute("BEGIN IMMEDIATE")
            for statement, values in clicks.on_sqlite(rows):
                execute(statement, values)
            uncertain = [
                post_id for post_id in post_ids if execute(clicks.UNCERTAIN, (post_id,)).fetchone()
            ]
            execute("COMMIT")
        except BaseException:
            # A connection in doubt is not used again; what it began is rolled back with it.
            self._close()
            raise
        return uncertain

    def _opened(self) -> sqlite3.Connection:
        self._database.place.prepare()
        connection = sqlite3.connect(
            str(self._database.url.database), isolation_level=None, check_same_thread=False
        )
        set_pragmas(connection)
        return connection

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


class PostgresKeeper:
    """One connection apart from the pool, on which a transaction is one statement."""

    def __init__(self, database: Database) -> None:
        """Nothing is opened before the first clicks come."""
        self._database = database
        self._engine: AsyncEngine | None = None
        self._connection: AsyncConnection | None = None
        database.before_close(self.close)

    async def append(self, rows: Sequence[Row], post_ids: Sequence[PostId]) -> list[PostId]:
        """Keep and count clicks; those of ``post_ids`` of which nobody knows if they arrived.

        Committed when this returns; when it raises, nobody is to be told that they are kept.
        """
        statement, values = clicks.on_postgres(rows, post_ids)
        try:
            driver = await self._driver()
            found = await driver.fetch(statement, *values)
        except BaseException:
            await self._give_up()
            raise
        return [PostId(row[0]) for row in found]

    async def close(self) -> None:
        """Close the connection; the next clicks open it again."""
        connection, self._connection = self._connection, None
        engine, self._engine = self._engine, None
        if connection is not None:
            await connection.close()
        if engine is not None:
            await engine.dispose()

    async def _give_up(self) -> None:
        # A connection in doubt is not used again, nor asked to close in good order.
        with suppress(Exception):
            if self._connection is not None:
                await self._connection.invalidate()
        await self.close()

    async def _driver(self) -> Any:
        if self._connection is None:
            self._engine = self._database.apart()
            self._connection = await self._engine.connect()
        return (await self._connection.get_raw_connection()).driver_connection


class SharedKeeper:
    """The engine's own connections, for a database that no second connection can open."""

    def __init__(self, database: Database) -> None:
        """For SQLite in memory."""
        self._database = database

    async def append(self, rows: Sequence[Row], post_ids: Sequence[PostId]) -> list[PostId]:
        """Keep and count clicks; those of ``post_ids`` of which nobody knows if they arrived."""
        async with self._database.write() as connection:
            await clicks.append(connection, rows)
            return [
                post_id
                for post_id in post_ids
                if (await connection.exec_driver_sql(clicks.UNCERTAIN, (post_id,))).first()
            ]

    async def close(self) -> None:
        """There is nothing of its own to close."""


Keeper = SqliteKeeper | PostgresKeeper | SharedKeeper


def keeper_of(database: Database) -> Keeper:
    """The quickest one that ``database`` allows."""
    if not database.is_sqlite:
        return PostgresKeeper(database)
    return SharedKeeper(database) if database.place.path is None else SqliteKeeper(database)
