"""Facts that growth tasks are verified by, counted for many promoters at once, each by an index."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, distinct, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.books import ledger
from bot.domain.growth.levels import Level, Task
from bot.domain.records import ConversionState, PersonId, PromoterStatus
from storage.tables import (
    conversions,
    groups,
    lessons,
    links,
    mentorships,
    picks,
    promoters,
    told,
)

Counts = dict[PersonId, int]
PREVIEW = "preview"
"""The lesson of having looked at a post before it went out."""
OWN_PURCHASE = "self"
"""Source of links by which promoters buy themselves: such an order is no sale."""
GROWN = (Level.MIDDLE.value, Level.SENIOR.value)


async def list_growing(
    connection: AsyncConnection, after: PersonId, limit: int
) -> list[tuple[PersonId, str, str]]:
    """Promoters with ids above ``after`` that may still rise: id, programme and level."""
    rows = await connection.execute(
        select(promoters.c.person_id, promoters.c.programme, promoters.c.level)
        .where(
            promoters.c.person_id > after,
            promoters.c.level != Level.SENIOR.value,
            promoters.c.status != PromoterStatus.SUSPENDED.value,
        )
        .order_by(promoters.c.person_id)
        .limit(limit)
    )
    return [(PersonId(row.person_id), row.programme, row.level) for row in rows]


async def list_done(
    connection: AsyncConnection, ids: Collection[PersonId]
) -> dict[PersonId, set[str]]:
    """What each of ``ids`` has done so far: lessons and tasks."""
    found: dict[PersonId, set[str]] = {promoter: set() for promoter in ids}
    rows = await connection.execute(
        select(lessons.c.promoter_id, lessons.c.task).where(lessons.c.promoter_id.in_(ids))
    )
    for row in rows:
        found[PersonId(row.promoter_id)].add(row.task)
    return found


async def mark_level(connection: AsyncConnection, promoter_id: PersonId, level: Level) -> None:
    """Write the level that a promoter reached."""
    await connection.execute(
        update(promoters).where(promoters.c.person_id == promoter_id).values(level=level.value)
    )


async def count(connection: AsyncConnection, task: Task, ids: Collection[PersonId]) -> Counts:
    """How much of what ``task`` asks for each of ``ids`` has; whoever is missing has none."""
    return await _COUNTS[task](connection, ids)


async def count_orders(
    connection: AsyncConnection, ids: Collection[PersonId]
) -> dict[PersonId, tuple[int, int]]:
    """Credited orders by links of the promoters' own that stand, and those reversed whole."""
    order = conversions.c.marketplace + ":" + conversions.c.order_id
    rows = await connection.execute(
        select(
            conversions.c.promoter_id,
            func.count(distinct(case((_standing(), order)))),
            func.count(
                distinct(case((conversions.c.state == ConversionState.REVERSED.value, order)))
            ),
        )
        .join(links, links.c.code == conversions.c.link_code)
        .where(conversions.c.promoter_id.in_(ids), links.c.source != OWN_PURCHASE)
        .group_by(conversions.c.promoter_id)
    )
    return {PersonId(promoter): (int(standing), int(gone)) for promoter, standing, gone in rows}


def _standing() -> ColumnElement[bool]:
    return conversions.c.state.in_([state.value for state in ledger.EARNING])


async def _trained(connection: AsyncConnection, ids: Collection[PersonId]) -> Counts:
    unlocked = promoters.c.unlocked_at.is_not(None)
    return await _read(
        connection,
        select(promoters.c.person_id, 1).where(promoters.c.person_id.in_(ids), unlocked),
    )


async def _groups(connection: AsyncConnection, ids: Collection[PersonId]) -> Counts:
    return await _read(connection, _grouped(groups.c.promoter_id, groups.c.promoter_id.in_(ids)))


async def _active_groups(connection: AsyncConnection, ids: Collection[PersonId]) -> Counts:
    is_active = and_(groups.c.state == "active", groups.c.lost_at.is_(None))
    return await _read(
        connection, _grouped(groups.c.promoter_id, groups.c.promoter_id.in_(ids), is_active)
    )


async def _previews(connection: AsyncConnection, ids: Collection[PersonId]) -> Counts:
    is_one = lessons.c.task == PREVIEW
    return await _read(
        connection, _grouped(lessons.c.promoter_id, lessons.c.promoter_id.in_(ids), is_one)
    )


async def _answers(connection: AsyncConnection, ids: Collection[PersonId]) -> Counts:
    return await _read(connection, _grouped(told.c.promoter_id, told.c.promoter_id.in_(ids)))


async def _picks(connection: AsyncConnection, ids: Collection[PersonId]) -> Counts:
    return await _read(connection, _picked(func.count(), ids))


async def _pick_days(connection: AsyncConnection, ids: Collection[PersonId]) -> Counts:
    return await _read(connection, _picked(func.count(distinct(picks.c.day)), ids))


async def _orders(connection: AsyncConnection, ids: Collection[PersonId]) -> Counts:
    found = await count_orders(connection, ids)
    return {promoter: standing for promoter, (standing, _) in found.items()}


async def _mentees(connection: AsyncConnection, ids: Collection[PersonId]) -> Counts:
    """Whoever chose one of ``ids``, and whom they invited and who chose nobody else."""
    has_grown = promoters.c.level.in_(GROWN)
    chosen = (
        _grouped(mentorships.c.mentor_id, mentorships.c.mentor_id.in_(ids), has_grown)
        .select_from(mentorships)
        .join(promoters, promoters.c.person_id == mentorships.c.mentee_id)
    )
    invited = (
        _grouped(promoters.c.inviter_id, promoters.c.inviter_id.in_(ids), has_grown)
        .select_from(promoters)
        .outerjoin(mentorships, mentorships.c.mentee_id == promoters.c.person_id)
        .where(or_(mentorships.c.mentee_id.is_(None), mentorships.c.mentor_id.is_(None)))
    )
    found = await _read(connection, chosen)
    for promoter, number in (await _read(connection, invited)).items():
        found[promoter] = found.get(promoter, 0) + number
    return found


_COUNTS: Mapping[Task, Callable[[AsyncConnection, Collection[PersonId]], Awaitable[Counts]]] = {
    Task.TRAINING: _trained,
    Task.GROUPS: _groups,
    Task.PREVIEWS: _previews,
    Task.PICKS: _picks,
    Task.ORDERS: _orders,
    Task.ANSWERS: _answers,
    Task.ACTIVE_GROUPS: _active_groups,
    Task.PICK_DAYS: _pick_days,
    Task.MENTEES: _mentees,
}


def _grouped(by: Any, *where: ColumnElement[bool]) -> Select[Any]:
    return select(by, func.count()).where(*where).group_by(by)


def _picked(counted: Any, ids: Collection[PersonId]) -> Select[Any]:
    return (
        select(groups.c.promoter_id, counted)
        .join_from(groups, picks, picks.c.group_id == groups.c.id)
        .where(groups.c.promoter_id.in_(ids))
        .group_by(groups.c.promoter_id)
    )


async def _read(connection: AsyncConnection, statement: Select[Any]) -> Counts:
    rows: Sequence[Any] = (await connection.execute(statement)).all()
    return {PersonId(promoter): int(number) for promoter, number in rows}
