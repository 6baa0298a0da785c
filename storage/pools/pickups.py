"""The pick-up points of groups."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.pools.pools import Pickup
from bot.domain.records import GroupId
from storage.tables import pickups
from storage.upsert import insert_ignore


async def add(connection: AsyncConnection, group_id: GroupId, names: Sequence[str]) -> None:
    """Let goods be collected at these points too; those that there are stay."""
    rows = [{"group_id": group_id, "name": name} for name in names]
    await insert_ignore(connection, pickups, rows)


async def list_of(connection: AsyncConnection, group_id: GroupId) -> list[Pickup]:
    """The points of a group, the earliest first."""
    statement = select(pickups).where(pickups.c.group_id == group_id).order_by(pickups.c.id)
    rows = await connection.execute(statement)
    return [Pickup(row.id, GroupId(row.group_id), row.name) for row in rows]


async def find(connection: AsyncConnection, pickup_id: int) -> Pickup | None:
    """The point with our id, or None."""
    rows = await connection.execute(select(pickups).where(pickups.c.id == pickup_id))
    row = rows.one_or_none()
    return Pickup(row.id, GroupId(row.group_id), row.name) if row else None


async def count(connection: AsyncConnection, group_id: GroupId) -> int:
    """How many points a group has."""
    statement = select(func.count()).where(pickups.c.group_id == group_id)
    return int(await connection.scalar(statement) or 0)


async def remove(connection: AsyncConnection, pickup_id: int) -> None:
    """Take a point away; who chose it keeps its name in the list."""
    await connection.execute(delete(pickups).where(pickups.c.id == pickup_id))
