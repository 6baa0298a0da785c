"""What can happen to a running house: how it is caused, how it ends, and who is to tell of it."""

import asyncio
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from storage.database import Database
from tests.evidence.operations.houses import House, Seen

DISK_BYTES = 4 << 20
Cause = Callable[[House], AbstractAsyncContextManager[None]]


@dataclass(frozen=True)
class Fault:
    """One thing that happens, and what health must say of it."""

    name: str
    cause: Cause
    is_told: Callable[[Seen], bool]
    within_seconds: float = 20.0
    is_web_well: bool = False
    """Whether clicks and postbacks must go on meanwhile."""


def database_fails(seen: Seen) -> bool:
    """503, because of the database."""
    return seen.status == 503 and seen.body["database"] != "ok"


def writes_fail(reason: str) -> Callable[[Seen], bool]:
    """503, because nothing can be written, though reading works."""

    def told(seen: Seen) -> bool:
        body = seen.body
        return seen.status == 503 and body["database"] == "ok" and body["writes"] == reason

    return told


def telegram_down(reason: str) -> Callable[[Seen], bool]:
    """200 all the same, with the reason."""

    def told(seen: Seen) -> bool:
        reasons = [one["reason"] for one in seen.body.get("telegram_outages", ())]
        return seen.status == 200 and reason in reasons

    return told


def silent(seen: Seen) -> bool:
    """No answer in a monitor's time."""
    return seen.status == 0


# ---- Telegram


def mood(name: str) -> Cause:
    """Telegram is in a bad mood for a while."""

    @asynccontextmanager
    async def cause(house: House) -> AsyncIterator[None]:
        house.telegram.mood = name
        house.telegram.cut()
        yield
        house.telegram.mood = "well"
        house.telegram.cut()

    return cause


@asynccontextmanager
async def nobody_there(house: House) -> AsyncIterator[None]:
    """Telegram's port is closed."""
    await house.telegram.close()
    yield
    await house.telegram.open()


# ---- the process and SQLite's file


@asynccontextmanager
async def stalled(house: House) -> AsyncIterator[None]:
    """The process stands still, loop and clock and all."""
    os.kill(house.pid, signal.SIGSTOP)
    yield
    os.kill(house.pid, signal.SIGCONT)


@asynccontextmanager
async def file_moved(house: House) -> AsyncIterator[None]:
    """SQLite's file is not where it was."""
    file = _file(house)
    file.rename(file.with_suffix(".away"))
    yield
    file.with_suffix(".away").rename(file)


@asynccontextmanager
async def no_growth(house: House) -> AsyncIterator[None]:
    """The kernel lets no file of the process grow any more, as a quota does."""
    resource.prlimit(house.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    yield
    resource.prlimit(
        house.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    )


@asynccontextmanager
async def no_space(house: House) -> AsyncIterator[None]:
    """Another file takes what is left of the disk under the database."""
    glutton = _file(house).parent / "glutton"
    await asyncio.to_thread(fill, glutton)
    yield
    glutton.unlink()


def fill(glutton: Path) -> None:
    """Write until the disk is full."""
    with glutton.open("wb", buffering=0) as taken:
        for size in (1 << 16, 1 << 12, 1 << 9):
            try:
                while taken.write(bytes(size)):
                    pass
            except OSError:
                continue


@asynccontextmanager
async def somebody_writes(house: House) -> AsyncIterator[None]:
    """Another program holds SQLite's one writer's place and does not let go."""
    database = Database(house.database_url)
    async with database.write():
        yield
    await database.close()


def _file(house: House) -> Path:
    return Path(house.database_url.removeprefix("sqlite:///"))


@asynccontextmanager
async def small_disk(place: Path) -> AsyncIterator[bool]:
    """A disk of a few MiB at ``place``; False where nobody may mount one."""
    await asyncio.to_thread(place.mkdir)
    size = f"size={DISK_BYTES}"
    mounted = await _ran("mount", "-t", "tmpfs", "-o", size, "tmpfs", str(place))
    try:
        yield mounted
    finally:
        if mounted:
            await _ran("umount", "-l", str(place))


async def _ran(*words: str) -> bool:
    if shutil.which(words[0]) is None:
        return False
    ran = await asyncio.to_thread(subprocess.run, words, capture_output=True, check=False)
    return ran.returncode == 0


# ---- PostgreSQL


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of our own, to be stopped and stalled."""

    held: Any

    def postmaster(self) -> psutil.Process:
        """The process that bears all others."""
        return psutil.Process(self.held.get_pid())

    @asynccontextmanager
    async def stopped(self, _house: House) -> AsyncIterator[None]:
        """It is not running."""
        postmaster = self.postmaster()
        processes = [postmaster, *postmaster.children(recursive=True)]
        postmaster.send_signal(signal.SIGINT)
        await asyncio.to_thread(psutil.wait_procs, processes, 20)
        yield
        await asyncio.to_thread(self.held.ensure_postgres_running)

    @asynccontextmanager
    async def stalled(self, _house: House) -> AsyncIterator[None]:
        """It takes questions and answers none."""
        postmaster = self.postmaster()
        # First, so that no other child is born while these are stopped.
        postmaster.suspend()
        children = postmaster.children(recursive=True)
        for process in children:
            process.suspend()
        yield
        for process in [*children, postmaster]:
            process.resume()

    @asynccontextmanager
    async def read_only(self, house: House) -> AsyncIterator[None]:
        """It answers, and writes nothing: what a stand-by does after a failover."""
        await self._say(house, "ALTER SYSTEM SET default_transaction_read_only = on")
        yield
        await self._say(house, "ALTER SYSTEM RESET default_transaction_read_only")

    @asynccontextmanager
    async def table_locked(self, house: House) -> AsyncIterator[None]:
        """Somebody holds a table that a job of the clock needs, and health does not."""
        database = Database(house.database_url)
        async with database.write() as connection:
            await connection.execute(text("LOCK TABLE groups IN ACCESS EXCLUSIVE MODE"))
            yield
        await database.close()

    async def _say(self, house: House, statement: str) -> None:
        database = Database(house.database_url)
        async with database.engine.connect() as connection:
            free = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await free.execute(text(statement))
            await free.execute(text("SELECT pg_reload_conf()"))
        await database.close()


def job_stalled(seen: Seen) -> bool:
    """503, because a job of the clock did not tick in time."""
    return seen.status == 503 and bool(seen.body["stalled"])
