"""The file of SQLite: private, and never made anew under a program that has it open."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.files import Place


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
