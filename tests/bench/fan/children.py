"""The processes of a measurement: a stand-in Bot API, clients that send, and the whole bot."""

import asyncio
import json
import os
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import httpx
import trustme

from storage.database import Database
from storage.migrating import migrate
from tests import cast
from tests.bench import Bench
from tests.bench.fan.api import TOKEN, Manner

FAR_SECONDS = 0.05


@dataclass
class Child:
    """A process that answers each line with a line of JSON."""

    process: asyncio.subprocess.Process

    async def ask(self, count: int) -> dict[str, float]:
        """Let it do ``count`` of what it does; what it measured."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{count}\n".encode())
        found: dict[str, float] = json.loads(await self.process.stdout.readline())
        return found


@dataclass(frozen=True)
class Api:
    """A stand-in that serves at ``url``."""

    url: str
    client: httpx.AsyncClient

    async def seen(self) -> dict[str, Any]:
        """What it has seen since it was told to forget."""
        found: dict[str, Any] = (await self.client.get("/seen")).json()["result"]
        return found

    async def forget(self) -> None:
        """Let it count anew."""
        await self.client.get("/forget")


@asynccontextmanager
async def running(module: str, *words: str) -> AsyncIterator[Child]:
    """A process of ours, killed at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.bench.fan.{module}",
        *words,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Child(process)
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def serving(world: Bench, manner: Manner, *, is_far: bool = False) -> AsyncIterator[Api]:
    """A Bot API that behaves so; a far one is behind TLS and 50 ms away."""
    verify: ssl.SSLContext | bool = True
    if is_far:
        authority, file = trustme.CA(), world.folder / "server.pem"
        authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(str(file))
        manner = replace(manner, certificate=str(file), latency_seconds=FAR_SECONDS)
        trusted = world.folder / "authority.pem"
        authority.cert_pem.write_to_path(str(trusted))
        # Every client of the measurement trusts what OpenSSL and rustls are told to.
        os.environ["SSL_CERT_FILE"] = str(trusted)
        verify = ssl.create_default_context(cafile=str(trusted))
    async with running("api", json.dumps(asdict(manner))) as child:
        assert child.process.stdout is not None
        port = int(await child.process.stdout.readline())
        url = f"{'https' if is_far else 'http'}://localhost:{port}"
        async with httpx.AsyncClient(
            base_url=url, trust_env=False, verify=verify, timeout=60
        ) as client:
            try:
                yield Api(url, client)
            finally:
                os.environ.pop("SSL_CERT_FILE", None)


@dataclass(frozen=True)
class Ground:
    """A database in which posts can be planted."""

    url: str
    database: Database
    promoter_id: int


@asynccontextmanager
async def planted(world: Bench, engine: str, name: str) -> AsyncIterator[Ground]:
    """A migrated database with a promoter in it, for the outbox and for the whole bot."""
    if engine == "sqlite":
        url = f"sqlite:///{world.folder / name}.db"
    else:
        url = await world.postgres.fresh()
    database = Database(url)
    await migrate(database)
    async with database.write() as connection:
        promoter_id = await cast.add_promoter(connection, cast.LIN, "Lin")
    yield Ground(url, database, promoter_id)
    await database.close()


@asynccontextmanager
async def haowu(ground: Ground, api: Api, *, paid_stars: int = 0) -> AsyncIterator[None]:
    """``haowu run`` itself on one core: everything but the web side, until the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        "--only",
        "chat,outbox",
        env=os.environ
        | {
            "DATABASE_URL": ground.url,
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": api.url,
            "PAID_BROADCAST_STARS": str(paid_stars),
        },
        stderr=asyncio.subprocess.DEVNULL,
    )
    os.sched_setaffinity(process.pid, {max(os.sched_getaffinity(0))})
    try:
        yield
    finally:
        process.terminate()
        await process.wait()
