"""The file of SQLite: private, and never made anew under a program that has it open."""

import asyncio
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import variables
from storage.database import Database
from storage.files import Place, Turn


@pytest.fixture
def usual_umask() -> Iterator[None]:
    """What most machines have: others may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.usefixtures("usual_umask")
async def test_the_database_and_its_log_are_their_owners_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    await database.create()
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO variables VALUES ('word', 'x')"))
        modes = {one.name: one.stat().st_mode & 0o777 for one in os.scandir(tmp_path)}
    await database.close()
    assert modes == dict.fromkeys(["haowu.db", "haowu.db-wal", "haowu.db-shm"], 0o600)


async def test_a_removed_file_is_missed_and_not_made_anew(tmp_path: Path) -> None:
    file, away = tmp_path / "haowu.db", tmp_path / "away"
    database = Database(f"sqlite:///{file}")
    await database.create()
    file.rename(away)
    with pytest.raises(FileNotFoundError):
        database.place.check()
    async with database.read():
        with pytest.raises(FileNotFoundError):
            async with database.read():
                pass
    assert not file.exists()
    away.rename(file)
    database.place.check()
    await database.close()


async def test_nothing_is_written_into_a_file_that_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "haowu.db"
    database = Database(f"sqlite:///{file}")
    await database.create()
    async with database.write() as connection:
        await variables.set(connection, "before", "1")
    file.rename(tmp_path / "away.db")
    with pytest.raises(FileNotFoundError):
        async with database.write() as connection:
            await variables.set(connection, "meanwhile", "1")
    (tmp_path / "away.db").rename(file)
    async with database.write() as connection:
        assert await variables.find(connection, "meanwhile") is None
        await variables.set(connection, "after", "1")
    await database.close()


async def test_another_file_in_its_place_is_not_taken_for_it(tmp_path: Path) -> None:
    place = Place(str(tmp_path / "haowu.db"))
    place.prepare()
    (tmp_path / "other").touch()
    (tmp_path / "other").rename(tmp_path / "haowu.db")
    with pytest.raises(FileNotFoundError, match="replaced"):
        place.prepare()
    place.forget()
    place.prepare()


def test_a_database_in_memory_has_no_place() -> None:
    for name in (None, "", ":memory:", "file:memory?mode=memory"):
        place = Place(name)
        place.prepare()
        place.check()
        assert place.path is None
        assert place.free_bytes() is None


async def fill(database: Database) -> None:
    """Write a page or two."""
    async with database.write() as connection:
        await connection.execute(
            text("INSERT INTO variables VALUES (hex(randomblob(16)), hex(randomblob(4000)))")
        )


async def test_a_long_log_is_folded_away_when_nobody_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.files.LONG_BYTES", 100_000)
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    await database.create()
    log = tmp_path / "haowu.db-wal"
    largest = 0
    for _ in range(60):
        await fill(database)
        monkeypatch.setattr(database.log, "_tried_at", float("-inf"))
        largest = max(largest, os.path.getsize(log))  # noqa: ASYNC240, PTH202
    await database.close()
    assert 100_000 < largest < 2_000_000


async def test_behind_a_reader_a_writer_waits_and_then_goes_on_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("LONG_BYTES", 1), ("FULL_BYTES", 1), ("PATIENCE_SECONDS", 0.3)):
        monkeypatch.setattr(f"storage.files.{name}", value)
    monkeypatch.setattr("storage.files.TRY_SECONDS", 0.01)
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    await database.create()
    await fill(database)
    async with database.read() as reader:
        assert await reader.scalar(text("SELECT count(*) FROM variables")) == 1
        await fill(database)
        began_at = time.monotonic()
        await fill(database)
        assert time.monotonic() - began_at >= 0.3
        assert await reader.scalar(text("SELECT count(*) FROM variables")) == 1
    await fill(database)
    async with database.read() as reader:
        assert await reader.scalar(text("SELECT count(*) FROM variables")) == 4
    await database.close()


async def test_turns_come_in_the_order_of_asking_also_between_two_databases(
    tmp_path: Path,
) -> None:
    turns = [Turn(tmp_path / "haowu.db") for _ in range(2)]
    came: list[int] = []

    async def take(number: int) -> None:
        async with turns[number % 2].taken():
            came.append(number)

    async with turns[0].taken():
        waiting = asyncio.create_task(take(1))
        given_up = asyncio.create_task(take(3))
        await asyncio.sleep(0.05)
        assert came == []
        given_up.cancel()
    await waiting
    await take(4)
    await take(5)
    assert came == [1, 4, 5]


async def test_who_waits_for_a_turn_and_is_cancelled_keeps_it_from_nobody(tmp_path: Path) -> None:
    ours, theirs = Turn(tmp_path / "haowu.db"), Turn(tmp_path / "haowu.db")

    async def take() -> None:
        async with theirs.taken():
            raise AssertionError

    async with ours.taken():
        waiting = asyncio.create_task(take())
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.wait({waiting})
    async with asyncio.timeout(5), theirs.taken(), Turn(None).taken():
        pass
