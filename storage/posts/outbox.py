"""The outbox: posts claimed under a lease, fenced before they are sent, and marked after it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, bindparam, case, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, GroupState, Post, PostId, PostState
from storage.posts.posts import read
from storage.tables import groups, posts


@dataclass(frozen=True, slots=True)
class Claimed:
    """A post under our lease, with its group as it is now."""

    post: Post
    chat_id: int
    title: str
    is_paused: bool
    is_lost: bool
    """The bot is no longer in the group, or the group is closed."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of a claimed post; None leaves a column as it is."""

    post_id: PostId
    state: PostState
    due_at: datetime | None = None
    """When a post that is planned again falls due."""
    chat_id: int | None = None
    message_id: int | None = None
    sent_at: datetime | None = None
    error: str | None = None


# ---------------------------------------------------------------- claiming


async def claim(
    connection: AsyncConnection, now: datetime, *, lease: str, until: datetime, limit: int
) -> list[Claimed]:
    """Lease due posts until ``until``, the longest due first.

    On PostgreSQL other workers skip what is locked; on SQLite this is the only writer. Either
    way ``fence`` decides before anything is sent.
    """
    rows = (await connection.execute(due_posts(now, limit))).all()
    if rows:
        await connection.execute(
            update(posts)
            .where(posts.c.id.in_([row.id for row in rows]))
            .values(state=PostState.LEASED, lease=lease, leased_until=until)
        )
    return [
        Claimed(
            read(row),
            row.group_chat_id,
            row.group_title,
            row.group_is_paused,
            row.group_lost_at is not None or row.group_state == GroupState.CLOSED,
        )
        for row in rows
    ]


def due_posts(now: datetime, limit: int) -> Any:
    """The question that ``claim`` asks; answered by the index on state and due time."""
    return (
        select(
            posts,
            groups.c.chat_id.label("group_chat_id"),
            groups.c.title.label("group_title"),
            groups.c.is_paused.label("group_is_paused"),
            groups.c.lost_at.label("group_lost_at"),
            groups.c.state.label("group_state"),
        )
        .join_from(posts, groups, posts.c.group_id == groups.c.id)
        .where(posts.c.state == PostState.PLANNED, posts.c.due_at <= now)
        .order_by(posts.c.due_at, posts.c.id)
        .limit(limit)
        .with_for_update(of=posts, skip_locked=True)
    )


async def next_due_at(connection: AsyncConnection) -> datetime | None:
    """When the next planned post falls due, or fell; None when nothing is planned."""
    found: datetime | None = await connection.scalar(
        select(func.min(posts.c.due_at)).where(posts.c.state == PostState.PLANNED)
    )
    return found


async def has_due(connection: AsyncConnection, now: datetime) -> bool:
    """Whether a post is due, or was leased and given up."""
    due = exists().where(posts.c.state == PostState.PLANNED, posts.c.due_at <= now)
    left = exists().where(posts.c.state == PostState.LEASED, posts.c.leased_until <= now)
    return bool(await connection.scalar(select(or_(due, left))))


async def release(connection: AsyncConnection, now: datetime) -> int:
    """Give back posts whose lease ran out before they were fenced; how many."""
    return await _update(
        connection,
        update(posts)
        .where(posts.c.state == PostState.LEASED, posts.c.leased_until <= now)
        .values(state=PostState.PLANNED, lease=None, leased_until=None),
    )


async def fence(
    connection: AsyncConnection, ids: Collection[PostId], *, lease: str, until: datetime
) -> set[PostId]:
    """Move leased posts to ``sending``; those that are returned are ours to send, once.

    A post that another worker took meanwhile, or that was cancelled, is not among them.
    """
    if not ids:
        return set()
    statement = (
        update(posts)
        .where(posts.c.id.in_(ids), posts.c.lease == lease, posts.c.state == PostState.LEASED)
        .values(state=PostState.SENDING, attempts=posts.c.attempts + 1, leased_until=until)
        .returning(posts.c.id)
    )
    return {PostId(found) for found in await connection.scalars(statement)}


