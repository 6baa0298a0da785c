"""The outbox: posts claimed under a lease, fenced before they are sent, and marked after it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, bindparam, case, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, GroupState, Post, PostId, PostState
from storage.posts.locking import unlocked
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
    language: str = "zh"
    thread_id: int | None = None
    """The topic of the forum that it goes into."""


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
    connection: AsyncConnection,
    now: datetime,
    *,
    bot_id: int,
    lease: str,
    until: datetime,
    limit: int,
) -> list[Claimed]:
    """Lease due posts of one bot until ``until``, the longest due first.

    On PostgreSQL other workers skip what is locked; on SQLite this is the only writer. Either
    way ``fence`` decides before anything is sent.
    """
    rows = (await connection.execute(due_posts(bot_id, now, limit))).all()
    if rows:
        await connection.execute(
            _leased(connection.dialect.name),
            {"b_ids": _listed(connection, [row.id for row in rows]), "b_lease": lease}
            | {"b_until": until},
        )
    return [
        Claimed(
            read(row),
            row.group_chat_id,
            row.group_title,
            row.group_is_paused,
            row.group_lost_at is not None or row.group_state == GroupState.CLOSED,
            row.group_language,
        )
        for row in rows
    ]


def due_posts(bot_id: int, now: datetime, limit: int) -> Any:
    """The question that ``claim`` asks; answered, in its order, by the index on bot and state."""
    return (
        select(
            posts,
            groups.c.chat_id.label("group_chat_id"),
            groups.c.title.label("group_title"),
            groups.c.is_paused.label("group_is_paused"),
            groups.c.lost_at.label("group_lost_at"),
            groups.c.state.label("group_state"),
            groups.c.language.label("group_language"),
        )
        .join_from(posts, groups, posts.c.group_id == groups.c.id)
        .where(
            posts.c.bot_id == bot_id,
            posts.c.state == PostState.PLANNED,
            posts.c.due_at <= now,
        )
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


async def has_due(
    connection: AsyncConnection, now: datetime, *, bot_id: int, is_first: bool
) -> bool:
    """Whether a post of the bot is due, or was leased and given up; or of no bot, for the first."""
    own = posts.c.bot_id == bot_id
    is_due = (posts.c.state == PostState.PLANNED) & (posts.c.due_at <= now)
    due = [exists().where(own, is_due)]
    due.append(exists().where(own, posts.c.state == PostState.LEASED, posts.c.leased_until <= now))
    if is_first:
        due.append(exists().where(posts.c.bot_id.is_(None), is_due))
    return bool(await connection.scalar(select(or_(*due))))


async def adopt(connection: AsyncConnection, now: datetime, *, bot_id: int) -> int:
    """Give the bot what is due and was planned while no bot of its group was known; how many."""
    return await _update(
        connection,
        unlocked(
            posts.c.bot_id.is_(None),
            posts.c.state == PostState.PLANNED,
            posts.c.due_at <= now,
        ).values(bot_id=bot_id),
    )


async def release(connection: AsyncConnection, now: datetime, *, bot_id: int) -> int:
    """Give back the bot's posts whose lease ran out before they were fenced; how many."""
    return await _update(
        connection,
        unlocked(
            posts.c.bot_id == bot_id,
            posts.c.state == PostState.LEASED,
            posts.c.leased_until <= now,
        ).values(state=PostState.PLANNED, lease=None, leased_until=None),
    )


async def fence(
    connection: AsyncConnection, ids: Collection[PostId], *, lease: str, until: datetime
) -> set[PostId]:
    """Move leased posts to ``sending``; those that are returned are ours to send, once.

    A post that another worker took meanwhile, or that was cancelled, is not among them.
    """
    if not ids:
        return set()
    found = await connection.scalars(
        _fenced(connection.dialect.name),
        {"b_ids": _listed(connection, ids), "b_lease": lease, "b_until": until},
    )
    return {PostId(one) for one in found}


@lru_cache
def _leased(engine: str) -> Any:
    return (
        update(posts)
        .where(_is_among(engine))
        .values(
            state=PostState.LEASED, lease=bindparam("b_lease"), leased_until=bindparam("b_until")
        )
    )


@lru_cache
def _fenced(engine: str) -> Any:
    return (
        update(posts)
        .where(
            _is_among(engine),
            posts.c.lease == bindparam("b_lease"),
            posts.c.state == PostState.LEASED,
        )
        .values(
            state=PostState.SENDING,
            attempts=posts.c.attempts + 1,
            leased_until=bindparam("b_until"),
        )
        .returning(posts.c.id)
    )


def _is_among(engine: str) -> Any:
    """Whether a post is among ``b_ids``: one value, so that any number is the same statement."""
    if engine == "sqlite":
        listed = func.json_each(bindparam("b_ids")).table_valued("value")
        return posts.c.id.in_(select(listed.c.value))
    return posts.c.id == func.any(bindparam("b_ids", type_=ARRAY(BigInteger)))


def _listed(connection: AsyncConnection, ids: Collection[int]) -> list[int] | str:
    listed = list(ids)
    return str(listed) if connection.dialect.name == "sqlite" else listed


# ---------------------------------------------------------------- marking


async def mark(connection: AsyncConnection, marks: Sequence[Mark], *, lease: str) -> None:
    """Write what became of posts under our ``lease``.

    A post that somebody declared uncertain while we were waiting for its answer can still
    become sent; whatever else was decided about it meanwhile stays.
    """
    if marks:
        # All in one order: two workers that wait for each other's rows would wait for ever.
        in_order = sorted(marks, key=lambda mark: mark.post_id)
        await connection.execute(_marked(), [_values_of(mark, lease) for mark in in_order])


@lru_cache
def _marked() -> Any:
    values: dict[str, Any] = {
        name: bindparam(f"b_{name}") for name in ("chat_id", "message_id", "sent_at", "error")
    }
    return (
        update(posts)
        .where(
            posts.c.id == bindparam("b_id"),
            posts.c.lease == bindparam("b_lease"),
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


async def delay_groups(connection: AsyncConnection, until: Mapping[GroupId, datetime]) -> None:
    """Let nothing of a group fall due before its time in ``until``: Telegram told us to wait."""
    if not until:
        return
    await connection.execute(
        update(posts)
        .where(
            posts.c.group_id == bindparam("b_group_id"),
            posts.c.state == PostState.PLANNED,
            posts.c.due_at < bindparam("b_until", type_=posts.c.due_at.type),
        )
        .values(due_at=bindparam("b_until", type_=posts.c.due_at.type)),
        [{"b_group_id": group_id, "b_until": until[group_id]} for group_id in sorted(until)],
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


async def _update(connection: AsyncConnection, statement: Any) -> int:
    done = await connection.execute(statement)
    return int(done.rowcount)


def _values_of(mark: Mark, lease: str) -> dict[str, Any]:
    return {
        "b_id": mark.post_id,
        "b_lease": lease,
        "b_state": mark.state,
        "b_is_sent": mark.state == PostState.SENT,
        "b_is_planned": mark.state == PostState.PLANNED,
        "b_due_at": mark.due_at,
        "b_chat_id": mark.chat_id,
        "b_message_id": mark.message_id,
        "b_sent_at": mark.sent_at,
        "b_error": mark.error,
    }
