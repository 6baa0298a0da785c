"""Opening the database, on SQLite or PostgreSQL alike: one writer's transaction, many readers."""

import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from bot.errors import InputError, TemporaryError
from storage import guards, partitions
from storage.catalogue import indexing
from storage.files import Log, Place, Turn
from storage.tables import metadata

PRAGMAS = {
    "busy_timeout": 30_000,
    "foreign_keys": 1,
    "journal_mode": "wal",
    "synchronous": 2,
    "recursive_triggers": 1,
}
"""Set on every SQLite connection; without any one of them a promise of the books is void."""

WAL_TRIES, WAL_TRY_SECONDS = 200, 0.01

POSTGRES_POOL_SIZE = 10

BOUNCER_OPTION = "pgbouncer"
"""``?pgbouncer=true`` in DATABASE_URL: every transaction may meet another server's session."""

Connection = AsyncConnection
"""What ``write`` and ``read`` hand out, by a name that services may say."""


def address(database_url: str) -> URL:
    """``DATABASE_URL`` with the async driver that we use.

    Raises InputError for anything but SQLite and PostgreSQL.
    """
    url = make_url(database_url)
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+aiosqlite")
        case "postgresql" | "postgres":
            return url.difference_update_query([BOUNCER_OPTION]).set(
                drivername="postgresql+asyncpg"
            )
    raise InputError("DATABASE_URL must begin with sqlite:/// or postgresql://.")


def is_bounced(database_url: str) -> bool:
    """Whether ``DATABASE_URL`` says that a PgBouncer in transaction mode stands between."""
    told = make_url(database_url).query.get(BOUNCER_OPTION, "")
    return str(told).lower() in ("true", "1", "yes")


def is_passing(fault: BaseException) -> bool:
    """Whether ``fault`` is of the database's being away, not of what was asked of it."""
    return isinstance(fault, DBAPIError | OSError | TemporaryError)


class Database:
    """One database, opened once by the roof and handed to every service."""

    def __init__(self, database_url: str) -> None:
        """``database_url`` as in the settings; nothing is opened before the first use."""
        self.url = address(database_url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.is_bounced = is_bounced(database_url)
        self.place = Place(self.url.database if self.is_sqlite else None)
        self.log = Log(self.place.path)
        self.turn = Turn(self.place.path)
        self._closing: list[Callable[[], Awaitable[None]]] = []
        self.engine = self._engine()

    def _engine(self) -> AsyncEngine:
        if not self.is_sqlite:
            return create_async_engine(
                self.url,
                pool_size=POSTGRES_POOL_SIZE,
                pool_pre_ping=True,
                connect_args=self._connect_args(),
            )
        engine = create_async_engine(self.url)
        event.listen(engine.sync_engine, "do_connect", self._before_sqlite_connect)
        event.listen(engine.sync_engine, "connect", _on_sqlite_connect)
        event.listen(engine.sync_engine, "begin", _on_sqlite_begin)
        return engine

    def apart(self) -> AsyncEngine:
        """An engine without a pool, for who keeps one PostgreSQL connection for long."""
        return create_async_engine(self.url, poolclass=NullPool, connect_args=self._connect_args())

    def _connect_args(self) -> dict[str, Any]:
        if not self.is_bounced:
            return {}
        # A named statement would stay behind in a session that the next transaction cannot see;
        # the unnamed one lives no longer than it is needed.
        return {
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": str,
        }

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that writes: on SQLite it takes the writer's place at once.

        A read that became a write half-way would lose updates or fail (SQLITE_BUSY_SNAPSHOT).
        Raises OSError where SQLite's file is gone: what is written to it then is lost.
        """
        await self.log.make_room()
        async with self.turn.taken(), self.engine.connect() as connection:
            self.place.check()
            await connection.execution_options(haowu_writes=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One transaction that only reads, all of it from one moment."""
        async with self.engine.connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """For one statement that only reads: that is of one moment by itself.

        On SQLite it goes without BEGIN and COMMIT, which cost ticks that find nothing to do four of
        nine changes of hand.
        """
        async with self.engine.connect() as connection:
            await connection.execution_options(haowu_glances=True)
            yield connection

    async def create(self) -> None:
        """Make every table and guard in an empty database, for tests; life uses ``migrate``."""
        async with self.write() as connection:
            await connection.run_sync(metadata.create_all)
            guarding = (
                guards.statements("sqlite")
                if self.is_sqlite
                else partitions.conversion(datetime.now(UTC))
            )
            for statement in (*guarding, *indexing.creation(self.url.get_backend_name())):
                await connection.exec_driver_sql(statement)

    async def check(self) -> None:
        """Ask the database for a sign of life and for what the promises rest on.

        Raises TemporaryError when it does not answer or a pragma is not as it must be.
        """
        try:
            async with self.read() as connection:
                await connection.execute(text("SELECT 1"))
                if self.is_sqlite:
                    await _assert_pragmas(connection)
        except OSError as fault:
            raise TemporaryError("The database does not answer.") from fault

    def before_close(self, closing: Callable[[], Awaitable[None]]) -> None:
        """Await ``closing`` when the database is closed: it closes a connection of its own."""
        self._closing.append(closing)

    async def close(self) -> None:
        """Close every connection; the last one of a SQLite file folds its log away."""
        for closing in self._closing:
            await closing()
        await self.engine.dispose()
        self.place.forget()

    def _before_sqlite_connect(self, *_: object) -> None:
        self.place.prepare()


def set_pragmas(connection: Any) -> None:
    """Make a new connection of SQLite's driver one that keeps the promises."""
    cursor = connection.cursor()
    for name, value in PRAGMAS.items():
        _set(cursor, f"PRAGMA {name} = {value}")
    cursor.close()


def _set(cursor: Any, pragma: str) -> None:
    """Set one; a file's first turn to WAL does not wait for others' by itself, so it is tried."""
    for _ in range(WAL_TRIES):
        try:
            cursor.execute(pragma)
            return
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault):
                raise
            time.sleep(WAL_TRY_SECONDS)
    cursor.execute(pragma)


def _on_sqlite_connect(connection: Any, _record: ConnectionPoolEntry) -> None:
    # The driver must not open transactions by itself: _on_sqlite_begin does.
    connection.isolation_level = None
    set_pragmas(connection)


def _on_sqlite_begin(connection: Any) -> None:
    options = connection.get_execution_options()
    if not options.get("haowu_glances", False):
        writes = options.get("haowu_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


async def _assert_pragmas(connection: AsyncConnection) -> None:
    for name, wanted in PRAGMAS.items():
        found = await connection.scalar(text(f"PRAGMA {name}"))
        if found != wanted:
            raise TemporaryError(f"SQLite runs with {name} = {found}, not {wanted}.")
