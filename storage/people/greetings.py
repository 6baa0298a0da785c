"""Whom to greet and whom to count: what a group waits for from the clock."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Group, GroupId, GroupState
from storage.people.groups import read
from storage.tables import groups


async def mark_joined(connection: AsyncConnection, group_id: GroupId, greet_at: datetime) -> None:
    """Somebody joined: the purpose notice is due at ``greet_at`` unless one is waiting already."""
    await connection.execute(
        update(groups)
        .where(groups.c.id == group_id, groups.c.greet_at.is_(None), groups.c.lost_at.is_(None))
        .values(greet_at=greet_at)
    )


async def list_greetings(connection: AsyncConnection, now: datetime, limit: int) -> list[Group]:
    """Groups whose purpose notice is due, the longest waiting first."""
    statement = (
        select(groups)
        .where(groups.c.greet_at <= now, groups.c.lost_at.is_(None))
        .order_by(groups.c.greet_at)
        .limit(limit)
    )
    return [read(row) for row in await connection.execute(statement)]


async def claim_greeting(connection: AsyncConnection, group_id: GroupId, now: datetime) -> bool:
    """Take the due purpose notice of a group; False when another took it."""
    done = await connection.execute(
        update(groups)
        .where(groups.c.id == group_id, groups.c.greet_at <= now)
        .values(greet_at=None)
    )
    return done.rowcount == 1


async def list_unchecked(connection: AsyncConnection, before: datetime, limit: int) -> list[Group]:
    """Groups whose members were last counted before ``before``, the longest ago first."""
    checked = groups.c.members_checked_at
    statement = (
        select(groups)
        .where(
            or_(checked.is_(None), checked < before),
            groups.c.lost_at.is_(None),
            groups.c.state != GroupState.CLOSED,
        )
        .order_by(func.coalesce(checked, groups.c.connected_at), groups.c.id)
        .limit(limit)
    )
    return [read(row) for row in await connection.execute(statement)]


async def mark_checked(connection: AsyncConnection, ids: Sequence[GroupId], at: datetime) -> None:
    """These were looked at, whatever comes of it: the others come first next time."""
    await connection.execute(
        update(groups).where(groups.c.id.in_(ids)).values(members_checked_at=at)
    )
