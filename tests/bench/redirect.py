"""The redirect with a recorded click, beside nginx, the bare server, and a bare loop.

Each server has one core, the load generator the other; all take turns, round by round.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import text

from storage.database import Database
from tests.bench import Bench, Figure, at_least, told
from tests.bench.load import CONNECTIONS, Order, Outcome, is_person, run
from tests.handlers.web.linking import CODES, TARGET, kept, linked

SERVER_CORE = 0
LOAD_CORE = max(os.sched_getaffinity(0))
LINKS = 8
"""Links that are clicked at once, as after a post; connection i asks for the (i mod 8)-th, which
makes the clicks on the first all a bot's, and on the others all a person's."""
TICKS = os.sysconf("SC_CLK_TCK")
NGINX_PATH = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
"""None where there is none: then the bare server is what to compare with."""

PEERS = {"sqlite": {"kutt": 580, "yourls": 420}, "postgresql": {"kutt": 270, "yourls": 420}}
"""Clicks a second that were measured of the peers, Kutt on the same engine, where nginx answered
NGINX_THERE and the bare server BARE_THERE: by these their rates are brought to this machine."""
NGINX_THERE, BARE_THERE = 168_000, 39_000

NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; server_tokens off; keepalive_requests 1000000000;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port};
    location / {{ return 302 https://shop.example.com/; }}
  }}
}}
"""


@dataclass
class Server:
    """One that is measured, and what was measured of it."""

    name: str
    port: int
    processes: list[int]
    """Whose processor time is its own."""
    database: Database | None = None
    rates: list[float] = field(default_factory=list)
    costs: list[float] = field(default_factory=list)
    idle: list[float] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [0] * CONNECTIONS)

    def add(self, outcome: Outcome, cpu_seconds: float) -> None:
        """One round more."""
        self.count(outcome)
        self.rates.append(outcome.rate)
        self.costs.append(cpu_seconds * 1e6 / sum(outcome.answers))
        self.idle.append(outcome.idle)

    def count(self, outcome: Outcome) -> None:
        """Answers that must be clicks in the database."""
        if outcome.wrong or outcome.broken:
            raise AssertionError(f"{self.name} answered wrongly: {outcome.wrong[:1]}")
        self.answers = [a + b for a, b in zip(self.answers, outcome.answers, strict=True)]


def cpu_seconds(processes: list[int]) -> float:
    """What processes have used so far."""
    used = 0
    for process in processes:
        with suppress(FileNotFoundError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
    return used / TICKS


def children_of(process: int) -> list[int]:
    """The processes that it started."""
    return [
        int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()
    ]


@asynccontextmanager
async def started(*command: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that is ended at the end."""
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        yield child
    finally:
        child.terminate()
        await child.wait()


@asynccontextmanager
async def nginx(folder: Path) -> AsyncIterator[Server]:
    """nginx with one worker on the servers' core."""
    port = 18_302
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port))
    async with started(str(NGINX_PATH), "-c", str(config)) as child:
        await asyncio.sleep(0.5)
        workers = children_of(child.pid)
        for worker in workers:
            os.sched_setaffinity(worker, {SERVER_CORE})
        yield Server("nginx", port, workers)


@asynccontextmanager
async def ours(kind: str, name: str, database_url: str = "") -> AsyncIterator[Server]:
    """A server of ``tests.handlers.web.clicking``."""
    module = ("-m", "tests.handlers.web.clicking", kind, database_url, str(SERVER_CORE))
    async with started(sys.executable, *module) as child:
        assert child.stdout is not None
        port = int(await child.stdout.readline())
        yield Server(name, port, [child.pid], Database(database_url) if database_url else None)


async def postgres_processes(database: Database) -> list[int]:
    """The server's processes, put on the core of the web server that they serve."""
    async with database.read() as connection:
        folder = str(await connection.scalar(text("SHOW data_directory")))
    await database.close()
    first = int((Path(folder) / "postmaster.pid").read_text().split()[0])
    for process in (first, *children_of(first)):
        os.sched_setaffinity(process, {SERVER_CORE})
    return [first, *children_of(first)]


