"""R7: eight writers at once on one SQLite file, a slow reader beside them, and nobody notices.

Each writer is a process of its own with the real services; an error that a service raises is one
that somebody would have seen. The log of the database is watched all the while.
"""

import asyncio
import contextlib
import io
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from bot.domain.records import ClickClass
from bot.services.links.tracking import Tracking
from bot.services.people.enrolling import Enrolling
from bot.services.posts.publishing import Publishing
from bot.services.posts.sending import Sending
from storage.database import Database
from storage.tables import posts
from tests.bot.services import stand_ins
from tests.bot.services.books.market import CODES, COLUMNS, OPENED_AT, Market, fields_of, set_up
from tests.bot.services.books.model import Told
from tests.cast import BOT, NOON, add_group, add_offer, add_promoter
from tests.evidence import Line, World, at_least, at_most, exactly
from tests.evidence.killing import Child, Nursery, Wire

SECONDS = (60, 8)
"""In a full run and in a quick one."""
CONTROL_SECONDS = (10, 3)
WAL_LIMIT_MIB = 64
MIB = 1024 * 1024
LOOKED_EVERY = 0.02
READ_SECONDS = 10.0
"""A slow reader's transaction is open so long: a large report, a backup, a check of the books."""
AT_ONCE = 32
FILE_ROWS = 200
GROUPS = 20
FAILED_PERCENT = 10
"""The naive variant fails at least so often; 87.5 was measured."""

Counts = dict[str, float]
Turn = Callable[[int], Awaitable[int]]
"""One turn of a writer, by its number; how many things it wrote."""


def _told(number: int, word: str, *, is_push: bool) -> Told:
    return Told(
        key=("feed", f"{word}-{number}", "1"),
        status="approved" if is_push else "settled",
        commission=number % 10_000,
        currency="CNY",
        sub_id=CODES["chen"],
        at=OPENED_AT,
        ordered_at=OPENED_AT - timedelta(hours=1),
        is_push=is_push,
    )


def clicks(database: Database, word: str) -> Turn:
    """People who follow links."""
    tracking = Tracking(database, lambda: OPENED_AT, secrets.token_bytes)

    async def turn(number: int) -> int:
        codes = list(CODES.values())
        followed = (
            tracking.follow(
                codes[n % len(codes)], kind=ClickClass.PERSON, address=f"10.0.{number % 250}.{n}"
            )
            for n in range(AT_ONCE)
        )
        return len(await asyncio.gather(*followed))

    del word
    return turn


def pushes(database: Database, word: str) -> Turn:
    """Postbacks of orders, each a new one."""
    market = Market(database)

    async def turn(number: int) -> int:
        told = [_told(number * AT_ONCE + n, word, is_push=True) for n in range(AT_ONCE)]
        await asyncio.gather(*(market.push(one) for one in told))
        return AT_ONCE

    return turn


def files(database: Database, word: str) -> Turn:
    """Reports that settle, and money that is released."""
    market = Market(database, OPENED_AT + timedelta(days=30))

    async def turn(number: int) -> int:
        lines = [",".join(COLUMNS)]
        for n in range(FILE_ROWS):
            fields = fields_of(_told(number * FILE_ROWS + n, word, is_push=False))
            lines.append(",".join(fields.get(name, "") for name in COLUMNS))
        content = io.BytesIO("\n".join(lines).encode())
        counts = await market.crediting.receive_file("feed", content, {})
        await market.settling.release_due()
        return counts.credited

    return turn


def planning(database: Database, word: str) -> Turn:
    """A day's noon after the other, planned for every group."""
    clock = stand_ins.Clock(NOON)
    publishing = Publishing(
        database, stand_ins.PROGRAMMES, stand_ins.TEXTS, clock, secrets.token_bytes, "https://x.example"
    )  # fmt: skip

    async def turn(_number: int) -> int:
        results = await publishing.publish_now("noon", by=word)
        clock.pass_(days=1)
        async with database.write() as connection:
            await connection.execute(text("UPDATE offers SET seen_at = :at"), {"at": _plain(clock)})
        return len(results)

    return turn


def marking(database: Database, word: str) -> Turn:
    """The outbox: claimed, fenced, sent and marked."""
    clock = stand_ins.Clock(NOON)
    sending = Sending(
        database, stand_ins.Sender(), stand_ins.TEXTS, clock, secrets.token_bytes, BOT
    )

    async def turn(_number: int) -> int:
        async with database.read() as connection:
            due_at = await connection.scalar(
                select(func.min(posts.c.due_at)).where(posts.c.state == "planned")
            )
        clock.at = max(clock.at, (due_at or clock.at) + timedelta(minutes=1))
        counts = await sending.send_due()
        return sum(vars(counts).values())

    del word
    return turn


def meeting(database: Database, word: str) -> Turn:
    """People who speak to the bot for the first time."""
    enrolling = Enrolling(
        database, stand_ins.PROGRAMMES, lambda: OPENED_AT, secrets.token_bytes, "zh"
    )

    async def turn(number: int) -> int:
        await enrolling.meet(10**9 + number, f"{word} {number}", "zh")
        return 1

    return turn


def _plain(clock: stand_ins.Clock) -> str:
    return clock.at.strftime("%Y-%m-%d %H:%M:%S.%f")


WRITERS: Mapping[str, Callable[[Database, str], Turn]] = {
    "clicks": clicks,
    "more clicks": clicks,
    "pushes": pushes,
    "more pushes": pushes,
    "files": files,
    "planning": planning,
    "marking": marking,
    "meeting": meeting,
}


async def write(wire: Wire, database_url: str, kind: str, seconds: float) -> None:
    """A child's work: turn after turn; says what it wrote, what failed, and the longest turn."""
    database = Database(database_url)
    turn = WRITERS[kind](database, kind.replace(" ", "-"))
    counts: Counts = {"written": 0, "failed": 0, "longest": 0.0}
    ends, number = time.monotonic() + seconds, 0
    while (began := time.monotonic()) < ends:
        try:
            counts["written"] += await turn(number)
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
    failed = sum(counts["failed"] for counts in found.values())
    yield exactly("R7.failures", failed, 0)
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
