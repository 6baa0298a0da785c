"""The same real parts for every test: SQLite in a file, PostgreSQL from a wheel."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from storage.database import Database
from tests.postgres import Postgres, running
from tests.sqlite import Files

# A busy machine makes no test fail.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server that is started for this run and stopped at its end."""
    with running(is_durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """SQLite files with every table, for this run."""
    return Files(tmp_path_factory.mktemp("sqlite") / "template.db")


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'haowu.db'}"
    postgres: Postgres = request.getfixturevalue("postgres")
    return await postgres.fresh()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_files: Files
) -> AsyncIterator[Database]:
    """A database with every table and guard and no row, on each engine in turn."""
    if request.param == "sqlite":
        database = await sqlite_files.with_tables(tmp_path / "haowu.db")
        yield database
        await database.close()
        return
    postgres: Postgres = request.getfixturevalue("postgres")
    database = Database(await postgres.borrowed())
    yield database
    await database.close()
    await postgres.give_back(database.url.database or "")
