"""The outbox over HTTP through the real PTB: faults happen, and no post arrives twice."""

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from bot.delivery import Delivery
from bot.domain.posts.budgets import Limits
from bot.domain.records import PostState
from bot.sandbox.world.faults import Fault
from bot.services.posts.sending import Sending
from storage.database import Database
from storage.tables import notices, posts
from tests import cast
from tests.bot.sandbox.stage import PROMOTER, Standing, build, ptb, served
from tests.bot.services.stand_ins import TEXTS, Clock
from tests.cast import BOT, NOON

FAST = Limits(per_second=10_000, chat_gap_seconds=0.0, group_per_minute=1_000)
FAULTS: list[dict[str, Any]] = [
    {"kind": "reset", "when": "before"},
    {"kind": "reset", "when": "after"},
    {"kind": "status", "when": "after"},
    {"kind": "malformed", "when": "after"},
    {"kind": "delay", "when": "after", "seconds": 1.5},
    {"kind": "retry_after", "seconds": 1},
]


@pytest.fixture
async def standing() -> AsyncIterator[Standing]:
    """A sandbox without flood limits, asked by a client that waits half a second."""
    async with (
        served(build) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
        ptb(url) as bot,
    ):
        bot._request[1]._client.timeout = httpx.Timeout(0.5)  # type: ignore[attr-defined]
        yield Standing(url, app.state.world, client, bot)


async def planned(
    database: Database, standing: Standing, groups: int, each: int, kind: str = "supergroup"
) -> list[int]:
    """Chats of Lin with ``each`` due posts, every post with words of its own."""
    chats = [await standing.group(title=f"group {number}", kind=kind) for number in range(groups)]
    async with database.write() as connection:
        lin = await cast.add_promoter(connection, PROMOTER, "Lin")
        for chat in chats:
            group = await cast.add_group(connection, lin, chat)
            for ordinal in range(each):
                html = f"「广告」{chat}/{ordinal}"
                await cast.add_post(
                    connection,
                    group,
                    lin,
                    ordinal=ordinal,
                    state="planned",
                    closes_at=NOON + timedelta(minutes=30),
                    rendered={"html": html, "image_url": None, "buttons": []},
                )
    return chats


async def states(database: Database) -> dict[str, int]:
    """How many posts stand where."""
    found: dict[str, int] = {}
    async with database.read() as connection:
        for state in await connection.scalars(select(posts.c.state)):
            found[state] = found.get(state, 0) + 1
    return found


async def work(database: Database, standing: Standing, minutes: int, seconds: float) -> int:
    """Run a worker process and kill it ``seconds`` after it began to send; its exit code."""
    url = database.url.set(drivername=database.url.get_backend_name())
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bot.services.outbox_worker",
        url.render_as_string(hide_password=False),
        standing.url,
        str(minutes),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), seconds)
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    return await process.wait()


async def test_no_post_arrives_twice_whatever_happens_on_the_way(
    database: Database, standing: Standing
) -> None:
    chats = await planned(database, standing, groups=12, each=4)
    chance = random.Random(7)  # noqa: S311 - which faults happen, not a secret
    for number in range(18):
        fault = FAULTS[number % len(FAULTS)] | {"chat_id": chance.choice(chats)}
        standing.world.faults.order(Fault(**fault))
    kills = 0
    for minutes in range(3):
        ended = await work(database, standing, minutes * 2, chance.uniform(0.02, 0.3))
        kills += ended == -signal.SIGKILL
    assert await work(database, standing, 20, 20) == 0
    assert kills >= 1
    assert standing.world.faults.happened >= 6
    assert standing.world.ledger.repeated() == []
    found = await states(database)
    assert set(found) <= {"sent", "uncertain", "planned"}
    assert found["uncertain"] >= 1
    arrived = len(standing.world.ledger.rows)
    assert found["sent"] <= arrived <= found["sent"] + found["uncertain"]
    async with database.read() as connection:
        told = list(await connection.scalars(select(notices.c.text)))
    assert told.count("notice.uncertain") == found["uncertain"]


async def test_a_group_that_becomes_a_supergroup_gets_its_posts_there(
    database: Database, standing: Standing
) -> None:
    [chat] = await planned(database, standing, groups=1, each=3, kind="group")
    moved = await standing.act("migrate", chat_id=chat)
    worker = Sending(database, Delivery(standing.bot), TEXTS, Clock(NOON), os.urandom, BOT, FAST)
    for _ in range(3):
        await worker.send_due()
    assert standing.world.ledger.per_chat == {moved["id"]: 3}
    words = [row["text"] for row in standing.world.ledger.rows]
    assert words == sorted(words)
    assert (await states(database)) == {PostState.SENT: 3}


async def test_a_group_that_threw_the_bot_out_is_lost_and_the_others_are_served(
    database: Database, standing: Standing
) -> None:
    chats = await planned(database, standing, groups=2, each=2)
    await standing.act("remove_bot", chat_id=chats[0], by=PROMOTER)
    worker = Sending(database, Delivery(standing.bot), TEXTS, Clock(NOON), os.urandom, BOT, FAST)
    await worker.send_due()
    assert standing.world.ledger.per_chat[chats[1]] == 2
    assert await states(database) == {"sent": 2, "failed": 1, "cancelled": 1}
    await standing.started(PROMOTER)
    assert await worker.notify() == 1
