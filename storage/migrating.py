"""Bringing a database up to date, and telling whether it is."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import guards
from storage.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"

LOCK_KEY = 0x68616F7775
"""PostgreSQL advisory lock: two processes that start together migrate one after the other."""


def head() -> str:
    """The newest step's revision, read from the file names; no need to load alembic for it."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))


async def revision(connection: AsyncConnection) -> str | None:
    """The step that the database is at; None for an empty one."""
    tables = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    if "alembic_version" not in tables:
        return None
    found: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def missing_guards(connection: AsyncConnection) -> set[str]:
    """The guards that ought to stand and do not; empty when all is well."""
    return await guards.missing(connection)


async def migrate(database: Database) -> str:
    """Apply every step that is missing, all or none; returns the revision that then holds."""
    async with database.read() as connection:
        found = await revision(connection)
    if found == head():
        return found
    async with database.write() as connection:
        if not database.is_sqlite:
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK_KEY})"))
        await connection.run_sync(_upgrade)
    return head()


def configuration(connection: Connection) -> "Config":
    """Alembic's configuration for an open ``connection``."""
    from alembic.config import Config  # a third of a second, rarely needed

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _upgrade(connection: Connection) -> None:
    from alembic import command

    command.upgrade(configuration(connection), "head")