# ---------------------------------------------------------------- marking


async def mark(connection: AsyncConnection, marks: Sequence[Mark], *, lease: str) -> None:
    """Write what became of posts under our ``lease``.

    A post that somebody declared uncertain while we were waiting for its answer can still
    become sent; whatever else was decided about it meanwhile stays.
    """
    if not marks:
        return
    values: dict[str, Any] = {
        name: bindparam(f"b_{name}") for name in ("chat_id", "message_id", "sent_at", "error")
    }
    statement = (
        update(posts)
        .where(
            posts.c.id == bindparam("b_id"),
            posts.c.lease == lease,
            or_(
                posts.c.state == PostState.LEASED,
                posts.c.state == PostState.SENDING,
                (posts.c.state == PostState.UNCERTAIN) & bindparam("b_is_sent", type_=Boolean),
            ),
        )
        .values(
            state=bindparam("b_state"),
            due_at=func.coalesce(bindparam("b_due_at", type_=posts.c.due_at.type), posts.c.due_at),
            lease=case((bindparam("b_is_planned", type_=Boolean), None), else_=posts.c.lease),
            leased_until=None,
            **values,
        )
    )
    await connection.execute(statement, [_values_of(mark) for mark in marks])


async def delay_group(connection: AsyncConnection, group_id: GroupId, until: datetime) -> None:
    """Let nothing of a group fall due before ``until``: Telegram told us to wait."""
    await connection.execute(
        update(posts)
        .where(
            posts.c.group_id == group_id,
            posts.c.state == PostState.PLANNED,
            posts.c.due_at < until,
        )
        .values(due_at=until)
    )


async def cancel_group(connection: AsyncConnection, group_id: GroupId, reason: str) -> int:
    """Take back everything of a group that is not being sent yet; how many."""
    return await _update(
        connection,
        update(posts)
        .where(
            posts.c.group_id == group_id,
            posts.c.state.in_((PostState.PLANNED, PostState.LEASED)),
        )
        .values(state=PostState.CANCELLED, error=reason),
    )


async def doubt(connection: AsyncConnection, before: datetime | None, reason: str) -> list[Post]:
    """Declare posts that were left ``sending`` uncertain; the posts.

    With ``before`` only those whose time to be sent ended by then, else all of them.
    """
    statement = update(posts).where(posts.c.state == PostState.SENDING)
    if before is not None:
        statement = statement.where(posts.c.leased_until <= before)
    rows = await connection.execute(
        statement.values(state=PostState.UNCERTAIN, error=reason).returning(*posts.c)
    )
    return [read(row) for row in rows]


async def doubt_due(connection: AsyncConnection, now: datetime, reason: str) -> int:
    """Declare everything uncertain that may have been sent by ``now``; how many posts.

    For a database out of a backup: what was planned in it may have gone out since.
    """
    left = (PostState.PLANNED, PostState.LEASED, PostState.SENDING)
    return await _update(
        connection,
        update(posts)
        .where(posts.c.state.in_(left), posts.c.due_at <= now)
        .values(state=PostState.UNCERTAIN, error=reason, lease=None, leased_until=None),
    )


async def _update(connection: AsyncConnection, statement: Any) -> int:
    done = await connection.execute(statement)
    return int(done.rowcount)


def _values_of(mark: Mark) -> dict[str, Any]:
    return {
        "b_id": mark.post_id,
        "b_state": mark.state,
        "b_is_sent": mark.state == PostState.SENT,
        "b_is_planned": mark.state == PostState.PLANNED,
        "b_due_at": mark.due_at,
        "b_chat_id": mark.chat_id,
        "b_message_id": mark.message_id,
        "b_sent_at": mark.sent_at,
        "b_error": mark.error,
    }
