"""Figures that tell whether everything moves; the frequent ones are answered by an index."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import PostState
from storage.tables import click_hours, conversions, openings, posts


async def count_overdue(connection: AsyncConnection, before: datetime) -> int:
    """Openings that should have been planned before ``before`` and were not."""
    found = await connection.scalar(
        select(func.count()).select_from(openings).where(openings.c.opens_at < before)
    )
    return found or 0


async def find_oldest_due(connection: AsyncConnection, now: datetime) -> datetime | None:
    """When the post was due that waits longest in the outbox; None when none is due."""
    found: datetime | None = await connection.scalar(
        select(posts.c.due_at)
        .where(posts.c.state == PostState.PLANNED.value, posts.c.due_at <= now)
        .order_by(posts.c.due_at)
        .limit(1)
    )
    return found


async def count_uncertain(connection: AsyncConnection) -> int:
    """Posts of which nobody knows yet whether they arrived."""
    found = await connection.scalar(
        select(func.count()).select_from(posts).where(posts.c.state == PostState.UNCERTAIN.value)
    )
    return found or 0


async def count_posts(connection: AsyncConnection) -> dict[str, int]:
    """Posts by state."""
    rows = await connection.execute(
        select(posts.c.state, func.count()).group_by(posts.c.state).order_by(posts.c.state)
    )
    return {state: count for state, count in rows}


async def count_conversions(connection: AsyncConnection) -> dict[str, int]:
    """Conversions by state."""
    rows = await connection.execute(
        select(conversions.c.state, func.count())
        .group_by(conversions.c.state)
        .order_by(conversions.c.state)
    )
    return {state: count for state, count in rows}


async def total_clicks(connection: AsyncConnection) -> tuple[int, int]:
    """All clicks ever: of people, and of everything else."""
    rows = await connection.execute(
        select(func.sum(click_hours.c.people), func.sum(click_hours.c.bots))
    )
    people, others = rows.one()
    return int(people or 0), int(others or 0)
