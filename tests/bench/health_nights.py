"""One night's evaluation of many groups: seconds and memory, on either engine.

.venv/bin/python -m tests.bench.health_nights 10000 [postgresql]
"""

import asyncio
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from bot.services.health import together
from storage.database import Database
from tests.bot.services.stand_ins import Clock
from tests.cast import add_offer, set_stage
from tests.postgres import running
from tests.schemes import PROGRAMMES

TODAY = date(2026, 11, 22)
ONE_NIGHT_FROM = 20_000
LOOKED_AT_DAYS, POSTED_DAYS, POSTS_A_DAY = 56, 3, 3


def say(line: str) -> None:
    """Write a line at once: nights are long."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def series(engine: str, name: str, first: int, last: int) -> str:
    """A table of whole numbers, in the words of either engine."""
    if engine == "sqlite":
        return (
            f"(WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s "
            f"WHERE n < {last}) SELECT n FROM s) {name}"
        )
    return f"generate_series({first}, {last}) AS {name}(n)"


async def fill(database: Database, count: int) -> None:
    """Groups with eight weeks of counts, and the posts, links and clicks of three days."""
    stage = await set_stage(database)
    engine = "sqlite" if database.is_sqlite else "postgresql"
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        group = series(engine, "g", 2, count)
        await connection.execute(
            text(
                "INSERT INTO groups (id, chat_id, title, promoter_id, programme, state, is_paused,"
                " member_count, timezone, language, missing_rights, connected_at)"
                f" SELECT g.n, -1002000000000 - g.n, 'Court', {stage.lin}, 'fenxiang', 'active',"
                " false, 120, 'Asia/Shanghai', 'zh', '[]', '2026-09-01 00:00:00'"
                f" FROM {group}"
            )
        )
        for back in range(1, LOOKED_AT_DAYS + 1):
            day = TODAY - timedelta(days=back)
            await connection.execute(
                text(
                    "INSERT INTO group_days (group_id, day, members, posts, clicks, leaves_after)"
                    f" SELECT g.n, '{day}', 120, 6, 30, 1 FROM {series(engine, 'g', 1, count)}"
                )
            )
        for number in range(POSTED_DAYS * POSTS_A_DAY):
            day = TODAY - timedelta(days=number // POSTS_A_DAY)
            await post(connection, engine, count, number, day, int(stage.lin), int(offer_id))


async def post(
    connection: object, engine: str, count: int, number: int, day: date, lin: int, offer: int
) -> None:
    """One post of each group with its link and the clicks on it."""
    group, at = series(engine, "g", 1, count), f"{day} 0{4 + number % POSTS_A_DAY}:00:00"
    base = number * 10_000_000
    execute = connection.execute  # type: ignore[attr-defined]
    await execute(
        text(
            "INSERT INTO posts (id, group_id, promoter_id, offer_id, day, slot, ordinal, state,"
            " due_at, closes_at, rendered, is_autopilot, attempts, created_at, sent_at)"
            f" SELECT {base} + g.n, g.n, {lin}, {offer}, '{day}', 'noon', {number}, 'sent',"
            f" '{at}', '{at}', '{{}}', true, 0, '{at}', '{at}' FROM {group}"
        )
    )
    code = f"'c' || ({base} + g.n)"
    await execute(
        text(
            "INSERT INTO links (code, offer_id, marketplace, post_id, group_id, promoter_id,"
            f" target_url, created_at) SELECT {code}, {offer}, 'feed', {base} + g.n, g.n, {lin},"
            f" 'https://shop.example.com', '{at}' FROM {group}"
        )
    )
    await execute(
        text(
            "INSERT INTO click_hours (code, hour_at, people, bots)"
            f" SELECT {code}, '{at}', 5, 1 FROM {group}"
        )
    )


async def night(database_url: str, count: int) -> None:
    """Fill a database and evaluate one night."""
    database = Database(database_url)
    await database.create()
    begun = time.perf_counter()
    await fill(database, count)
    say(f"{count} groups filled in {time.perf_counter() - begun:.0f} s")
    clock = Clock(datetime(2026, 11, 22, 2, 30, tzinfo=UTC))
    evaluating = together.build(database, PROGRAMMES, clock).evaluating
    begun = time.perf_counter()
    await evaluating.adopt()
    adopted = time.perf_counter() - begun
    async with database.write() as connection:
        if not database.is_sqlite:
            await connection.execute(text("ANALYZE"))
    clock.pass_(days=1)
    for which in ("first", "usual")[: 1 if count > ONE_NIGHT_FROM else 2]:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begun, done = time.perf_counter(), 0
        while number := await evaluating.evaluate():
            done += number
        seconds = time.perf_counter() - begun
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        say(
            f"{database_url.partition(':')[0]} {which} night: {done} groups in {seconds:.1f} s, "
            f"{1000 * seconds / done:.2f} ms a group, {grown:.0f} MiB more; "
            f"adopted in {adopted:.1f} s"
        )
        clock.pass_(days=1)
    await database.close()


def main() -> None:
    """The command line."""
    count = int(sys.argv[1])
    if len(sys.argv) > 2:
        with running(is_durable=False) as server:

            async def on_server() -> None:
                await night(await server.fresh(), count)

            asyncio.run(on_server())
        return
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(night(f"sqlite:///{Path(folder) / 'haowu.db'}", count))


if __name__ == "__main__":
    main()
