"""Inserting what may be there already, in the words of either engine."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


def insert_for(connection: AsyncConnection, table: Table) -> Any:
    """An insert into ``table`` of the engine at hand, which knows ``on_conflict_do_…``."""
    return insert_of(connection.dialect.name, table)


def insert_of(engine: str, table: Table) -> Any:
    """The same for the ``engine`` by name, for statements that are built once and kept."""
    return (sqlite if engine == "sqlite" else postgresql).insert(table)


async def insert_ignore(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert ``rows``; those that a unique key already holds stay as they are."""
    if rows:
        statement = insert_for(connection, table).on_conflict_do_nothing()
        await connection.execute(statement, [dict(row) for row in rows])
