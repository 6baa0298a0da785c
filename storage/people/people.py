"""People and promoters: who they are to us, and the log of what was decided about them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Person, PersonId, Promoter, PromoterStatus
from storage.people import trading
from storage.tables import audit, listings, notices, people, promoters
from storage.upsert import insert_ignore

NAME_LIMIT = 128
"""Characters of a name that we keep; Telegram allows 64 and 64 for first and last name."""

UPLINE_LIMIT = 10_000
"""No line of inviters is longer; it bounds the walk even over damaged rows."""


# ---------------------------------------------------------------- people


async def find(connection: AsyncConnection, person_id: PersonId) -> Person | None:
    """The person with our id, or None."""
    rows = await connection.execute(select(people).where(people.c.id == person_id))
    row = rows.one_or_none()
    return _person(row) if row else None


async def find_by_telegram(connection: AsyncConnection, telegram_id: int) -> Person | None:
    """The person with this Telegram user id, or None."""
    rows = await connection.execute(select(people).where(people.c.telegram_id == telegram_id))
    row = rows.one_or_none()
    return _person(row) if row else None


async def add(
    connection: AsyncConnection, *, telegram_id: int, name: str, language: str, at: datetime
) -> Person:
    """Store a person unless the Telegram id is known already; either way the stored one."""
    row = {
        "telegram_id": telegram_id,
        "name": name[:NAME_LIMIT],
        "language": language,
        "met_at": at,
    }
    await insert_ignore(connection, people, [row])
    person = await find_by_telegram(connection, telegram_id)
    assert person is not None, "it was stored a moment ago"  # noqa: S101
    return person


async def mark_met(
    connection: AsyncConnection,
    person_id: PersonId,
    *,
    name: str,
    started_at: datetime | None,
    bot_id: int | None = None,
) -> None:
    """Keep the present name, when the private chat was first started, and with whom it is now."""
    await connection.execute(
        update(people)
        .where(people.c.id == person_id)
        .values(
            name=name[:NAME_LIMIT],
            started_at=func.coalesce(people.c.started_at, started_at),
            bot_id=func.coalesce(bot_id, people.c.bot_id),
        )
    )


async def mark_language(connection: AsyncConnection, person_id: PersonId, language: str) -> None:
    """Speak ``language`` with this person from now on."""
    await connection.execute(
        update(people).where(people.c.id == person_id).values(language=language)
    )


async def mark_waiting(
    connection: AsyncConnection, person_id: PersonId, since: datetime | None
) -> None:
    """Put the person on the waiting list where the first date counts, or take them off (None)."""
    kept = func.coalesce(people.c.waiting_since, since) if since else None
    await connection.execute(
        update(people).where(people.c.id == person_id).values(waiting_since=kept)
    )


async def count_waiting(connection: AsyncConnection) -> int:
    """How many people wait for an invitation."""
    statement = select(func.count()).select_from(people).where(people.c.waiting_since.is_not(None))
    return int(await connection.scalar(statement) or 0)


async def lock(connection: AsyncConnection, person_id: PersonId) -> None:
    """Let decisions about one person happen one after the other (SQLite has one writer)."""
    await connection.execute(select(people.c.id).where(people.c.id == person_id).with_for_update())


async def erase(connection: AsyncConnection, person_id: PersonId, at: datetime) -> None:
    """Replace what tells who somebody is; our own id stays, so that sums stay."""
    await connection.execute(
        update(people)
        .where(people.c.id == person_id)
        .values(
            telegram_id=None,
            name="",
            started_at=None,
            waiting_since=None,
            group_id=None,
            erased_at=at,
        )
    )
    await trading.erase(connection, person_id, at)
    await connection.execute(delete(listings).where(listings.c.person_id == person_id))
    await connection.execute(delete(notices).where(notices.c.person_id == person_id))


# ---------------------------------------------------------------- promoters


async def add_promoter(
    connection: AsyncConnection,
    person_id: PersonId,
    *,
    programme: str,
    inviter_id: PersonId | None,
    code: str,
    status: PromoterStatus,
    level: str,
    at: datetime,
    brand: str | None = None,
    shop: str | None = None,
) -> None:
    """Make a person a promoter; inviter, brand and shop are bound once and never changed."""
    await connection.execute(
        insert(promoters).values(
            person_id=person_id,
            programme=programme,
            inviter_id=inviter_id,
            invitation_code=code,
            status=status,
            level=level,
            joined_at=at,
            unlocked_at=at if status == PromoterStatus.ACTIVE else None,
            brand=brand,
            shop=shop,
        )
    )


async def find_promoter(connection: AsyncConnection, person_id: PersonId) -> Promoter | None:
    """The promoter with our person id, or None."""
    found = await promoters_by_ids(connection, [person_id])
    return found.get(person_id)


async def find_promoter_by_telegram(
    connection: AsyncConnection, telegram_id: int
) -> Promoter | None:
    """The promoter with this Telegram user id, or None."""
    statement = _promoters().where(people.c.telegram_id == telegram_id)
    row = (await connection.execute(statement)).one_or_none()
    return _promoter(row) if row else None


async def promoters_by_ids(
    connection: AsyncConnection, ids: Iterable[PersonId]
) -> dict[PersonId, Promoter]:
    """Those of ``ids`` that are promoters."""
    statement = _promoters().where(promoters.c.person_id.in_(set(ids)))
    rows = await connection.execute(statement)
    return {promoter.id: promoter for promoter in map(_promoter, rows)}


async def list_promoters(connection: AsyncConnection, latest: int | None = None) -> list[Promoter]:
    """All promoters, the earliest first; or only the ``latest`` ones, the latest first."""
    statement = _promoters().order_by(promoters.c.joined_at, promoters.c.person_id)
    if latest is not None:
        joined_at, person_id = promoters.c.joined_at.desc(), promoters.c.person_id.desc()
        statement = _promoters().order_by(joined_at, person_id).limit(latest)
    return [_promoter(row) for row in await connection.execute(statement)]


async def count_invited(connection: AsyncConnection, inviter_id: PersonId) -> int:
    """How many promoters ``inviter_id`` invited directly."""
    statement = (
        select(func.count()).select_from(promoters).where(promoters.c.inviter_id == inviter_id)
    )
    return int(await connection.scalar(statement) or 0)


async def find_invitation_used(connection: AsyncConnection, person_id: PersonId) -> str | None:
    """The code by which a promoter joined; None for whoever is no promoter."""
    statement = select(promoters.c.invitation_code).where(promoters.c.person_id == person_id)
    return await connection.scalar(statement)


async def list_upline(connection: AsyncConnection, person_id: PersonId) -> list[PersonId]:
    """The inviter, the inviter's inviter and so on up to the root."""
    start = select(promoters.c.person_id, promoters.c.inviter_id, literal(0).label("depth"))
    line = start.where(promoters.c.person_id == person_id).cte("line", recursive=True)
    step = select(promoters.c.person_id, promoters.c.inviter_id, line.c.depth + 1).where(
        promoters.c.person_id == line.c.inviter_id, line.c.depth < UPLINE_LIMIT
    )
    whole = line.union_all(step)
    rows = await connection.execute(
        select(whole.c.person_id).where(whole.c.depth > 0).order_by(whole.c.depth)
    )
    return [PersonId(row[0]) for row in rows]


