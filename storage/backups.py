"""Backing a database up into one file, and putting such a file in its place again."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL

from bot.errors import InputError, TemporaryError
from storage.database import Database
from storage.migrating import MIGRATIONS

TABLE_OF_REVISIONS = "alembic_version"
FAREWELLS = 20
FAREWELL_SECONDS = 0.1
"""A closed connection's process takes a moment to leave: asked this often, this far apart."""
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
COMPLAINT_LIMIT = 300
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


def _check_file(file: Path) -> None:
    if not file.is_file():
        raise InputError(f"There is no file {file}.")


# ---- SQLite: one file, copied by the database itself


async def copy_sqlite(source: Path, target: Path) -> None:
    """Write what ``source`` holds at this moment to the new file ``target``, whole or not at all.

    Writers go on meanwhile. Raises TemporaryError when it cannot be read or written.
    """
    await asyncio.to_thread(_copy_sqlite, source, target)


def _copy_sqlite(source: Path, target: Path) -> None:
    beside = _beside(target, "partial")
    beside.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(source, isolation_level=None, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(beside),))
        _keep(beside)
        beside.replace(target)
        _keep(target.parent)
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
    _check_file(file)
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
    beside = _beside(place, "restoring")
    try:
        shutil.copyfile(file, beside)
        _keep(beside)
        if place.exists():
            _fold_away(place)
            os.link(place, aside)
        beside.replace(place)
        _keep(place.parent)
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


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f".{path.name}.{word}")


def _keep(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# ---- PostgreSQL: its own tools, in their custom format


async def dump_postgres(url: URL, target: Path, *, tools: Path | None = None) -> None:
    """Dump the database at ``url`` into the new file ``target``, whole or not at all.

    ``tools`` is the folder of ``pg_dump``, where it is not on the PATH. Raises InputError when it
    is missing, TemporaryError when it fails.
    """
    beside = _beside(target, "partial")
    try:
        await _run(
            _tool("pg_dump", tools),
            ["--format=custom", "--no-owner", "--no-privileges", f"--file={beside}"],
            url,
        )
        await asyncio.to_thread(_keep, beside)
        beside.replace(target)
        await asyncio.to_thread(_keep, target.parent)
    except OSError as fault:
        raise TemporaryError(f"The backup could not be written: {fault}.") from fault
    finally:
        beside.unlink(missing_ok=True)


async def check_postgres(url: URL, file: Path, *, tools: Path | None = None) -> str:
    """The schema step of the dump ``file``.

    Raises InputError when it is no whole dump of ours or ``pg_restore`` is missing.
    """
    program = _tool("pg_restore", tools)
    _check_file(file)
    try:
        # Reading everything once finds a dump that was cut off.
        await _run(program, [f"--file={os.devnull}", str(file)], url)
        wanted = ["--data-only", f"--table={TABLE_OF_REVISIONS}", "--file=-", str(file)]
        copied = await _run(program, wanted, url)
    except TemporaryError as fault:
        raise InputError(f"{file} is no whole dump: {fault}") from fault
    lines = copied.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("COPY ")]
    return check_revision(lines[starts[0] + 1].strip() if starts else None)


async def load_postgres(database: Database, file: Path, *, tools: Path | None = None) -> None:
    """Replace everything in ``database`` by the dump ``file``, in one transaction.

    Raises InputError while somebody is connected to it, TemporaryError when it fails; nothing is
    changed then.
    """
    program = _tool("pg_restore", tools)
    await _assert_alone(database)
    how = ["--clean", "--if-exists", "--single-transaction", "--exit-on-error", "--no-owner"]
    into = f"--dbname={database.url.database}"
    await _run(program, [*how, "--no-privileges", into, str(file)], database.url)


async def _assert_alone(database: Database) -> None:
    # pg_restore would wait for ever for a lock that a running bot holds.
    await database.close()
    others = 0
    for _time in range(FAREWELLS):
        async with database.read() as connection:
            others = await connection.scalar(text(OTHERS)) or 0
        await database.close()
        if not others:
            return
        await asyncio.sleep(FAREWELL_SECONDS)
    raise InputError(BUSY)


def _tool(name: str, folder: Path | None) -> str:
    found = shutil.which(name, path=None if folder is None else str(folder))
    if found is None:
        raise InputError(
            f"{name} is not installed: install PostgreSQL's client tools "
            "(for example: apt install postgresql-client)."
        )
    return found


async def _run(program: str, arguments: list[str], url: URL) -> str:
    process = await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env=_surroundings(url),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    written, complained = await process.communicate()
    if process.returncode != 0:
        name = Path(program).name
        lines = complained.decode(errors="replace").splitlines()
        said = " ".join(line.removeprefix(f"{name}: ") for line in lines)
        raise TemporaryError(f"{name} failed: {said[:COMPLAINT_LIMIT]}")
    return written.decode(errors="replace")


def _surroundings(url: URL) -> dict[str, str]:
    # In the environment, not in the arguments, which every user of the machine can read.
    host = url.host or url.query.get("host")
    given = {
        "PGHOST": host if isinstance(host, str) else None,
        "PGPORT": None if url.port is None else str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": None if url.password is None else str(url.password),
        "PGDATABASE": url.database,
        "LC_ALL": "C",
    }
    return {**os.environ, **{name: value for name, value in given.items() if value}}
