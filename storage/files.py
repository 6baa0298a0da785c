"""The file of a SQLite database: made for its owner alone, missed when gone, its log kept short."""

import asyncio
import fcntl
import os
import shutil
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

OWNER_ONLY = 0o600
"""The books, the postback key and everybody's names are in it."""
LONG_BYTES = 8 * 1024 * 1024
"""Twice what SQLite folds away by itself: then a reader, or one after the other, is in its way."""
FULL_BYTES = 16 * 1024 * 1024
"""From here on writers wait for readers; what is under way then stays below 64 MiB."""
PATIENCE_SECONDS = 1.0
"""No writer waits longer, whoever reads: better a long log than an answer that comes too late."""
PAUSE_SECONDS = 0.25
TRY_SECONDS = 0.2
"""While somebody waits for readers to go, nobody else writes: only when the log is full."""


def create_private(path: Path) -> None:
    """Make ``path`` an empty file that only its owner may open; one that is there stays.

    Raises OSError.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))


class Place:
    """Where a SQLite database lies; without a path (in memory, by URI) nothing is looked at.

    SQLite makes a new, empty database where a file was removed under a running program, and goes
    on writing into the removed one: both lose what is written, and neither is an error to it.
    """

    def __init__(self, name: str | None) -> None:
        """``name`` as in the database's address; nothing is touched yet."""
        is_file = name and name != ":memory:" and not name.startswith("file:")
        self.path = Path(name) if is_file and name else None
        self._known: tuple[int, int] | None = None

    def prepare(self) -> None:
        """Before each connection: make the file the first time, later on insist on the same.

        Raises OSError when it cannot be made, or is not the same any more.
        """
        if self.path is None:
            return
        if self._known is None:
            create_private(self.path)
            self._known = self._found()
        else:
            self.check()

    def check(self) -> None:
        """Raises OSError when the file that was opened first is gone or another."""
        if self.path is not None and self._known not in (None, self._found()):
            raise FileNotFoundError(f"{self.path} was replaced while it was open")

    def forget(self) -> None:
        """After the last connection: another file may be put in its place."""
        self._known = None

    def free_bytes(self) -> int | None:
        """Room on the disk where the file lies; None where nobody can tell."""
        if self.path is None:
            return None
        try:
            return shutil.disk_usage(self.path.parent).free
        except OSError:
            return None

    def _found(self) -> tuple[int, int]:
        assert self.path is not None  # noqa: S101 - asked for by whoever has one
        found = self.path.stat()
        return found.st_dev, found.st_ino


class Log:
    """What was written and is not yet in the file itself; while somebody reads it can only grow."""

    def __init__(self, path: Path | None) -> None:
        """``path`` of the database; None where there is no file."""
        self._file = None if path is None else path.with_name(f"{path.name}-wal")
        self._path = path
        self._tried_at = -PAUSE_SECONDS

    async def make_room(self) -> None:
        """Before a transaction that writes: fold a long log away, and wait while it is full."""
        began_at = time.monotonic()
        while (size := self.size_bytes()) > LONG_BYTES:
            if time.monotonic() - self._tried_at >= PAUSE_SECONDS:
                self._tried_at = time.monotonic()
                await asyncio.to_thread(self._fold, TRY_SECONDS if size > FULL_BYTES else 0)
            elif size <= FULL_BYTES or time.monotonic() - began_at > PATIENCE_SECONDS:
                return
            else:
                await asyncio.sleep(PAUSE_SECONDS / 5)

    def is_full(self) -> bool:
        """Whether writers wait for readers."""
        return self.size_bytes() > FULL_BYTES

    def size_bytes(self) -> int:
        """How long it is now."""
        try:
            return 0 if self._file is None else self._file.stat().st_size
        except FileNotFoundError:
            return 0

    def _fold(self, timeout_seconds: float) -> None:
        """Try to bring all of the log into the file, and to empty it."""
        if self._path is not None:
            with closing(
                sqlite3.connect(self._path, isolation_level=None, timeout=timeout_seconds)
            ) as connection:
                # Busy is an answer, not an error: somebody reads, and it is tried again.
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Turn:
    """Whose turn it is to write a SQLite file: who waits for it comes by in the order of asking.

    SQLite itself lets writers ask again and again, and under load some ask in vain for long. The
    turn is a lock on the folder, which processes wait for in the kernel; it ends with its holder.
    """

    def __init__(self, path: Path | None) -> None:
        """``path`` of the database; None where there is no file, and only one writer."""
        self._folder = None if path is None else path.parent
        self._inside = asyncio.Lock()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Hold the turn, waiting for it as long as it takes."""
        if self._folder is None:
            yield
            return
        async with self._inside:
            handle = os.open(self._folder, os.O_RDONLY)
            try:
                if not _is_locked_at_once(handle):
                    await asyncio.to_thread(fcntl.flock, handle, fcntl.LOCK_EX)
                yield
            finally:
                # What still waits on a thread when this is cancelled gives up its lock at once.
                os.close(handle)


def _is_locked_at_once(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
