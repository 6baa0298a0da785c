"""Which bot serves a group and speaks with a person, and what goes along when that changes."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, PostState
from storage.tables import groups, people, posts

WAITING = (PostState.PLANNED, PostState.LEASED)
"""Posts that are not on their way yet: they go along with their group."""


async def mark_served(connection: AsyncConnection, group_id: GroupId, bot_id: int) -> None:
    """Let ``bot_id`` serve a group from now on, and send what waits for it.

    A post that another outbox has under its lease is planned anew: its fence will not let it go.
    """
    await connection.execute(update(groups).where(groups.c.id == group_id).values(bot_id=bot_id))
    await connection.execute(
        update(posts)
        .where(posts.c.group_id == group_id, posts.c.state.in_(WAITING))
        .values(bot_id=bot_id, state=PostState.PLANNED, lease=None, leased_until=None)
    )


async def adopt(connection: AsyncConnection, bot_id: int) -> int:
    """Give everything that knows no bot to ``bot_id``; how many groups."""
    done = await connection.execute(
        update(groups).where(groups.c.bot_id.is_(None)).values(bot_id=bot_id)
    )
    await connection.execute(
        update(people)
        .where(people.c.bot_id.is_(None), people.c.started_at.is_not(None))
        .values(bot_id=bot_id)
    )
    await connection.execute(
        update(posts)
        .where(
            posts.c.bot_id.is_(None),
            posts.c.state.in_((*WAITING, PostState.SENDING)),
        )
        .values(bot_id=bot_id)
    )
    return done.rowcount
