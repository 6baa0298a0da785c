"""Counts of a group and day: signals added as they come, posts and clicks when the day is over."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import and_, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, PostState
from storage.tables import (
    click_hours,
    disliked_posts,
    group_days,
    links,
    posts,
)
from storage.upsert import insert_for

FOLLOWED = timedelta(days=3)
"""Clicks on older links are not looked for: hardly anybody follows a post of last week."""
PLACES_A_POST = timedelta(days=2)
"""A post of a local day is sent at most so far from it, as UTC counts days."""


def midnight(day: date) -> datetime:
    """The beginning of ``day``, UTC."""
    return datetime.combine(day, time(), UTC)


# ---------------------------------------------------------------- as it happens


async def add(connection: AsyncConnection, group_id: GroupId, day: date, **counts: int) -> None:
    """Add ``counts`` to those of the group's day."""
    statement = insert_for(connection, group_days).values(group_id=group_id, day=day, **counts)
    keys = [group_days.c.group_id, group_days.c.day]
    more = {name: group_days.c[name] + statement.excluded[name] for name in counts}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=more))


async def is_after_post(connection: AsyncConnection, group_id: GroupId, since: datetime) -> bool:
    """Whether a selling post reached the group after ``since``."""
    found = select(posts.c.id).where(
        posts.c.group_id == group_id,
        posts.c.day >= since.date() - PLACES_A_POST,
        posts.c.sent_at >= since,
        posts.c.offer_id.is_not(None),
    )
    return (await connection.execute(found.limit(1))).first() is not None


async def is_post(
    connection: AsyncConnection, group_id: GroupId, message_id: int, since: date
) -> bool:
    """Whether a message of the group is one of our posts, of the local day ``since`` or later."""
    found = select(posts.c.id).where(
        posts.c.group_id == group_id,
        posts.c.day >= since,
        posts.c.message_id == message_id,
    )
    return (await connection.execute(found.limit(1))).first() is not None


async def set_downs(
    connection: AsyncConnection, group_id: GroupId, message_id: int, downs: int, day: date
) -> int:
    """Keep how many dislikes a message has in all; how many more these are than before."""
    place = and_(disliked_posts.c.group_id == group_id, disliked_posts.c.message_id == message_id)
    known = await connection.scalar(select(disliked_posts.c.downs).where(place))
    row = {"group_id": group_id, "message_id": message_id, "downs": downs, "day": day}
    statement = insert_for(connection, disliked_posts).values(row)
    keys = [disliked_posts.c.group_id, disliked_posts.c.message_id]
    await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"downs": downs})
    )
    return downs - (known or 0)


# ---------------------------------------------------------------- when the day is over


async def count(
    connection: AsyncConnection, ids: Collection[GroupId], day: date
) -> tuple[dict[GroupId, int], dict[GroupId, int]]:
    """Selling posts that reached each group on ``day``, and people who clicked there on it."""
    start, end = midnight(day), midnight(day + timedelta(days=1))
    sent = (
        select(posts.c.group_id, func.count())
        .where(
            posts.c.group_id.in_(ids),
            posts.c.day.between(day - PLACES_A_POST, day + PLACES_A_POST),
            posts.c.sent_at >= start,
            posts.c.sent_at < end,
            posts.c.state == PostState.SENT.value,
            posts.c.offer_id.is_not(None),
        )
        .group_by(posts.c.group_id)
    )
    followed = (
        select(links.c.group_id, func.sum(click_hours.c.people))
        .join(click_hours, click_hours.c.code == links.c.code)
        .where(
            links.c.group_id.in_(ids),
            links.c.created_at >= start - FOLLOWED,
            links.c.created_at < end,
            click_hours.c.hour_at >= start,
            click_hours.c.hour_at < end,
        )
        .group_by(links.c.group_id)
    )
    return (
        {GroupId(key): int(number) for key, number in await connection.execute(sent)},
        {GroupId(key): int(number) for key, number in await connection.execute(followed)},
    )


async def put(
    connection: AsyncConnection,
    day: date,
    members: Mapping[GroupId, int],
    sent: Mapping[GroupId, int],
    clicks: Mapping[GroupId, int],
) -> None:
    """Write what a day that is over came to, beside the signals that it has already."""
    rows = [
        {
            "group_id": key,
            "day": day,
            "members": number,
            "posts": sent.get(key, 0),
            "clicks": clicks.get(key, 0),
        }
        for key, number in members.items()
    ]
    statement = insert_for(connection, group_days)
    keys = [group_days.c.group_id, group_days.c.day]
    counted = {name: statement.excluded[name] for name in ("members", "posts", "clicks")}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=counted), rows
    )


async def forget(connection: AsyncConnection, ids: Collection[GroupId], before: date) -> None:
    """Delete the counts of these groups that are older than ``before``."""
    for table in (group_days, disliked_posts):
        await connection.execute(
            delete(table).where(table.c.group_id.in_(ids), table.c.day < before)
        )
