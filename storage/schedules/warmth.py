"""What groups were told that sells nothing, when they were last sold something, and polls."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, PostId, PostState
from storage import bulk
from storage.posts.posts import UNSEEN
from storage.tables import groups, polls, posts

OPEN, CLOSED, LOST = "open", "closed", "lost"


@dataclass(frozen=True, slots=True)
class DuePoll:
    """A poll that is to be closed, with what is needed to speak of it."""

    post_id: PostId
    group_id: GroupId
    chat_id: int
    message_id: int
    language: str
    programme: str
    said: str


async def list_said(
    connection: AsyncConnection, group_ids: Collection[GroupId], since: date
) -> dict[GroupId, list[tuple[date, str]]]:
    """What each group was told since the local day ``since``, the earliest first."""
    found: dict[GroupId, list[tuple[date, str]]] = {}
    for group_id, day, said in await connection.execute(said_since(group_ids, since)):
        found.setdefault(GroupId(group_id), []).append((day, said))
    return found


def said_since(group_ids: Collection[GroupId], since: date) -> Any:
    """The question of ``list_said``, answered by the small index over warm posts alone."""
    return (
        select(posts.c.group_id, posts.c.day, posts.c.said)
        .where(
            posts.c.said.is_not(None),
            posts.c.group_id.in_(group_ids),
            posts.c.day >= since,
            posts.c.state.not_in(UNSEEN),
        )
        .order_by(posts.c.day, posts.c.due_at, posts.c.id)
    )


async def list_cold(
    connection: AsyncConnection, group_ids: Collection[GroupId], since: date
) -> set[GroupId]:
    """Those of the groups whose last post since ``since`` sold nothing, or is to sell nothing."""
    last = func.max(posts.c.id).label("last")
    latest = (
        select(posts.c.group_id, last)
        .where(
            posts.c.group_id.in_(group_ids),
            posts.c.day >= since,
            posts.c.state.not_in(UNSEEN),
        )
        .group_by(posts.c.group_id)
        .subquery()
    )
    statement = (
        select(posts.c.group_id)
        .join_from(latest, posts, posts.c.id == latest.c.last)
        .where(posts.c.said.is_not(None))
    )
    return {GroupId(found) for found in await connection.scalars(statement)}


async def add_polls(
    connection: AsyncConnection, new: Sequence[tuple[PostId, int | None, datetime]]
) -> None:
    """Remember polls as (post, bot, when to close)."""
    rows = [
        {"post_id": post_id, "bot_id": bot_id, "closes_at": closes_at, "state": OPEN}
        | {"voters": None, "counts": None}
        for post_id, bot_id, closes_at in new
    ]
    await bulk.insert(connection, polls, rows)


async def has_due_polls(connection: AsyncConnection, now: datetime) -> bool:
    """Whether a poll waits to be closed, of whichever bot."""
    statement = select(polls.c.post_id).where(polls.c.state == OPEN, polls.c.closes_at <= now)
    return await connection.scalar(statement.limit(1)) is not None


async def claim_polls(
    connection: AsyncConnection,
    now: datetime,
    limit: int,
    *,
    until: datetime,
    bot_id: int,
    is_first: bool,
) -> list[DuePoll]:
    """Take polls of a bot that are due to be closed; nobody else gets them before ``until``.

    By then they are due again, unless it was written how they ended: who took them is gone.
    """
    own = polls.c.bot_id == bot_id
    statement = (
        select(polls.c.post_id, posts, groups.c.chat_id.label("now_in"), groups.c.language)
        .add_columns(groups.c.programme)
        .join_from(polls, posts, posts.c.id == polls.c.post_id)
        .join(groups, groups.c.id == posts.c.group_id)
        .where(
            polls.c.state == OPEN,
            polls.c.closes_at <= now,
            or_(own, polls.c.bot_id.is_(None)) if is_first else own,
        )
        .order_by(polls.c.closes_at)
        .limit(limit)
        .with_for_update(of=polls, skip_locked=True)
    )
    rows = (await connection.execute(statement)).all()
    sent = [row for row in rows if row.state == PostState.SENT and row.message_id]
    unsent = {row.post_id for row in rows} - {row.post_id for row in sent}
    await _change(connection, unsent, state=LOST)
    await _change(connection, [row.post_id for row in sent], closes_at=until)
    return [
        DuePoll(
            PostId(row.post_id),
            GroupId(row.group_id),
            row.now_in,
            row.message_id,
            row.language,
            row.programme,
            row.said,
        )
        for row in sent
    ]


async def mark_poll(
    connection: AsyncConnection, post_id: PostId, state: str, counts: Sequence[int] | None
) -> None:
    """Write how a poll ended; ``counts`` are the voters of each answer, None where unknown."""
    voters = None if counts is None else sum(counts)
    await connection.execute(
        update(polls)
        .where(polls.c.post_id == post_id)
        .values(state=state, voters=voters, counts=None if counts is None else list(counts))
    )


async def _change(connection: AsyncConnection, ids: Collection[int], **values: Any) -> None:
    if ids:
        await connection.execute(update(polls).where(polls.c.post_id.in_(ids)).values(**values))
