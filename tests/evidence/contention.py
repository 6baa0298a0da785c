"""R7: eight writers at once on one SQLite file, a slow reader beside them, and nobody notices.

Each writer is a process of its own with the real services; an error that a service raises is one
that somebody would have seen. The log of the database is watched all the while.
"""

import asyncio
import contextlib
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.errors import TemporaryError
from storage.database import Database
from tests.bot.services.books.market import set_up
from tests.cast import add_group, add_offer, add_promoter
from tests.evidence import Line, World, at_least, at_most, exactly
from tests.evidence.killing import Child, Nursery, Wire
from tests.evidence.writers import WRITERS

SECONDS = (60, 8)
"""In a full run and in a quick one."""
CONTROL_SECONDS = (10, 3)
WAL_LIMIT_MIB = 64
MIB = 1024 * 1024
LOOKED_EVERY = 0.02
READ_SECONDS = 6.0
"""A slow reader's transaction is open so long: a large report, a backup, a check of the books."""
GROUPS = 20
FAILED_PERCENT = 10
"""The naive variant fails at least so often; 87.5 was measured."""

Counts = dict[str, float]


class Listening(logging.Handler):
    """Counts what the services log of a database that is locked, whoever was told what."""

    def __init__(self, counts: Counts) -> None:
        """``counts`` has a place for "locked"."""
        super().__init__()
        self._counts = counts

    def emit(self, record: logging.LogRecord) -> None:
        """Look at one record and at the error it is about."""
        fault = record.exc_info[1] if record.exc_info else None
        self._counts["locked"] += "locked" in f"{record.getMessage()} {fault}"


async def write(wire: Wire, database_url: str, kind: str, seconds: float) -> None:
    """A child's work: turn after turn; says what it wrote, what failed, and the longest turn."""
    database = Database(database_url)
    turn = WRITERS[kind](database, kind.replace(" ", "-"))
    counts: Counts = {"written": 0, "failed": 0, "late": 0, "locked": 0, "longest": 0.0}
    logging.getLogger().addHandler(Listening(counts))
    ends, number = time.monotonic() + seconds, 0
    while (began := time.monotonic()) < ends:
        try:
            counts["written"] += await turn(number)
        except TemporaryError:
            counts["late"] += 1
        except Exception as fault:
            counts["failed"] += 1
            counts[f"failed: {fault!r}"[:200]] = 1
        counts["longest"] = max(counts["longest"], time.monotonic() - began)
        number += 1
    await database.close()
    wire.say(counts)


async def read_slowly(wire: Wire, database_url: str, seconds: float) -> None:
    """A child's work: one long transaction after the other that only reads."""
    database = Database(database_url)
    ends, reads = time.monotonic() + seconds, 0
    while time.monotonic() < ends:
        async with database.read() as connection:
            await connection.execute(text("SELECT count(*) FROM conversions"))
            await asyncio.sleep(min(READ_SECONDS, max(0.0, ends - time.monotonic())))
            await connection.execute(text("SELECT count(*) FROM lines"))
            reads += 1
    await database.close()
    wire.say({"reads": reads})


async def write_deferred(wire: Wire, database_url: str, seconds: float) -> None:
    """A child's work as one writes it at first: read, think, write, in one plain transaction."""
    database = Database(database_url)
    counts: Counts = {"written": 0, "failed": 0}
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            async with database.read() as connection:
                found = await connection.scalar(text("SELECT value FROM variables"))
                await connection.execute(
                    text("UPDATE variables SET value = :value"), {"value": str(int(found or 0) + 1)}
                )
            counts["written"] += 1
        except Exception:
            counts["failed"] += 1
    await database.close()
    wire.say(counts)


async def contention(world: World) -> AsyncIterator[Line]:
    """R7, and the control."""
    seconds = float(world.of(*SECONDS))
    url = await _opened(world)
    nursery = Nursery(["tests.evidence.contention"])
    children = {kind: nursery.bear(write, url, kind, seconds) for kind in WRITERS} | {
        "a slow reader": nursery.bear(read_slowly, url, seconds)
    }
    largest = [0]
    watching = asyncio.create_task(_watch(Path(url.removeprefix("sqlite:///") + "-wal"), largest))
    found = {kind: await _result(child) for kind, child in children.items()}
    watching.cancel()
    reads = found.pop("a slow reader")["reads"]
    for what in ("locked", "late", "failed"):
        yield exactly(f"R7.{what}", sum(counts[what] for counts in found.values()), 0)
    for kind, counts in found.items():
        for fault in (key for key in counts if key.startswith("failed: ")):
            yield Line(f"R7.failure.{kind}", fault, "none", False)
    yield at_most("R7.wal_mib", round(largest[0] / MIB, 1), WAL_LIMIT_MIB)
    yield at_least("R7.writers", len(found), 8)
    yield at_least("R7.slow_reads", reads, world.of(6, 1))
    for kind, counts in found.items():
        yield at_least(f"R7.written.{kind}", counts["written"], world.of(20, 1))
    longest = max(counts["longest"] for counts in found.values())
    yield at_least("R7.longest_turn_seconds", round(longest, 2), 0)
    async for line in _control(world, nursery):
        yield line


async def _control(world: World, nursery: Nursery) -> AsyncIterator[Line]:
    url = await world.database_url("sqlite", "deferred")
    database = Database(url)
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO variables VALUES ('n', '0')"))
    children = [
        nursery.bear(write_deferred, url, float(world.of(*CONTROL_SECONDS)))
        for _ in range(len(WRITERS))
    ]
    found: Counter[str] = Counter()
    for child in children:
        found.update(await _result(child))
    await database.close()
    percent = 100 * found["failed"] / max(1, found.total())
    yield at_least("R7.control.deferred_failed_percent", round(percent, 1), FAILED_PERCENT)


async def _result(child: Child) -> Any:
    found = await child.heard(600)
    await child.ended()
    return found


async def _watch(wal: Path, largest: list[int]) -> None:
    while True:
        largest[0] = max(largest[0], _size_of(wal))
        await asyncio.sleep(LOOKED_EVERY)


def _size_of(file: Path) -> int:
    with contextlib.suppress(FileNotFoundError):
        return file.stat().st_size
    return 0


async def _opened(world: World) -> str:
    """A database with the market, and groups and offers that can be planned."""
    url = await world.database_url("sqlite", "contention")
    database = Database(url)
    await set_up(database)
    async with database.write() as connection:
        owner = await add_promoter(connection, 77, "Qian")
        for number in range(GROUPS):
            await add_group(connection, owner, -9000 - number)
        for number in range(GROUPS):
            await add_offer(connection, f"c-{number}")
    await database.close()
    return url


PROMISES = {"R7": contention}
