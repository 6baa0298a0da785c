"""Backing a SQLite database up into one file, and putting such a file in its place again."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.errors import InputError, TemporaryError
from storage.files import create_private
from storage.migrating import MIGRATIONS

TABLE_OF_REVISIONS = "alembic_version"
BUSY = (
    "The database is in use: stop every Haowu process that works on it, then restore again. "
    "Nothing was changed."
)


def known_revisions() -> frozenset[str]:
    """Every step of the schema that this version knows."""
    return frozenset(
        path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py")
    )


def check_revision(revision: str | None) -> str:
    """``revision`` itself when a backup at it can be taken in.

    Raises InputError for none, or for one of a newer version.
    """
    if revision is None:
        raise InputError("This is no backup of Haowu.")
    if revision not in known_revisions():
        raise InputError(
            f"This backup is at step {revision}, which this version of Haowu does not know: "
            "update Haowu first."
        )
    return revision


def check_file(file: Path) -> None:
    """Raises InputError when there is no ``file``."""
    if not file.is_file():
        raise InputError(f"There is no file {file}.")


async def copy_sqlite(source: Path, target: Path) -> None:
    """Write what ``source`` holds at this moment to the new file ``target``, whole or not at all.

    Writers go on meanwhile. Raises TemporaryError when it cannot be read or written.
    """
    await asyncio.to_thread(_copy_sqlite, source, target)


def _copy_sqlite(source: Path, target: Path) -> None:
    beside = beside_of(target, "partial")
    try:
        beside.unlink(missing_ok=True)
        # SQLite takes an empty file for a new one, and keeps its mode.
        create_private(beside)
        with closing(sqlite3.connect(source, isolation_level=None, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(beside),))
        keep(beside)
        beside.replace(target)
        keep(target.parent)
    except (sqlite3.Error, OSError) as fault:
        raise TemporaryError(f"The backup could not be written: {fault}.") from fault
    finally:
        beside.unlink(missing_ok=True)


async def check_sqlite(file: Path) -> str:
    """The schema step of the backup ``file``.

    Raises InputError when it is no whole and sound database of ours.
    """
    return await asyncio.to_thread(_check_sqlite, file)


def _check_sqlite(file: Path) -> str:
    check_file(file)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as found:
            verdict = found.execute("PRAGMA integrity_check(1)").fetchone()[0]
            stray = found.execute("PRAGMA foreign_key_check").fetchone()
            has_steps = found.execute(
                "SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE_OF_REVISIONS,)
            ).fetchone()
            row = has_steps and found.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as fault:
        raise InputError(f"{file} is no SQLite database: {fault}.") from fault
    if verdict != "ok" or stray is not None:
        raise InputError(f"{file} is damaged: {verdict if verdict != 'ok' else 'stray rows'}.")
    return check_revision(row[0] if row else None)


async def swap_sqlite(file: Path, place: Path, aside: Path) -> None:
    """Put a copy of ``file`` at ``place`` in one step; what was there is kept as ``aside``.

    Raises InputError while somebody has the database open, and changes nothing then.
    """
    await asyncio.to_thread(_swap_sqlite, file, place, aside)


def _swap_sqlite(file: Path, place: Path, aside: Path) -> None:
    beside = beside_of(place, "restoring")
    try:
        create_private(beside)
        shutil.copyfile(file, beside)
        keep(beside)
        if place.exists():
            _fold_away(place)
            os.link(place, aside)
        beside.replace(place)
        keep(place.parent)
    except OSError as fault:
        raise TemporaryError(f"The backup could not be put in place: {fault}.") from fault
    finally:
        beside.unlink(missing_ok=True)


def _fold_away(place: Path) -> None:
    # Leaving WAL needs the file for oneself alone, and folds the log into it: a log left behind
    # would be played into the restored file.
    try:
        with closing(sqlite3.connect(place, isolation_level=None, timeout=1)) as connection:
            mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
    except sqlite3.OperationalError as fault:
        raise InputError(BUSY) from fault
    except sqlite3.DatabaseError:
        # Damaged: that is why somebody restores. Its log belongs to it and goes aside.
        mode = "delete"
        for ending in ("-wal", "-shm"):
            place.with_name(place.name + ending).unlink(missing_ok=True)
    if mode != "delete":
        raise InputError(BUSY)


def beside_of(path: Path, word: str) -> Path:
    """Where something is written before it is whole and takes the name ``path``."""
    return path.with_name(f".{path.name}.{word}")


def keep(path: Path) -> None:
    """Wait until the file or folder ``path`` is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
