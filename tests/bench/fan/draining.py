"""The outbox in a process on a core of its own: posts are planted, and drained with a stopwatch."""

import asyncio
import json
import logging
import os
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import uvloop

from bot.delivery import Delivery, outward
from bot.domain.posts.budgets import Limits
from bot.services.posts.sending import Sending
from storage import bulk
from storage.database import Database
from storage.tables import groups, posts
from tests.bench.fan.api import BOT_ID, TOKEN
from tests.bench.fan.senders import KEYS, WORDS
from tests.bot.services.stand_ins import TEXTS

UNLIMITED = Limits(per_second=100_000, chat_gap_seconds=0.0, group_per_minute=100_000)
AT_ONCE = 2_000
RENDERED = {
    "html": WORDS,
    "image_url": None,
    "buttons": [[{"text": text, "url": url} for text, url in row] for row in KEYS],
}


async def plant(
    database: Database, promoter_id: int, count: int, first: int, due_at: datetime
) -> None:
    """``count`` groups from number ``first`` on, each with a post that is due."""
    for begin in range(first, first + count, AT_ONCE):
        numbers = range(begin, min(begin + AT_ONCE, first + count))
        async with database.write() as connection:
            await bulk.insert(connection, groups, [_group(n, promoter_id) for n in numbers])
            await bulk.insert(connection, posts, [_post(n, promoter_id, due_at) for n in numbers])


def _group(number: int, promoter_id: int) -> dict[str, Any]:
    return {
        "id": number,
        "chat_id": -1_000_000_000 - number,
        "title": "Sunny Court",
        "promoter_id": promoter_id,
        "programme": "fenxiang",
        "state": "active",
        "is_paused": False,
        "member_count": 120,
        "timezone": "Asia/Shanghai",
        "language": "zh",
        "missing_rights": [],
        "connected_at": datetime.now(UTC),
        "bot_id": BOT_ID,
    }


def _post(number: int, promoter_id: int, due_at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "group_id": number,
        "promoter_id": promoter_id,
        "offer_id": None,
        "day": due_at.date(),
        "slot": "noon",
        "ordinal": 1,
        "state": "planned",
        "due_at": due_at,
        "closes_at": due_at + timedelta(hours=2),
        "rendered": RENDERED,
        "is_autopilot": True,
        "attempts": 0,
        "created_at": due_at,
        "bot_id": BOT_ID,
    }


async def drain(worker: Sending, count: int) -> dict[str, float]:
    """Send ``count`` posts that are due; posts a second, and µs of CPU a post."""
    began, cpu, sent = time.perf_counter(), time.process_time(), 0
    while sent < count:
        counts = await worker.send_due()
        sent += counts.sent + counts.failed + counts.uncertain + counts.skipped
    spent = time.process_time() - cpu
    return {"rate": sent / (time.perf_counter() - began), "cpu_us": spent / count * 1e6}


def worker_of(database: Database, url: str, limits: Limits) -> Sending:
    """The outbox as ``haowu run`` builds it."""
    return Sending(
        database,
        Delivery(outward(TOKEN, url)),
        TEXTS,
        lambda: datetime.now(UTC),
        os.urandom,
        bot_id=BOT_ID,
        limits=limits,
    )


async def work(database_url: str, url: str, per_second: float) -> None:
    """Drain as many as each line of standard input says are due; answer each with a line."""
    loop, database = asyncio.get_running_loop(), Database(database_url)
    worker = worker_of(database, url, replace(UNLIMITED, per_second=per_second))
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        sys.stdout.write(json.dumps(await drain(worker, int(line))) + "\n")
        sys.stdout.flush()
    await worker.close()
    await database.close()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    paced = float(sys.argv[3]) if len(sys.argv) > 3 else UNLIMITED.per_second
    uvloop.run(work(sys.argv[1], sys.argv[2], paced))
