"""Declaring uncertain what a crash or a restore left in doubt; such posts are never sent again."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Post, PostState
from storage.posts.locking import unlocked
from storage.posts.posts import read
from storage.tables import posts


async def doubt(
    connection: AsyncConnection, before: datetime | None, reason: str, *, bot_id: int
) -> list[Post]:
    """Declare the bot's posts that were left ``sending`` uncertain; the posts.

    With ``before`` only those whose time to be sent ended by then, else all of them.
    """
    conditions = [posts.c.bot_id == bot_id, posts.c.state == PostState.SENDING]
    if before is not None:
        conditions.append(posts.c.leased_until <= before)
    rows = await connection.execute(
        unlocked(*conditions).values(state=PostState.UNCERTAIN, error=reason).returning(*posts.c)
    )
    return [read(row) for row in rows]


async def doubt_due(connection: AsyncConnection, now: datetime, reason: str) -> int:
    """Declare everything uncertain that may have been sent by ``now``; how many posts.

    For a database out of a backup: what was planned in it may have gone out since.
    """
    left = (PostState.PLANNED, PostState.LEASED, PostState.SENDING)
    done = await connection.execute(
        update(posts)
        .where(posts.c.state.in_(left), posts.c.due_at <= now)
        .values(state=PostState.UNCERTAIN, error=reason, lease=None, leased_until=None)
    )
    return done.rowcount
