"""Groups that are taken out, and the chats that the bot is then to leave."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, exists, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.handovers import Departure
from bot.domain.pools.pools import PoolId, PoolState
from bot.domain.records import Group, GroupId, PersonId, PostState
from storage.pools.pools import changed
from storage.tables import departures, groups, openings, pools, posts

# As words, not as a parameter: only so does SQLite see that the partial index answers it.
_PENDING = text("departures.left_at IS NULL")

UNSENT = (PostState.PLANNED, PostState.LEASED)
UNDER_WAY = (*UNSENT, PostState.SENDING)
WITHDRAWN = "disconnected"
"""Why a post was cancelled."""
ENDS = (
    (PoolState.REACHED, PoolState.CLOSED, False),
    (PoolState.OPEN, PoolState.CANCELLED, True),
)
"""As its promoter ends a pool; joiners of a reached one were told already."""


async def hold(connection: AsyncConnection, group_id: GroupId) -> None:
    """Keep every planner off a group until the transaction ends (SQLite has one writer)."""
    held = select(openings.c.slot).where(openings.c.group_id == group_id).order_by(openings.c.slot)
    await connection.execute(held.with_for_update())


async def mark_disconnected(
    connection: AsyncConnection, group_id: GroupId, promoter_id: PersonId, at: datetime
) -> bool:
    """Take a group of this promoter out; False when it was out before, or is another's."""
    done = await connection.execute(
        update(groups)
        .where(
            groups.c.id == group_id,
            groups.c.promoter_id == promoter_id,
            groups.c.disconnected_at.is_(None),
        )
        .values(disconnected_at=at, lost_at=at, greet_at=None)
    )
    return done.rowcount == 1


async def withdraw_posts(connection: AsyncConnection, group_id: GroupId, at: datetime) -> int:
    """Take back what of a group is not being sent yet; how many posts.

    Those that are just being sent get no second try: should Telegram put them off, they are late.
    """
    own = (
        select(posts.c.id)
        .where(posts.c.group_id == group_id, posts.c.state.in_(UNDER_WAY))
        # In one order, as the outbox: two that wait for each other's rows would wait for ever.
        .order_by(posts.c.id)
        .with_for_update()
    )
    ids = list(await connection.scalars(own))
    done = await connection.execute(
        update(posts)
        .where(posts.c.id.in_(ids), posts.c.state.in_(UNSENT))
        .values(state=PostState.CANCELLED, error=WITHDRAWN, lease=None, leased_until=None)
    )
    await connection.execute(
        update(posts)
        .where(posts.c.id.in_(ids), posts.c.state == PostState.SENDING)
        .values(closes_at=at)
    )
    return done.rowcount


async def end_pools(connection: AsyncConnection, group_id: GroupId, now: datetime) -> list[PoolId]:
    """Close the pools of a group that are reached, call off those that are open; which."""
    ended: list[PoolId] = []
    for before, after, told in ENDS:
        values = changed(now) | {"state": after.value, "ended_at": now}
        if told:
            values["telling"] = after.value
        found = await connection.scalars(
            update(pools)
            .where(pools.c.group_id == group_id, pools.c.state == before.value)
            .values(values)
            .returning(pools.c.id)
        )
        ended += [PoolId(one) for one in found]
    return sorted(ended)


async def add(
    connection: AsyncConnection, group: Group, at: datetime, *, says_goodbye: bool
) -> int:
    """Write down that the bot is to leave the group's chat; its number."""
    row = {
        "group_id": group.id,
        "chat_id": group.chat_id,
        "bot_id": group.bot_id,
        "says_goodbye": says_goodbye,
        "asked_at": at,
    }
    found = await connection.scalar(insert(departures).values(row).returning(departures.c.id))
    return int(found or 0)


async def list_pending(connection: AsyncConnection, limit: int) -> list[Departure]:
    """Chats that the bot has not left yet, the longest waiting first."""
    statement = (
        select(departures, groups.c.language)
        .join_from(departures, groups, groups.c.id == departures.c.group_id)
        .where(_PENDING)
        .order_by(departures.c.id)
        .limit(limit)
    )
    return [_read(row) for row in await connection.execute(statement)]


async def list_showing(connection: AsyncConnection, ids: Sequence[GroupId]) -> set[GroupId]:
    """Those of ``ids`` where the message of a pool does not show yet how it ended."""
    statement = select(pools.c.group_id).where(
        pools.c.group_id.in_(ids), pools.c.unshown_since.is_not(None)
    )
    return {GroupId(found) for found in await connection.scalars(statement)}


async def claim_goodbye(connection: AsyncConnection, number: int, at: datetime) -> bool:
    """Take the goodbye before it is said; False when another took it."""
    done = await connection.execute(
        update(departures)
        .where(departures.c.id == number, departures.c.said_at.is_(None), _PENDING)
        .values(said_at=at)
    )
    return done.rowcount == 1


async def mark_left(connection: AsyncConnection, number: int, at: datetime) -> None:
    """The bot is out of the chat."""
    await connection.execute(
        update(departures).where(departures.c.id == number, _PENDING).values(left_at=at)
    )


async def drop_returned(connection: AsyncConnection, at: datetime) -> int:
    """Stay where the group is connected again, and where its chat is forgotten; how many."""
    is_out = exists().where(
        groups.c.id == departures.c.group_id,
        groups.c.disconnected_at.is_not(None),
        groups.c.chat_id == departures.c.chat_id,
    )
    done = await connection.execute(update(departures).where(_PENDING, ~is_out).values(left_at=at))
    return done.rowcount


def _read(row: Row[Any]) -> Departure:
    return Departure(
        id=row.id,
        group_id=GroupId(row.group_id),
        chat_id=row.chat_id,
        bot_id=row.bot_id,
        language=row.language,
        says_goodbye=row.says_goodbye,
        said_at=row.said_at,
        asked_at=row.asked_at,
    )