async def mark_status(
    connection: AsyncConnection, person_id: PersonId, status: PromoterStatus, at: datetime
) -> None:
    """Set where a promoter stands; the first time of ACTIVE is kept as unlocked_at."""
    is_active = status == PromoterStatus.ACTIVE
    unlocked_at = func.coalesce(promoters.c.unlocked_at, at if is_active else None)
    await connection.execute(
        update(promoters)
        .where(promoters.c.person_id == person_id)
        .values(status=status, unlocked_at=unlocked_at)
    )


# ---------------------------------------------------------------- the log


async def append_audit(
    connection: AsyncConnection, at: datetime, actor: str, action: str, subject: str, reason: str
) -> None:
    """Write who did what to whom and why; names of people by our own ids, for it is for ever."""
    await connection.execute(
        insert(audit).values(at=at, actor=actor, action=action, subject=subject, reason=reason)
    )


def _promoters() -> Select[Any]:
    return select(
        promoters, people.c.telegram_id, people.c.name, people.c.language, people.c.bot_id
    ).join_from(promoters, people, promoters.c.person_id == people.c.id)


def _person(row: Row[Any]) -> Person:
    return Person(
        id=PersonId(row.id),
        telegram_id=row.telegram_id,
        name=row.name,
        language=row.language,
        started_at=row.started_at,
        bot_id=row.bot_id,
    )


def _promoter(row: Row[Any]) -> Promoter:
    return Promoter(
        id=PersonId(row.person_id),
        telegram_id=row.telegram_id,
        name=row.name,
        language=row.language,
        programme=row.programme,
        inviter_id=row.inviter_id,
        status=PromoterStatus(row.status),
        level=row.level,
        joined_at=row.joined_at,
        bot_id=row.bot_id,
        brand=row.brand,
        shop=row.shop,
    )
