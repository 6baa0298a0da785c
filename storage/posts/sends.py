"""One-tap sends as posts of one instant: counted a group and day, found again, taken back."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.posts.sends import SLOT, UNDONE
from bot.domain.records import GroupId, OfferId, PersonId, Post, PostId, PostState
from storage.posts.locking import unlocked
from storage.posts.posts import read
from storage.tables import groups, posts

_ZONES = timedelta(days=1)
"""At one instant local days lie so far apart."""


async def list_states(
    connection: AsyncConnection, days: Mapping[GroupId, date]
) -> dict[GroupId, dict[int, PostState]]:
    """How each group's sends of its local day stand, by their ordinals."""
    found: dict[GroupId, dict[int, PostState]] = {group_id: {} for group_id in days}
    rows = await connection.execute(
        select(posts.c.group_id, posts.c.day, posts.c.ordinal, posts.c.state).where(
            posts.c.group_id.in_(days), posts.c.day.in_(set(days.values())), posts.c.slot == SLOT
        )
    )
    for row in rows:
        group_id = GroupId(row.group_id)
        if row.day == days[group_id]:
            found[group_id][row.ordinal] = PostState(row.state)
    return found


async def find_since(
    connection: AsyncConnection, promoter_id: PersonId, offer_id: OfferId, since: datetime
) -> PostId | None:
    """The first post by which a promoter sent an offer at ``since`` or later; None before that."""
    own = select(groups.c.id).where(groups.c.promoter_id == promoter_id)
    found = await connection.scalar(
        select(posts.c.id)
        .where(
            posts.c.group_id.in_(own),
            posts.c.day >= since.date() - _ZONES,
            posts.c.slot == SLOT,
            posts.c.promoter_id == promoter_id,
            posts.c.offer_id == offer_id,
            posts.c.created_at >= since,
        )
        .order_by(posts.c.id)
        .limit(1)
    )
    return None if found is None else PostId(found)


async def list_batch(
    connection: AsyncConnection, promoter_id: PersonId, post_id: PostId
) -> list[Post]:
    """All posts of the send to which a promoter's own ``post_id`` belongs; none of another's."""
    head = (
        await connection.execute(
            select(posts.c.day, posts.c.offer_id, posts.c.created_at).where(
                posts.c.id == post_id, posts.c.slot == SLOT, posts.c.promoter_id == promoter_id
            )
        )
    ).one_or_none()
    if head is None:
        return []
    own = select(groups.c.id).where(groups.c.promoter_id == promoter_id)
    rows = await connection.execute(
        select(posts)
        .where(
            posts.c.group_id.in_(own),
            posts.c.day.between(head.day - _ZONES, head.day + _ZONES),
            posts.c.slot == SLOT,
            posts.c.promoter_id == promoter_id,
            posts.c.offer_id == head.offer_id,
            posts.c.created_at == head.created_at,
        )
        .order_by(posts.c.group_id)
    )
    return [read(row) for row in rows]


async def take_back(connection: AsyncConnection, batch: list[Post], now: datetime) -> int:
    """Cancel what of a send is not being sent yet; how many posts.

    Those that are just being sent get no second try: should Telegram put them off, they are late.
    A post that a worker is at in this moment is passed over: it is met at the next try.
    """
    is_of_it = posts.c.id.in_([post.id for post in batch])
    is_unsent = posts.c.state.in_((PostState.PLANNED, PostState.LEASED))
    done = await connection.execute(
        unlocked(is_of_it, is_unsent).values(state=PostState.CANCELLED, error=UNDONE)
    )
    await connection.execute(
        unlocked(is_of_it, posts.c.state == PostState.SENDING).values(closes_at=now)
    )
    return done.rowcount
