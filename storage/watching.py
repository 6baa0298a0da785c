"""Figures that tell whether everything moves, and what is wrong with the database itself."""

from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import event, func, select, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupState, PostState
from bot.errors import HaowuError
from storage import variables
from storage.database import Database
from storage.tables import click_hours, conversions, groups, openings, people, posts

HOUSE = "house"
TRIAL = "write_trial"
TRIAL_BYTES = 16_384
"""A few pages, so that the file must grow or the disk take a log that grows."""
_SQLITE = {
    "SQLITE_FULL": "disk full",
    "SQLITE_IOERR": "disk error",
    "SQLITE_READONLY": "read only",
    "SQLITE_BUSY": "locked",
    "SQLITE_CANTOPEN": "cannot be opened",
    "SQLITE_CORRUPT": "damaged",
    "SQLITE_NOTADB": "damaged",
}
_POSTGRES = {
    "53100": "disk full",
    "58030": "disk error",
    "25006": "read only",
    "53300": "too many connections",
    "28P01": "password refused",
    "3D000": "no such database",
}
"""Codes of both engines; the drivers' own words may hold the address and its password."""
_OF_THE_WORLD = frozenset({"disk full", "disk error", "read only", "damaged"})
"""What is no fault of the statement that met it."""


async def count_overdue(connection: AsyncConnection, before: datetime) -> int:
    """Openings that should have been planned before ``before`` and were not."""
    found = await connection.scalar(
        select(func.count()).select_from(openings).where(openings.c.opens_at < before)
    )
    return found or 0


async def find_oldest_due(connection: AsyncConnection, now: datetime) -> datetime | None:
    """When the post was due that waits longest in the outbox; None when none is due."""
    found: datetime | None = await connection.scalar(
        select(posts.c.due_at)
        .where(posts.c.state == PostState.PLANNED.value, posts.c.due_at <= now)
        .order_by(posts.c.due_at)
        .limit(1)
    )
    return found


async def count_uncertain(connection: AsyncConnection) -> int:
    """Posts of which nobody knows yet whether they arrived."""
    found = await connection.scalar(
        select(func.count()).select_from(posts).where(posts.c.state == PostState.UNCERTAIN.value)
    )
    return found or 0


async def count_posts(connection: AsyncConnection) -> dict[str, int]:
    """Posts by state."""
    rows = await connection.execute(
        select(posts.c.state, func.count()).group_by(posts.c.state).order_by(posts.c.state)
    )
    return {state: count for state, count in rows}


async def count_conversions(connection: AsyncConnection) -> dict[str, int]:
    """Conversions by state."""
    rows = await connection.execute(
        select(conversions.c.state, func.count())
        .group_by(conversions.c.state)
        .order_by(conversions.c.state)
    )
    return {state: count for state, count in rows}


async def total_clicks(connection: AsyncConnection) -> tuple[int, int]:
    """All clicks ever: of people, and of everything else."""
    rows = await connection.execute(
        select(func.sum(click_hours.c.people), func.sum(click_hours.c.bots))
    )
    people, others = rows.one()
    return int(people or 0), int(others or 0)


async def find_house(connection: AsyncConnection) -> str | None:
    """The name by which this database is known from outside; None before the first write."""
    return await variables.find(connection, HOUSE)


async def ask_server(connection: AsyncConnection) -> tuple[datetime | None, int | None]:
    """PostgreSQL's own time and version number (180004 is 18.4); None for SQLite."""
    if connection.dialect.name == "sqlite":
        return None, None
    rows = await connection.execute(
        text("SELECT clock_timestamp(), current_setting('server_version_num')::int")
    )
    now, version = rows.one()
    return now, version


async def count_groups_outside(connection: AsyncConnection, known: Iterable[str]) -> dict[str, int]:
    """Open groups of programmes that are none of ``known``, by the programme's name."""
    rows = await connection.execute(
        select(groups.c.programme, func.count())
        .where(groups.c.state != GroupState.CLOSED.value, groups.c.programme.not_in(list(known)))
        .group_by(groups.c.programme)
    )
    return {name: count for name, count in rows}


async def list_lame_groups(connection: AsyncConnection) -> list[tuple[str, list[str]]]:
    """Open groups in which the bot lacks rights: their titles, and which."""
    rows = await connection.execute(
        select(groups.c.title, groups.c.missing_rights)
        .where(groups.c.state != GroupState.CLOSED.value, groups.c.lost_at.is_(None))
        .order_by(groups.c.id)
    )
    return [(title, list(missing)) for title, missing in rows if missing]


async def list_zones(connection: AsyncConnection) -> list[str]:
    """The time zones that open groups live by."""
    rows = await connection.scalars(
        select(groups.c.timezone).where(groups.c.state != GroupState.CLOSED.value).distinct()
    )
    return sorted(rows)


async def list_started(connection: AsyncConnection, telegram_ids: Iterable[int]) -> set[int]:
    """Whom of these the bot may write to in private, because they pressed Start."""
    rows = await connection.scalars(
        select(people.c.telegram_id).where(
            people.c.telegram_id.in_(list(telegram_ids)), people.c.started_at.is_not(None)
        )
    )
    return {telegram_id for telegram_id in rows if telegram_id is not None}


async def try_writing(connection: AsyncConnection, at: datetime, house: str) -> None:
    """Write and commit what needs room, and give the room back: where that fails, all does.

    ``house`` becomes the database's name where it has none yet.
    PostgreSQL needs no room: every version of a row is new, and its log is written at the commit.
    """
    if connection.dialect.name == "sqlite":
        await variables.set(connection, TRIAL, " " * TRIAL_BYTES)
    await variables.set(connection, TRIAL, at.isoformat())
    await variables.find_or_set(connection, HOUSE, house)


def on_refusal(database: Database, tell: Callable[[str], None]) -> None:
    """From now on ``tell`` why, whenever a statement fails by no fault of its own."""

    def hear(context: ExceptionContext) -> None:
        trouble = trouble_of(context.original_exception)
        if trouble in _OF_THE_WORLD:
            tell(trouble)

    event.listen(database.engine.sync_engine, "handle_error", hear)


def trouble_of(fault: BaseException) -> str:
    """What is wrong with the database, in words of ours and without a secret."""
    origin = (fault.orig or fault) if isinstance(fault, DBAPIError) else fault
    name = str(getattr(origin, "sqlite_errorname", "") or "")
    code = str(getattr(origin, "sqlstate", "") or "")
    for start, words in (_SQLITE | _POSTGRES).items():
        if name.startswith(start) or code == start:
            return words
    if isinstance(fault, FileNotFoundError):
        return "the file is gone"
    if isinstance(fault, TimeoutError):
        return "does not answer"
    if isinstance(fault, OSError) or isinstance(fault.__cause__, OSError):
        return "unreachable"
    return str(fault) if isinstance(fault, HaowuError) else f"fails ({type(origin).__name__})"
