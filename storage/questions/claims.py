"""Orders that nothing could be credited with, and the members who say that they are theirs."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, PersonId
from storage.tables import claims
from storage.upsert import insert_ignore


async def add(
    connection: AsyncConnection,
    order_id: str,
    group_id: GroupId,
    person_id: PersonId,
    at: datetime,
) -> bool:
    """Note that a member of a group claims an order; False when one of the group did before."""
    had = await connection.scalar(
        select(claims.c.id).where(claims.c.order_id == order_id, claims.c.group_id == group_id)
    )
    row = {"order_id": order_id, "group_id": group_id, "person_id": person_id, "claimed_at": at}
    await insert_ignore(connection, claims, [row])
    return had is None


async def count_of(connection: AsyncConnection, person_id: PersonId, since: datetime) -> int:
    """How many orders a person claimed after ``since``."""
    statement = select(func.count()).where(
        claims.c.person_id == person_id, claims.c.claimed_at > since
    )
    return int(await connection.scalar(statement) or 0)


async def list_groups(
    connection: AsyncConnection, order_ids: Collection[str]
) -> dict[str, list[GroupId]]:
    """In which groups each of ``order_ids`` is claimed, the earliest claim first."""
    rows = await connection.execute(
        select(claims.c.order_id, claims.c.group_id)
        .where(claims.c.order_id.in_(order_ids))
        .order_by(claims.c.id)
    )
    found: dict[str, list[GroupId]] = {}
    for order_id, group_id in rows:
        found.setdefault(order_id, []).append(GroupId(group_id))
    return found


async def erase_of(connection: AsyncConnection, person_id: PersonId) -> None:
    """Forget who claimed; the claims stay for the operator."""
    await connection.execute(
        update(claims).where(claims.c.person_id == person_id).values(person_id=None)
    )
