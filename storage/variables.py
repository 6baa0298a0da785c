"""Small named values that must outlive a restart."""

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import variables
from storage.upsert import insert_for, insert_ignore


async def find(connection: AsyncConnection, name: str) -> str | None:
    """The value of ``name``; None when it was never set."""
    value: str | None = await connection.scalar(
        select(variables.c.value).where(variables.c.name == name)
    )
    return value


async def set(connection: AsyncConnection, name: str, value: str) -> None:
    """Give ``name`` its value, whatever it was before."""
    statement = insert_for(connection, variables).on_conflict_do_update(
        index_elements=[variables.c.name], set_={"value": value}
    )
    await connection.execute(statement, [{"name": name, "value": value}])


async def find_or_set(connection: AsyncConnection, name: str, value: str) -> str:
    """The value of ``name``, which is ``value`` only when nobody set it before: first wins."""
    await insert_ignore(connection, variables, [{"name": name, "value": value}])
    return await find(connection, name) or value


async def delete_others(connection: AsyncConnection, prefix: str, *, keep: Sequence[str]) -> int:
    """Delete every variable whose name begins with ``prefix`` but those in ``keep``; how many."""
    found = await connection.execute(
        delete(variables).where(
            variables.c.name.startswith(prefix, autoescape=True),
            variables.c.name.not_in(keep),
        )
    )
    return found.rowcount