async def redirect(world: Bench) -> AsyncIterator[Figure]:
    """Rates and costs of every server, and ours beside the others' of the same round."""
    async with AsyncExitStack() as stack:
        servers = [await stack.enter_async_context(one) for one in await contestants(world)]
        for _round in range(world.of(6, 2)):
            for server in servers:
                await measure(server, world.of(2_500, 700) / 1000)
        for server in servers:
            await assert_kept(server)
    for figure in figures({server.name: server for server in servers}):
        yield figure


async def contestants(world: Bench) -> list[AbstractAsyncContextManager[Server]]:
    """Every server that this machine has."""
    plain, synced, sqlite = [
        await linked(await world.database_url("sqlite", name))
        for name in ("plain", "synced", "ours")
    ]
    postgres = await linked(await world.database_url("postgresql", "ours"))
    found: list[AbstractAsyncContextManager[Server]] = [
        ours("bare", "bare"),
        ours("protocol", "protocol"),
        ours("plain", "plain", plain),
        ours("synced", "synced", synced),
        ours("ours", "sqlite", sqlite),
        ours("ours", "postgresql", postgres),
    ]
    return [nginx(world.folder), *found] if NGINX_PATH else found


async def measure(server: Server, seconds: float) -> None:
    """One round of one server."""
    location = TARGET if server.database else ""
    processes = server.processes
    if server.database is not None and not server.database.is_sqlite:
        processes = processes + await postgres_processes(server.database)
    # The links are looked up, the agents classed and the statements prepared before it counts.
    for order_seconds in (0.2, seconds):
        before = cpu_seconds(processes)
        order = Order(server.port, CODES[:LINKS], order_seconds, LOAD_CORE, location)
        outcome = await run(order)
        used = cpu_seconds(processes) - before
        if order_seconds == seconds:
            server.add(outcome, used)
        else:
            server.count(outcome)


async def assert_kept(server: Server) -> None:
    """Every answer of a server that keeps clicks is a click in its database, of its class."""
    if server.database is None:
        return
    found = await kept(server.database)
    await server.database.close()
    for place, code in enumerate(CODES[:LINKS]):
        people = sum(server.answers[place::LINKS]) if is_person(place) else 0
        answers = sum(server.answers[place::LINKS])
        if found[code] != (answers, people):
            raise AssertionError(f"{server.name}: {answers} answers of {code}, {found[code]} kept")


def figures(servers: dict[str, Server]) -> Iterator[Figure]:
    """What the rounds come to."""
    for name, server in servers.items():
        yield told(f"redirect.{name}.rate", server.rates, "1/s")
        yield told(f"redirect.{name}.cpu", server.costs, "µs")
        yield told(f"redirect.{name}.load_idle", server.idle, "ratio")
    best = servers.get("nginx", servers["bare"])
    there = NGINX_THERE if best.name == "nginx" else BARE_THERE
    limits = {"nginx": {"sqlite": 0.5, "postgresql": 0.25}, "bare": {"sqlite": 0.8}}
    for engine in ("sqlite", "postgresql"):
        of_best = beside(servers[engine], best)
        if limit := limits[best.name].get(engine):
            yield at_least(f"redirect.{engine}.of_{best.name}", of_best, "ratio", limit)
            yield told(
                f"redirect.{engine}.of_{best.name}_by_cpu",
                costs_beside(servers[engine], best),
                "ratio",
            )
        for peer, rate in PEERS[engine].items():
            ratios = [ratio * there / rate for ratio in of_best]
            yield at_least(f"redirect.{engine}.of_{peer}", ratios, "ratio", 100)
    yield told("redirect.sqlite.of_bare", beside(servers["sqlite"], servers["bare"]), "ratio")
    yield told(f"redirect.synced.of_{best.name}", beside(servers["synced"], best), "ratio")
    yield told("redirect.sqlite.of_plain", beside(servers["sqlite"], servers["plain"]), "ratio")


def beside(one: Server, other: Server) -> list[float]:
    """The ratio of the rates, round by round."""
    return [mine / its for mine, its in zip(one.rates, other.rates, strict=True)]


def costs_beside(one: Server, other: Server) -> list[float]:
    """How much of the other's work a second of processor time does, round by round."""
    return [its / mine for mine, its in zip(one.costs, other.costs, strict=True)]


SUBJECTS = {"redirect": redirect}
