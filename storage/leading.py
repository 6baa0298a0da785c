"""Places that one process holds at a time: advisory locks in one open transaction, with a lease."""

import asyncio
import contextlib
import fcntl
import logging
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import InputError
from storage.database import Database

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def alone(database: Database) -> Iterator[None]:
    """Be the only one for as long as this lasts that leads over a SQLite file.

    The kernel frees the lock when its process ends, however that ends; on PostgreSQL nothing is
    locked, for there ``Leading`` decides. Raises InputError when another process is at it.
    """
    name = database.url.database
    if not database.is_sqlite or not name or name == ":memory:" or name.startswith("file:"):
        yield
        return
    file = os.open(f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise InputError(
            f"Another `haowu run` works on {name} already; several at once need PostgreSQL."
        ) from None
    try:
        yield
    finally:
        os.close(file)


@dataclass(frozen=True, slots=True)
class Pace:
    """How often a holder says that it lives, and for how long it is believed."""

    beat_seconds: float = 1.0
    lease_seconds: float = 4.0
    """So long after a beat was sent its holder may act; whoever comes next waits that long."""
    idle_seconds: float = 5.0
    """So long after a beat arrived the server ends the holder's session: later than the lease."""


class Leading:
    """The places of one kind that this process holds, or would hold; the ``names`` are all.

    A place is ``pg_try_advisory_xact_lock`` inside one transaction of an own connection, which
    stays open (and goes through PgBouncer in transaction mode, which pins it). READ COMMITTED
    keeps no snapshot between two statements, so it holds back no vacuum. What ends a holder's
    session, or its beats, frees its places: death, a lost network, a stall.

    Every contender also shares a lock on the kind itself, by which all of them are counted: each
    takes a fair part of the places and gives back, from the last one taken, what is more. On
    SQLite there is one process, and it holds every place.
    """

    def __init__(
        self, database: Database, kind: str, names: Sequence[str], pace: Pace | None = None
    ) -> None:
        """``kind`` is what contenders have in common; nothing is held yet."""
        self.database = database
        self.kind = kind
        self.names = tuple(names)
        self.pace = pace or Pace()
        self.held: dict[str, float] = {}
        """What is held, in the order of taking: the name, and from when on to act (``_clock``)."""
        self.share = len(self.names)
        """How many places are this process's fair part, as of the last beat."""
        self._engine = None if database.is_sqlite else database.apart()
        self._connection: AsyncConnection | None = None
        self._session: Any = None
        """The driver's own connection, which can speak the simple protocol."""
        self._lease_ends = 0.0
        self._is_first_look = True

    def is_held(self, name: str) -> bool:
        """Whether to act for a place now; to be asked right before each act."""
        if name not in self.held:
            return False
        if self._engine is None:
            return True
        return self.held[name] <= _clock() < self._lease_ends

    async def beat(self) -> None:
        """Say that we live, look who else does, and take what is free and ours to take.

        Never raises: where the beat fails, everything that was held is lost.
        """
        if self._engine is None:
            self.held = dict.fromkeys(self.names, 0.0)
            return
        sent_at = _clock()
        try:
            async with asyncio.timeout(self.pace.lease_seconds):
                await self._look()
        except Exception as fault:
            await self._lose(fault)
            return
        self._lease_ends = sent_at + self.pace.lease_seconds

    async def give_back(self, name: str) -> None:
        """Free the place that was taken last; its work is done."""
        assert name == next(reversed(self.held))  # noqa: S101 - a savepoint undoes all after it
        del self.held[name]
        if self._connection is None:
            return
        try:
            async with asyncio.timeout(self.pace.lease_seconds):
                savepoint = f"place_{len(self.held)}"
                await self._session.execute(
                    f"ROLLBACK TO SAVEPOINT {savepoint}; RELEASE SAVEPOINT {savepoint}"
                )
        except Exception as fault:
            await self._lose(fault)

    async def close(self) -> None:
        """Free everything; the work is done."""
        await self._drop(is_broken=False)
        if self._engine is not None:
            await self._engine.dispose()

    async def _look(self) -> None:
        if self._connection is None:
            await self._open()
        taken, contenders = await self._survey()
        self.share = -(-len(self.names) // max(contenders, 1))
        for name in self.names:
            if len(self.held) >= self.share:
                break
            if name not in self.held and key_of(name) not in taken:
                await self._take(name)
        # What was asked by the extended protocol leaves a portal behind, and that a snapshot, which
        # would hold back vacuum; a simple statement sweeps it away.
        await self._session.execute("SELECT 1")
        self._is_first_look = False

    async def _open(self) -> None:
        """Begin the transaction in which the places are held."""
        assert self._engine is not None  # noqa: S101 - never called on SQLite
        self._connection = await self._engine.connect()
        self._session = (await self._connection.get_raw_connection()).driver_connection
        self._lease_ends = 0.0
        milliseconds = int(1000 * self.pace.idle_seconds)
        await self._session.execute(
            f"BEGIN; SET LOCAL idle_in_transaction_session_timeout = {milliseconds};"
            f"SELECT pg_advisory_xact_lock_shared({key_of(self.kind)})"
        )

    async def _survey(self) -> tuple[set[int], int]:
        """The keys of the places that are taken, and how many contend for this kind."""
        keys = [row["key"] for row in await self._session.fetch(_SURVEY)]
        kind = key_of(self.kind)
        return set(keys) - {kind}, keys.count(kind)

    async def _take(self, name: str) -> None:
        savepoint = f"place_{len(self.held)}"
        await self._session.execute(f"SAVEPOINT {savepoint}")
        if await self._session.fetchval("SELECT pg_try_advisory_xact_lock($1)", key_of(name)):
            # Whoever held it may believe so until their lease is over. Nobody did at our start.
            rest = 0.0 if self._is_first_look else self.pace.lease_seconds
            self.held[name] = _clock() + rest
        else:
            await self._session.execute(f"RELEASE SAVEPOINT {savepoint}")

    async def _lose(self, fault: Exception) -> None:
        if self.held:
            logger.warning("lost %s: %s", ", ".join(self.held), type(fault).__name__)
        self._is_first_look = False
        await self._drop(is_broken=True)

    async def _drop(self, *, is_broken: bool) -> None:
        """Forget what is held, and close the session, which frees it."""
        self.held.clear()
        self._lease_ends = 0.0
        connection, self._connection = self._connection, None
        if connection is None:
            return
        with contextlib.suppress(Exception):
            async with asyncio.timeout(self.pace.lease_seconds):
                if is_broken:
                    await connection.invalidate()
                await connection.close()


_SURVEY = """
SELECT (classid::bigint << 32) | objid::bigint AS key FROM pg_lock_status()
WHERE locktype = 'advisory' AND objsubid = 1 AND granted
  AND database = (SELECT datid FROM pg_stat_get_activity(pg_backend_pid()))
"""
"""By functions alone: a view or a table would stay locked as long as the transaction is open."""


def key_of(name: str) -> int:
    """A place's advisory lock: 63 bits of its name, so that no two names ever meet."""
    digest = blake2b(f"haowu {name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _clock() -> float:
    """Seconds that pass also while the machine sleeps, where it can tell them."""
    if hasattr(time, "CLOCK_BOOTTIME"):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
