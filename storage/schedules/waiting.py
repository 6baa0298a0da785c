"""Posts that wait in the outbox, to be moved or taken back before they are sent."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, Post, PostId, PostState
from storage.posts.posts import read
from storage.tables import posts

WAITING = (PostState.PLANNED, PostState.LEASED)


async def list_waiting(
    connection: AsyncConnection, group_ids: Collection[GroupId], since: date
) -> list[Post]:
    """Posts of the groups since the local day ``since`` that nobody is sending yet, by ids."""
    statement = (
        select(posts)
        .where(
            posts.c.group_id.in_(group_ids),
            posts.c.day >= since,
            posts.c.state.in_(WAITING),
        )
        .order_by(posts.c.id)
    )
    return [read(row) for row in await connection.execute(statement)]


async def take_back(connection: AsyncConnection, post_id: PostId, reason: str) -> bool:
    """Cancel a post that nobody is sending yet; whether it still was so."""
    done = await connection.execute(
        update(posts)
        .where(posts.c.id == post_id, posts.c.state.in_(WAITING))
        .values(state=PostState.CANCELLED, error=reason)
    )
    return done.rowcount == 1


async def narrow(
    connection: AsyncConnection, post_id: PostId, due_at: datetime, closes_at: datetime
) -> bool:
    """Let a post that nobody is sending yet wait for another window; whether it still was so.

    A worker that holds it already finds its lease gone.
    """
    done = await connection.execute(
        update(posts)
        .where(posts.c.id == post_id, posts.c.state.in_(WAITING))
        .values(
            state=PostState.PLANNED,
            lease=None,
            leased_until=None,
            due_at=due_at,
            closes_at=closes_at,
        )
    )
    return done.rowcount == 1
