"""The database that the steps build is the one that the tables describe."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from storage import guards, partitions
from storage.database import Database
from storage.migrating import head, migrate, missing_guards, revision
from storage.tables import metadata


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """A database without a single table."""
    database = Database(database_url)
    yield database
    await database.close()


def is_whole(what: Any, name: str | None, kind: str, *_others: object) -> bool:
    """Whether something is described: not a part of a table that is kept by months.

    PostgreSQL lists a foreign key to such a table once for each part, too.
    """
    names = [key.target_fullname.split(".")[0] for key in getattr(what, "elements", ())]
    return not any(partitions.is_partition(each) for each in [*names, name or ""] if each) or (
        kind not in ("table", "foreign_key_constraint")
    )


def differences(connection: Connection) -> list[object]:
    """What alembic would change to make the database like the tables."""
    opts = {"compare_type": True, "include_object": is_whole}
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, metadata))


async def test_the_steps_build_what_the_tables_describe(empty: Database) -> None:
    await migrate(empty)
    async with empty.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_guard_stands_after_the_steps(empty: Database) -> None:
    await migrate(empty)
    async with empty.read() as connection:
        assert await missing_guards(connection) == set()


async def test_a_missing_guard_is_noticed(empty: Database) -> None:
    await migrate(empty)
    where = "" if empty.is_sqlite else " ON lines"
    async with empty.write() as connection:
        await connection.execute(text(f"DROP TRIGGER lines_no_update{where}"))
        assert await missing_guards(connection) == {"lines_no_update"}


async def test_migrating_again_changes_nothing(empty: Database) -> None:
    assert await migrate(empty) == head()
    assert await migrate(empty) == head()
    async with empty.read() as connection:
        assert await revision(connection) == head()


async def test_an_empty_database_has_no_revision(empty: Database) -> None:
    async with empty.read() as connection:
        assert await revision(connection) is None


def test_the_names_of_the_guards_are_told_without_a_database() -> None:
    assert {"seals_balance", "lines_sealed", "entries_no_delete"} <= guards.names()
