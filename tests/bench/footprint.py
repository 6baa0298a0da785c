"""What the program costs while nobody uses it, beside an empty application of the same parts."""

import asyncio
import os
import resource
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from handlers.web.serve import listener
from storage.database import Database
from storage.migrating import migrate
from tests.bench import Bench, Figure, at_most, told
from tests.evidence.operations.telegram import TOKEN, Telegram

ROOT = Path(__file__).parents[2]
IMPORTS = """
import telegram.ext
import sqlalchemy.ext.asyncio
import apscheduler.schedulers.asyncio
import uvicorn
"""
EMPTY = f"""{IMPORTS}
import asyncio, os
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from telegram.ext import ApplicationBuilder

async def site(scope, receive, send):
    await send({{"type": "http.response.start", "status": 200, "headers": []}})
    await send({{"type": "http.response.body", "body": b"ok"}})

async def main():
    engine = create_async_engine("sqlite+aiosqlite:///" + os.environ["EMPTY_DATABASE"])
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
    url = os.environ["TELEGRAM_API_URL"]
    builder = ApplicationBuilder().token(os.environ["TELEGRAM_BOT_TOKEN"])
    application = builder.base_url(url + "/bot").job_queue(None).build()
    scheduler = AsyncIOScheduler()
    scheduler.start()
    port = int(os.environ["HTTP_PORT"])
    server = uvicorn.Server(uvicorn.Config(site, port=port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    await application.initialize()
    await application.updater.start_polling(timeout=25)
    await application.start()
    await serving

asyncio.run(main())
"""
COMPILED = str(Path(tempfile.gettempdir()) / f"haowu-bench-compiled-{os.getuid()}")
PAGE_KIB = resource.getpagesize() / 1024
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Running:
    """A program that serves, and how long it took to come to that."""

    process: subprocess.Popen[bytes]
    serving_after_seconds: float

    def memory_mib(self) -> float:
        """What of it is in memory, the parts shared with other processes included."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * PAGE_KIB / 1024

    def cpu_seconds(self) -> float:
        """What it has used so far, all of its threads."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()


async def footprint(world: Bench) -> AsyncIterator[Figure]:
    """Start, memory and idle CPU of ``haowu run``; the time of ``haowu --help``."""
    telegram = Telegram(poll_seconds=25)
    await telegram.open()
    try:
        async for figure in _running(world, telegram):
            yield figure
    finally:
        await telegram.close()
    helps, imports = [], []
    for _ in range(world.of(9, 3)):
        imports.append(await asyncio.to_thread(_took, ["-c", IMPORTS]))
        helps.append(await asyncio.to_thread(_took, ["-m", "bot", "--help"]))
    yield told("footprint.empty.imports", imports, "s")
    yield told("footprint.help", helps, "s")
    yield at_most("footprint.help.of_empty_imports", _ratios(helps, imports), "ratio", 0.5)


async def _running(world: Bench, telegram: Telegram) -> AsyncIterator[Figure]:
    database = Database(f"sqlite:///{world.folder / 'haowu.db'}")
    await migrate(database)
    await database.close()
    starts: dict[str, list[float]] = {"empty": [], "haowu": []}
    memories: dict[str, list[float]] = {"empty": [], "haowu": []}
    idle: list[float] = []
    rounds = world.of(7, 3)
    for words in (["-c", EMPTY], ["-m", "bot", "run"]):
        # Compiled by now, and not counted.
        (await asyncio.to_thread(_started, words, _settings(world, telegram))).end()
    for number in range(rounds):
        for name, words in (("empty", ["-c", EMPTY]), ("haowu", ["-m", "bot", "run"])):
            running = await asyncio.to_thread(_started, words, _settings(world, telegram))
            try:
                starts[name].append(running.serving_after_seconds)
                await asyncio.sleep(3)
                memories[name].append(running.memory_mib())
                if name == "haowu" and number >= rounds - 3:
                    idle.append(await _idle(running, world.of(30, 3)))
            finally:
                running.end()
    for name, values in starts.items():
        yield told(f"footprint.{name}.serving_after", values, "s")
    for name, values in memories.items():
        yield told(f"footprint.{name}.memory", values, "MiB")
    yield at_most(
        "footprint.start.of_empty", _ratios(starts["haowu"], starts["empty"]), "ratio", 1.3
    )
    yield at_most(
        "footprint.memory.of_empty", _ratios(memories["haowu"], memories["empty"]), "ratio", 1.3
    )
    yield at_most("footprint.idle_cpu", idle, "%", 1.0)


async def _idle(running: Running, seconds: int) -> float:
    """The share of one core, in per cent, over so many seconds in which nothing happens."""
    began, before = time.monotonic(), running.cpu_seconds()
    await asyncio.sleep(seconds)
    return 100 * (running.cpu_seconds() - before) / (time.monotonic() - began)


def _settings(world: Bench, telegram: Telegram) -> dict[str, str]:
    with listener("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    return {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": telegram.url,
        "DATABASE_URL": f"sqlite:///{world.folder / 'haowu.db'}",
        "EMPTY_DATABASE": str(world.folder / "empty.db"),
        "HTTP_PORT": str(port),
    }


def _life() -> dict[str, str]:
    """As in life, where what was compiled once is kept: here apart from the tree."""
    kept = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": COMPILED}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


def _started(words: Sequence[str], settings: Mapping[str, str]) -> Running:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *words],
        env=_life() | dict(settings),
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    while not _serves(int(settings["HTTP_PORT"])):
        if process.poll() is not None:
            raise RuntimeError(f"{words[0]} {words[-1][:20]} ended with {process.returncode}")
        time.sleep(0.005)
    return Running(process, time.perf_counter() - began)


def _serves(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as asking:
            asking.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            return asking.recv(12).startswith(b"HTTP/1.1")
    except OSError:
        return False


def _took(words: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(
        [sys.executable, *words],
        env=_life(),
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=120,
    )
    return time.perf_counter() - began


def _ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    return [mine / other for mine, other in zip(ours, theirs, strict=True)]


SUBJECTS = {"footprint": footprint}
