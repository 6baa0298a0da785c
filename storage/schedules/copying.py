"""A group's schedule made like that of another: slots, quiet hours, blackout dates."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId
from storage.tables import blackouts, quiet_hours, slots

SCOPED: Sequence[Table] = (slots, quiet_hours, blackouts)


async def copy(connection: AsyncConnection, source: GroupId, target: GroupId) -> int:
    """Give ``target`` what was set for ``source`` alone, in the place of its own; how many rows.

    Openings follow by ``scheduling.refresh_openings``, which whoever copies calls afterwards.
    """
    before, after = f"group:{source}", f"group:{target}"
    copied = 0
    for table in SCOPED if source != target else ():
        found = await connection.execute(select(table).where(table.c.scope == before))
        rows: list[dict[str, Any]] = [dict(row) | {"scope": after} for row in found.mappings()]
        for row in rows:
            row.pop("id", None)
        await connection.execute(delete(table).where(table.c.scope == after))
        if rows:
            await connection.execute(insert(table), rows)
        copied += len(rows)
    return copied
