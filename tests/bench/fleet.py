"""How a worker learns that there is work: asking every second, or being told by NOTIFY."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from storage.database import Database
from storage.posts import outbox
from storage.tables import posts
from tests.bench import Bench, Figure, Subject, told
from tests.cast import BOT, Stage, add_post, set_stage

ROUNDS = 3
WRITERS = 8
TICK_SECONDS = 1.0
"""The outbox's row of the timetable."""
CHANNEL = "haowu_posts"


async def waking(world: Bench) -> AsyncIterator[Figure]:
    """From a post's commit to its claim; what an idle tick costs; what NOTIFY costs the writers."""
    database = Database(await world.postgres.with_tables())
    stage = await set_stage(database)
    asked: list[float] = []
    heard: list[float] = []
    for _ in range(ROUNDS):
        asked.append(await _latency(database, stage, world.of(6, 2)))
        heard.append(await _latency(database, stage, world.of(6, 2), is_told=True))
    yield told("waking.ask_each_second.latency", asked, "s")
    yield told("waking.notify.latency", heard, "s")
    idle = [await _idle(database, world.of(400, 50)) for _ in range(ROUNDS)]
    yield told("waking.idle_tick", idle, "ms")
    yield told("waking.idle_tick.of_a_second", [one / 1000 for one in idle], "ratio")
    plain: list[float] = []
    price: list[float] = []
    for _ in range(ROUNDS):
        without = await _throughput(database, world.of(3, 1), "SELECT 1")
        within = await _throughput(database, world.of(3, 1), f"NOTIFY {CHANNEL}")
        plain.append(without)
        price.append(within / without)
    yield told(f"waking.{WRITERS}_writers.commits", plain, "1/s")
    yield told(f"waking.{WRITERS}_writers.notify_keeps", price, "ratio")
    await database.close()


async def _latency(database: Database, stage: Stage, count: int, *, is_told: bool = False) -> float:
    """Seconds from the commit of a due post to its claim, on average over ``count`` posts."""
    bell, taken = asyncio.Event(), asyncio.Queue[float]()
    engine = database.apart()
    listening = await engine.connect()
    raw = await listening.get_raw_connection()
    await raw.driver_connection.add_listener(CHANNEL, lambda *_: bell.set())  # type: ignore[union-attr]
    working = asyncio.create_task(_work(database, bell if is_told else None, taken))
    total = 0.0
    for number in range(count):
        # At any moment between two ticks.
        await asyncio.sleep(TICK_SECONDS * (1 + number / count))
        now = datetime.now(UTC)
        async with database.write() as connection:
            await add_post(
                connection, stage.group, stage.lin,
                state="planned", due_at=now, ordinal=number, closes_at=now + timedelta(hours=1),
            )  # fmt: skip
            if is_told:
                await connection.execute(text(f"NOTIFY {CHANNEL}"))
        committed = time.monotonic()
        total += await taken.get() - committed
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    async with database.write() as connection:
        await connection.execute(posts.delete())
    await listening.close()
    await engine.dispose()
    return total / count


async def _work(
    database: Database, bell: asyncio.Event | None, taken: asyncio.Queue[float]
) -> None:
    """Claim what is due: at each stroke of the bell, or every second."""
    while True:
        if bell is None:
            await asyncio.sleep(TICK_SECONDS)
        else:
            await bell.wait()
            bell.clear()
        now = datetime.now(UTC)
        async with database.write() as connection:
            found = await outbox.claim(
                connection, now, bot_id=BOT, lease="x", until=now + timedelta(minutes=1), limit=9
            )
        for _ in found:
            taken.put_nowait(time.monotonic())


async def _idle(database: Database, count: int) -> float:
    """Milliseconds that a tick takes which finds nothing."""
    began = time.monotonic()
    for _ in range(count):
        async with database.read() as connection:
            await outbox.has_due(connection, datetime.now(UTC), bot_id=BOT, is_first=True)
    return 1000 * (time.monotonic() - began) / count


async def _throughput(database: Database, seconds: float, also: str) -> float:
    """Commits a second of WRITERS that write a row each time, and say ``also``."""
    async with database.write() as connection:
        await connection.execute(text("CREATE TABLE IF NOT EXISTS scratch (n bigint)"))
        await connection.execute(text("TRUNCATE scratch"))
    ends = time.monotonic() + seconds
    done = 0

    async def write(number: int) -> None:
        nonlocal done
        while time.monotonic() < ends:
            async with database.write() as connection:
                await connection.execute(text("INSERT INTO scratch VALUES (:n)"), {"n": number})
                await connection.execute(text(also))
            done += 1

    await asyncio.gather(*(write(number) for number in range(WRITERS)))
    return done / seconds


SUBJECTS: Mapping[str, Subject] = {"waking": waking}
