"""The web side of ``haowu run`` as a process of its own, spoken to in bytes over real sockets."""

import asyncio
import contextlib
import os
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from storage.database import Database
from storage.migrating import migrate
from storage.tables import click_hours, conversions, entries, postbacks
from tests.bot.services.bookshop import Shop, open_shop
from tests.evidence import World

ROOT = Path(__file__).parents[3]
KEY = "k3y-of-this-month-and-of-no-other"
SIGNING_SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
ANSWER_SECONDS = 30.0
AT_ONCE = 16
"""Connections that speak to the site at the same time."""
_LISTENING = re.compile(rb"listening on port (\d+)")


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 when the connection was closed without an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Site:
    """The running web side, and what stands in its database."""

    shop: Shop
    port: int
    log: list[bytes] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """Its database, over a connection of our own."""
        return self.shop.database

    async def ask(self, request: bytes) -> Answer:
        """The answer to one request, byte for byte as given, on a connection of its own."""
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                with contextlib.suppress(ConnectionError):
                    writer.write(request)
                    await writer.drain()
                return await read_answer(reader)
            finally:
                writer.close()

    async def ask_all(self, requests: Iterable[bytes]) -> list[Answer]:
        """The answers to many requests, in their order, a few at a time."""
        room = asyncio.Semaphore(AT_ONCE)

        async def one(request: bytes) -> Answer:
            async with room:
                return await self.ask(request)

        return list(await asyncio.gather(*(one(request) for request in requests)))

    async def statuses(self, requests: Iterable[bytes]) -> Counter[int]:
        """How often each status answers many requests, in no order, over connections kept open."""
        return await statuses(self.port, requests)

    async def clicks(self) -> tuple[int, int]:
        """How many people and how many bots were counted."""
        async with self.database.read() as connection:
            sums = select(func.sum(click_hours.c.people), func.sum(click_hours.c.bots))
            people, bots = (await connection.execute(sums)).one()
        return int(people or 0), int(bots or 0)

    async def books(self) -> dict[str, int]:
        """How many reports were kept, in quarantine and in all, and what the books hold."""
        is_frozen = conversions.c.is_frozen.is_(True)
        asked = {
            "postbacks": select(func.count()).select_from(postbacks),
            "conversions": select(func.count()).select_from(conversions).where(~is_frozen),
            "quarantined": select(func.count()).select_from(conversions).where(is_frozen),
            "entries": select(func.count()).select_from(entries),
        }
        async with self.database.read() as connection:
            return {name: await connection.scalar(each) or 0 for name, each in asked.items()}


async def statuses(port: int, requests: Iterable[bytes]) -> Counter[int]:
    """How often each status answers ``requests`` at a local ``port``, over open connections."""
    waiting, found = iter(requests), Counter[int]()

    async def ask_on_and_on() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for one in waiting:
            writer.write(one.replace(b"Connection: close\r\n", b"", 1))
            answer = await read_answer(reader)
            found[answer.status] += 1
            if not answer.status or answer.headers.get("connection") == "close":
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.close()

    await asyncio.gather(*(ask_on_and_on() for _ in range(AT_ONCE)))
    return found


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """The next answer of a connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return Answer(0, {}, b"")
    first, *rest = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in rest if line)
    headers = {name.lower(): value for name, _, value in pairs}
    try:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    except (asyncio.IncompleteReadError, ConnectionError) as ended:
        # A HEAD tells a length and has no body.
        body = ended.partial if isinstance(ended, asyncio.IncompleteReadError) else b""
    return Answer(int(first.split(" ")[1]), headers, body)


def get(target: str | bytes, **headers: str | bytes) -> bytes:
    """A GET of ``target``; a header's name is written with ``_`` for ``-``."""
    return request(b"GET", target, headers)


def post(target: str | bytes, body: bytes, **headers: str | bytes) -> bytes:
    """A POST of ``body`` to ``target``."""
    return request(b"POST", target, {"content_length": str(len(body))} | headers, body)


def request(
    method: bytes, target: str | bytes, headers: Mapping[str, str | bytes], body: bytes = b""
) -> bytes:
    """A request byte for byte, on a connection that closes after its answer."""
    lines = [method + b" " + _bytes(target) + b" HTTP/1.1", b"Host: haowu.example"]
    lines += [b"Connection: close"]
    for name, value in headers.items():
        lines.append(name.replace("_", "-").encode() + b": " + _bytes(value))
    return b"\r\n".join([*lines, b"", b""]) + body


@asynccontextmanager
async def opened(world: World, engine: str, name: str, **settings: str) -> AsyncIterator[Site]:
    """The web side over a fresh database with Lin's and Chen's links; it is killed at the end."""
    url = f"sqlite:///{world.folder / name}.db"
    if engine == "postgresql":
        url = await world.postgres.fresh()
    database = Database(url)
    await migrate(database)
    shop = await open_shop(database)
    serving = await _start(world.folder, DATABASE_URL=url, **settings)
    assert serving.stderr is not None
    site = Site(shop, await _port(serving.stderr))
    listening = asyncio.create_task(_listen(serving.stderr, site.log))
    try:
        yield site
    finally:
        serving.kill()
        await serving.wait()
        await listening
        await database.close()


async def _start(folder: Path, **settings: str) -> asyncio.subprocess.Process:
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "HTTP_PORT": "0",
        "PUBLIC_URL": "https://haowu.example",
        "POSTBACK_KEY": KEY,
    } | settings
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", "--only", "web",
        cwd=folder, env=environment, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def _port(log: asyncio.StreamReader) -> int:
    said = b""
    while line := await log.readline():
        said += line
        if found := _LISTENING.search(line):
            return int(found[1])
    raise RuntimeError(said.decode())


async def _listen(log: asyncio.StreamReader, lines: list[bytes]) -> None:
    while line := await log.readline():
        lines.append(line)


def _bytes(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode()
