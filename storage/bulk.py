"""Inserting many rows at once, each engine in the way that is quickest there."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Insert,
    String,
    Table,
    Text,
    bindparam,
    cast,
    column,
    func,
    select,
)
from sqlalchemy import insert as insert_into
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert(
    connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert ``rows``, which all name the same columns.

    SQLite takes a list of parameters. PostgreSQL gets one array a column and unnests them: half
    the time of a list, in the server and here.
    """
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        await connection.execute(insert_into(table), [dict(row) for row in rows])
        return
    names = tuple(rows[0])
    documents = {name for name in names if isinstance(table.c[name].type, JSON)}
    arrays = {
        name: [_text(row[name]) if name in documents else row[name] for row in rows]
        for name in names
    }
    await connection.execute(_unnested(table, names), arrays)


@lru_cache(maxsize=64)
def _unnested(table: Table, names: tuple[str, ...]) -> Insert:
    arrays = [bindparam(name, type_=ARRAY(_element(table.c[name]))) for name in names]
    given = (
        func.unnest(*arrays)
        .table_valued(*(column(name, _element(table.c[name])) for name in names), name="given")
        .render_derived()
    )
    values = [
        cast(given.c[name], JSONB) if isinstance(table.c[name].type, JSON) else given.c[name]
        for name in names
    ]
    return insert_into(table).from_select(list(names), select(*values))


def _element(of: Column[Any]) -> Any:
    # Text, lest a value too long be cut by a cast instead of refused by its column.
    return Text() if isinstance(of.type, String | JSON) else of.type


def _text(document: object) -> str | None:
    return None if document is None else json.dumps(document)
