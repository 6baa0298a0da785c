"""A click that was answered is kept, even when the process is killed the next moment."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.domain.records import Link
from storage.database import Database
from storage.links import links
from tests.cast import NOON, add_offer, set_stage
from tests.handlers.web.conftest import CODE, PHONE, TARGET

KILLS = 3
CLICKING_SECONDS = 0.5
CLIENTS = 16
REQUEST = f"GET /r/{CODE} HTTP/1.1\r\nHost: x\r\nUser-Agent: {PHONE}\r\n\r\n".encode()


@asynccontextmanager
async def process(database_url: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """The web side in a process of its own, with its port."""
    found = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.handlers.web.clicking", "ours", database_url,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert found.stdout is not None
    try:
        yield found, int(await found.stdout.readline())
    finally:
        if found.returncode is None:
            found.kill()
        await found.wait()


async def click_until_gone(port: int, answered: list[int]) -> None:
    """Click over one connection until it breaks; each 302 that was read adds one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while True:
            writer.write(REQUEST)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 302")
            answered[0] += 1
    except (ConnectionError, asyncio.IncompleteReadError):
        answered[1] += 1
    finally:
        writer.close()


@pytest.fixture
async def linked(database: Database) -> Database:
    """A database with the link CODE."""
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        link = Link(CODE, offer_id, "feed", None, stage.group, stage.lin, TARGET, NOON)
        await links.add(connection, [link])
    return database


async def test_no_click_that_was_answered_is_lost_when_the_process_is_killed(
    linked: Database,
) -> None:
    url = linked.url.set(drivername=linked.url.get_backend_name())
    answered = [0, 0]
    for _kill in range(KILLS):
        async with process(url.render_as_string(hide_password=False)) as (serving, port):
            clicking = [
                asyncio.create_task(click_until_gone(port, answered)) for _ in range(CLIENTS)
            ]
            await asyncio.sleep(CLICKING_SECONDS)
            serving.kill()
            await asyncio.gather(*clicking)
    assert answered[0] > KILLS * CLIENTS, "clicks were answered before the kills"
    assert answered[1] == KILLS * CLIENTS, "every client had its connection broken under way"
    async with linked.read() as connection:
        kept = await connection.scalar(text("SELECT count(*) FROM clicks")) or 0
        counted = await connection.scalar(text("SELECT sum(people) FROM click_hours"))
    assert answered[0] <= kept <= answered[0] + KILLS * CLIENTS
    assert counted == kept
