"""Taking row numbers before the rows are written, so that rows of one batch can name each other."""

from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection


async def take(
    connection: AsyncConnection, table: Table, count: int, *, above: int = 0
) -> list[int]:
    """``count`` ids of ``table`` that nobody else will get, ascending.

    On PostgreSQL they are running numbers ``above`` another, that of a month. Only for tables
    from which nothing is deleted, and only inside a writing transaction: on SQLite it is the
    only one, on PostgreSQL the table's sequence is asked.
    """
    if count == 0:
        return []
    if connection.dialect.name == "sqlite":
        last: Any = await connection.scalar(select(func.max(table.c.id)))
        return list(range((last or 0) + 1, (last or 0) + 1 + count))
    found = await connection.scalars(
        # The sequence's name is looked up once, not once a number.
        text(
            "SELECT nextval((SELECT pg_get_serial_sequence(:name, 'id'))::regclass) "
            "FROM generate_series(1, :count)"
        ),
        {"name": table.name, "count": count},
    )
    return [above + number for number in sorted(found)]
