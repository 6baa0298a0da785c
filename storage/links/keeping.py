"""Clicks kept a batch at a time: on SQLite one job on a thread, on PostgreSQL one statement."""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.domain.records import PostId
from storage.database import PRAGMAS, Database, set_pragmas
from storage.links import clicks
from storage.links.clicks import Row

SYNC_SECONDS = 1.0
"""A power cut costs at most the clicks of so long; the death of the process costs none."""
FOLD_EVERY = 400
"""Batches between those that wait until the log is folded into the database."""
FOLD_AHEAD = 100
"""So many batches before, most of it is folded aside: little is left to wait for."""
LOOK_EVERY = 16
"""Batches between looks at how full the log is; it grows by a few MiB meanwhile at most."""
PAGES_OF_LOG = 1_000
"""From this length on the log is folded, as SQLite does by default."""


class SqliteKeeper:
    """One connection of its own, and whole transactions in the loop where nothing has to wait.

    Statement by statement through the engine, each would cross to a thread and back; so would
    handing a whole batch to a thread cost as much as keeping it. A batch that finds the file busy,
    or is to fold the log, is kept on a thread.

    The disk is waited for once a second, not at each commit. The connections of the books wait
    at each commit as ever, and since all write one log in order, what they wait for includes the
    clicks before.
    """

    waits_for_disk = False

    def __init__(self, database: Database) -> None:
        """Nothing is opened before the first clicks come."""
        self._database = database
        self._thread: ThreadPoolExecutor | None = None
        self._connection: sqlite3.Connection | None = None
        self._syncing: asyncio.TimerHandle | None = None
        self._until_fold = FOLD_EVERY
        database.before_close(self.close)

    async def append(self, rows: Sequence[Row], post_ids: Sequence[PostId]) -> list[PostId]:
        """Keep and count clicks; those of ``post_ids`` of which nobody knows if they arrived.

        Committed when this returns, not kept when it raises (sqlite3.Error, OSError).
        """
        uncertain = self._append_if_free(rows, post_ids)
        if uncertain is None:
            await self._database.log.make_room()
            async with self._database.turn.taken():
                uncertain = await self._aside(self._append_patiently, rows, post_ids)
        self._sync_soon()
        return uncertain

    def append_at_once(self, rows: Sequence[Row]) -> bool:
        """Keep and count clicks, committed when this returns; raises as ``append`` does.

        False, and nothing kept, where it would have to wait.
        """
        if self._append_if_free(rows, ()) is None:
            return False
        self._sync_soon()
        return True

    async def close(self) -> None:
        """Close the connection; the next clicks open it again."""
        if self._syncing is not None:
            self._syncing.cancel()
            self._syncing = None
        await self._aside(self._close)
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    # ---- in the loop

    def _append_if_free(
        self, rows: Sequence[Row], post_ids: Sequence[PostId]
    ) -> list[PostId] | None:
        """None, and nothing kept, where it would have to wait."""
        if self._connection is None or not self._until_fold:
            return None
        if self._until_fold % LOOK_EVERY == 0 and self._database.log.is_full():
            return None
        self._until_fold -= 1
        if self._until_fold == FOLD_AHEAD:
            self._running_thread().submit(self._fold)
        try:
            return self._append(self._connection, rows, post_ids)
        except sqlite3.OperationalError as fault:
            if fault.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            return None

    def _append(
        self, connection: sqlite3.Connection, rows: Sequence[Row], post_ids: Sequence[PostId]
    ) -> list[PostId]:
        self._database.place.check()
        execute = connection.execute
        execute("BEGIN IMMEDIATE")
        try:
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

    def _sync_soon(self) -> None:
        if self._syncing is None:
            self._syncing = asyncio.get_running_loop().call_later(SYNC_SECONDS, self._sync_aside)

    def _sync_aside(self) -> None:
        self._syncing = None
        self._running_thread().submit(self._sync)

    # ---- on the thread

    async def _aside(self, work: Callable[..., Any], *given: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._running_thread(), work, *given)

    def _running_thread(self) -> ThreadPoolExecutor:
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "clicks")
        return self._thread

    def _append_patiently(self, rows: Sequence[Row], post_ids: Sequence[PostId]) -> list[PostId]:
        """Wait for other writers and for the disk."""
        connection = self._connection = self._connection or self._opened()
        try:
            connection.execute(f"PRAGMA busy_timeout = {PRAGMAS['busy_timeout']}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {PAGES_OF_LOG}")
            uncertain = self._append(connection, rows, post_ids)
            # From here on it is the loop that uses it.
            connection.execute("PRAGMA busy_timeout = 0")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
        except BaseException:
            self._close()
            raise
        self._until_fold = FOLD_EVERY
        return uncertain

    def _fold(self) -> None:
        # While clicks are added, the log is never folded to its end, nor begun anew: who only did
        # this would let it grow for ever.
        with closing(self._opened()) as connection:
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def _opened(self) -> sqlite3.Connection:
        self._database.place.prepare()
        connection = sqlite3.connect(
            str(self._database.url.database), isolation_level=None, check_same_thread=False
        )
        set_pragmas(connection)
        if not self.waits_for_disk:
            connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _sync(self) -> None:
        # Without a log everything is in the database, and on the disk by that.
        with suppress(FileNotFoundError):
            log = os.open(f"{self._database.url.database}-wal", os.O_RDONLY)
            try:
                os.fsync(log)
            finally:
                os.close(log)

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._sync()
            connection.close()


class PostgresKeeper:
    """One connection apart from the pool, on which a transaction is one statement.

    As on SQLite, the disk is not waited for: the server's own death costs the clicks of a moment.
    """

    waits_for_disk = False

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
        statement, values = clicks.on_postgres(rows, post_ids, waits_for_disk=self.waits_for_disk)
        try:
            driver = await self._driver()
            uncertain = await driver.fetchval(statement, *values)
        except BaseException:
            await self._give_up()
            raise
        return [PostId(post_id) for post_id in uncertain]

    def append_at_once(self, _rows: Sequence[Row]) -> bool:
        """False: a server has to be waited for."""
        return False

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

    def append_at_once(self, _rows: Sequence[Row]) -> bool:
        """False: the connections have their threads."""
        return False

    async def close(self) -> None:
        """There is nothing of its own to close."""


Keeper = SqliteKeeper | PostgresKeeper | SharedKeeper


def keeper_of(database: Database) -> Keeper:
    """The quickest one that ``database`` allows."""
    if not database.is_sqlite:
        return PostgresKeeper(database)
    return SharedKeeper(database) if database.place.path is None else SqliteKeeper(database)
