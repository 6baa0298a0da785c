"""Notices that wait to be told, each taken by a guarded update, so that it is told at most once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.posts.notices import Notice
from bot.domain.records import PersonId
from storage.tables import notices, people
from storage.upsert import insert_ignore

WAITING, TELLING, TOLD, DROPPED = "waiting", "telling", "told", "dropped"


@dataclass(frozen=True, slots=True)
class Addressed:
    """A notice with its reader as they are now; ``telegram_id`` is None once forgotten."""

    notice: Notice
    telegram_id: int | None
    language: str


async def add(connection: AsyncConnection, new: Sequence[Notice], at: datetime) -> None:
    """Let these be told; one whose key was there before is not told again."""
    rows = [
        {
            "key": notice.key,
            "person_id": notice.person_id,
            "text": notice.text,
            "words": dict(notice.words),
            "state": WAITING,
            "created_at": at,
        }
        for notice in new
    ]
    await insert_ignore(connection, notices, rows)


async def has_waiting(connection: AsyncConnection) -> bool:
    """Whether a notice waits to be told, by whichever bot."""
    waiting = exists().where(notices.c.state == WAITING)
    return bool(await connection.scalar(select(waiting)))


async def claim(
    connection: AsyncConnection, limit: int, *, bot_id: int, is_first: bool
) -> list[Addressed]:
    """Take waiting notices to people of ``bot_id``, the earliest first; nobody else gets them.

    The first bot also tells those of whom no bot is known: perhaps they hear it.
    """
    is_own = people.c.bot_id == bot_id
    if is_first:
        is_own = or_(is_own, people.c.bot_id.is_(None))
    rows = (
        await connection.execute(
            select(notices, people.c.telegram_id, people.c.language)
            .join_from(notices, people, notices.c.person_id == people.c.id)
            .where(notices.c.state == WAITING, is_own)
            .order_by(notices.c.created_at)
            .limit(limit)
            .with_for_update(of=notices, skip_locked=True)
        )
    ).all()
    await mark(connection, {row.key: TELLING for row in rows})
    return [
        Addressed(
            Notice(row.key, PersonId(row.person_id), row.text, row.words),
            row.telegram_id,
            row.language,
        )
        for row in rows
    ]


async def mark(connection: AsyncConnection, states: Mapping[str, str]) -> None:
    """Write the new state of notices by key."""
    if states:
        await connection.execute(
            update(notices)
            .where(notices.c.key == bindparam("b_key"))
            .values(state=bindparam("b_state")),
            [{"b_key": key, "b_state": state} for key, state in states.items()],
        )
