"""Dumping a PostgreSQL database into one file by its own tools, and loading such a file again."""

import asyncio
import os
import shutil
from asyncio.subprocess import Process
from contextlib import suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import URL

from bot.errors import InputError, TemporaryError
from storage.backups import BUSY, TABLE_OF_REVISIONS, beside_of, check_file, check_revision, keep
from storage.database import Database
from storage.files import create_private

FAREWELLS = 20
FAREWELL_SECONDS = 0.1
"""A closed connection's process takes a moment to leave: asked this often, this far apart."""
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
)
COMPLAINT_LIMIT = 300
PIECE_BYTES = 1 << 18
CLEARING = """
DO $$ DECLARE one record; BEGIN
FOR one IN SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace
    AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    LOOP EXECUTE format('DROP TABLE %s CASCADE', one.name); END LOOP;
FOR one IN SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    LOOP EXECUTE format('DROP FUNCTION %s CASCADE', one.name); END LOOP;
END $$;
"""
"""Drops every table and function of ours, those of extensions aside."""


async def dump_postgres(url: URL, target: Path, *, tools: Path | None = None) -> None:
    """Dump the database at ``url`` into the new file ``target``, whole or not at all.

    ``tools`` is the folder of ``pg_dump``, where it is not on the PATH. Raises InputError when it
    is missing, TemporaryError when it fails.
    """
    beside = beside_of(target, "partial")
    try:
        # A pg_dump whose Haowu was killed may still be writing there: let it write into nothing.
        await asyncio.to_thread(beside.unlink, missing_ok=True)
        await asyncio.to_thread(create_private, beside)
        await _run(
            _tool("pg_dump", tools),
            ["--format=custom", "--no-owner", "--no-privileges", f"--file={beside}"],
            url,
        )
        await asyncio.to_thread(keep, beside)
        beside.replace(target)
        await asyncio.to_thread(keep, target.parent)
    except OSError as fault:
        raise TemporaryError(f"The backup could not be written: {fault}.") from fault
    finally:
        beside.unlink(missing_ok=True)


async def check_postgres(url: URL, file: Path, *, tools: Path | None = None) -> str:
    """The schema step of the dump ``file``.

    Raises InputError when it is no whole dump of ours or ``pg_restore`` is missing.
    """
    program = _tool("pg_restore", tools)
    check_file(file)
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
    programs = _tool("pg_restore", tools), _tool("psql", tools)
    await _assert_alone(database)
    reader = await _started(
        programs[0], ["--file=-", "--no-owner", "--no-privileges", str(file)], database.url
    )
    how = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", f"--output={os.devnull}"]
    writer = await _started(
        programs[1], [*how, "--file=-"], database.url, stdin=asyncio.subprocess.PIPE
    )
    complaints = [asyncio.create_task(_complaint(one)) for one in (reader, writer)]
    # A writer that met an error has stopped reading: its own words say which.
    with suppress(BrokenPipeError, ConnectionResetError):
        await _pour(reader, writer)
    said = [await complaint for complaint in complaints]
    for program, process, words in zip(programs, (reader, writer), said, strict=True):
        if await process.wait() != 0:
            raise TemporaryError(_failure(program, words))


async def _pour(reader: Process, writer: Process) -> None:
    """Give ``writer`` what ``reader`` reads, and the COMMIT only after the whole of it."""
    assert reader.stdout is not None and writer.stdin is not None  # noqa: S101, PT018 - are pipes
    # pg_restore's own --clean cannot drop partitions: it goes for their inherited constraints.
    writer.stdin.write(f"BEGIN;\n{CLEARING}\n".encode())
    try:
        while piece := await reader.stdout.read(PIECE_BYTES):
            writer.stdin.write(piece)
            await writer.stdin.drain()
        if await reader.wait() == 0:
            writer.stdin.write(b"\nCOMMIT;\n")
            await writer.stdin.drain()
    finally:
        writer.stdin.close()
        if reader.returncode is None:
            reader.kill()


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
    process = await _started(program, arguments, url)
    written, complained = await process.communicate()
    if process.returncode != 0:
        raise TemporaryError(_failure(program, complained))
    return written.decode(errors="replace")


async def _started(
    program: str, arguments: list[str], url: URL, stdin: int = asyncio.subprocess.DEVNULL
) -> Process:
    return await asyncio.create_subprocess_exec(
        program,
        *arguments,
        env=_surroundings(url),
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def _complaint(process: Process) -> bytes:
    assert process.stderr is not None  # noqa: S101 - is a pipe
    return await process.stderr.read()


def _failure(program: str, complained: bytes) -> str:
    name = Path(program).name
    lines = complained.decode(errors="replace").splitlines()
    said = " ".join(line.removeprefix(f"{name}: ") for line in lines)
    return f"{name} failed: {said[:COMPLAINT_LIMIT]}"


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
