"""Looking back over the counted days of groups: the windows that the rules judge by, and weeks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.books import ledger
from bot.domain.health.fatigue import BEFORE, RECENT
from bot.domain.health.signals import Sums
from bot.domain.health.standings import MONTH, TRIAL
from bot.domain.records import GroupId
from storage.health.days import midnight
from storage.tables import conversions, group_days, group_health


@dataclass(frozen=True, slots=True)
class Windows:
    """What was counted of one group, over the times that the rules look at."""

    week: Sums
    recent: Sums
    """The last seven days, or those since the last change of its rest."""
    before: Sums
    month: Sums
    earlier: Sums
    trial: Sums
    """Of its probation, the last two weeks."""


NOTHING = Windows(Sums(), Sums(), Sums(), Sums(), Sums(), Sums())


async def list_of(
    connection: AsyncConnection, ids: Collection[GroupId], today: date
) -> dict[GroupId, Windows]:
    """What was counted of each group on the days before ``today``, in one pass over them."""
    day, health = group_days.c.day, group_health.c
    week, before = today - RECENT, today - RECENT - BEFORE
    month, earlier = today - MONTH, today - 2 * MONTH
    spans: dict[str, tuple[ColumnElement[bool], tuple[str, ...]]] = {
        "week": (day >= week, ("removed",)),
        "recent": (
            and_(day >= week, func.coalesce(day >= health.rest_since, True)),
            ("days", "posts", "clicks", "leaves_after", "downs", "removed"),
        ),
        "before": (
            and_(day >= before, day < week),
            ("posts", "clicks", "leaves_after", "downs", "removed"),
        ),
        "month": (day >= month, ("days", "member_days")),
        "earlier": (and_(day >= earlier, day < month), ("days", "member_days")),
        "trial": (
            and_(day >= today - TRIAL, func.coalesce(day >= health.probation_since, False)),
            ("days", "member_days"),
        ),
    }
    statement = (
        select(group_days.c.group_id, *_columns(spans))
        .join(group_health, group_health.c.group_id == group_days.c.group_id)
        .where(group_days.c.group_id.in_(ids), day >= earlier, day < today)
        .group_by(group_days.c.group_id)
    )
    found: dict[GroupId, Windows] = {}
    for row in await connection.execute(statement):
        counts = iter(row[1:])
        sums = {
            span: Sums(**{name: int(next(counts) or 0) for name in names})
            for span, (_, names) in spans.items()
        }
        found[GroupId(row[0])] = Windows(**sums)
    return await _with_orders(connection, found, ids, today)


def _columns(
    spans: Mapping[str, tuple[ColumnElement[bool], tuple[str, ...]]],
) -> list[ColumnElement[Any]]:
    # A day that was not counted yet has no members: it is no day of which anything is known.
    sources: dict[str, Any] = {
        "days": case((group_days.c.members > 0, 1), else_=0),
        "member_days": group_days.c.members,
    }
    return [
        func.sum(case((within, sources.get(name, group_days.c.get(name))), else_=0))
        for within, names in spans.values()
        for name in names
    ]


async def _with_orders(
    connection: AsyncConnection,
    found: Mapping[GroupId, Windows],
    ids: Collection[GroupId],
    today: date,
) -> dict[GroupId, Windows]:
    """The same with orders; counted anew each time, for shops report late."""
    at, month = conversions.c.ordered_at, midnight(today - MONTH)
    since = group_health.c.probation_since
    # A server may be set to another zone than UTC.
    local = at if connection.dialect.name == "sqlite" else func.timezone("UTC", at)
    tried = and_(at >= midnight(today - TRIAL), func.coalesce(func.date(local) >= since, False))
    spans = (at >= month, at < month, tried)
    statement = (
        select(conversions.c.group_id, *(func.sum(case((span, 1), else_=0)) for span in spans))
        .join(group_health, group_health.c.group_id == conversions.c.group_id)
        .where(
            conversions.c.group_id.in_(ids),
            at >= midnight(today - 2 * MONTH),
            at < midnight(today),
            conversions.c.state.in_([state.value for state in ledger.EARNING]),
        )
        .group_by(conversions.c.group_id)
    )
    whole = dict(found)
    for key, month_orders, earlier_orders, trial_orders in await connection.execute(statement):
        own = whole.get(GroupId(key), NOTHING)
        whole[GroupId(key)] = replace(
            own,
            month=replace(own.month, orders=int(month_orders)),
            earlier=replace(own.earlier, orders=int(earlier_orders)),
            trial=replace(own.trial, orders=int(trial_orders)),
        )
    return whole


async def weeks(
    connection: AsyncConnection, group_id: GroupId, today: date, number: int
) -> list[Sums]:
    """The last ``number`` weeks of seven days before ``today``, the latest first."""
    found = []
    for back in range(number):
        end = today - timedelta(days=7 * back)
        start = end - timedelta(days=7)
        found.append(await _between(connection, group_id, start, end))
    return found


async def _between(connection: AsyncConnection, group_id: GroupId, start: date, end: date) -> Sums:
    day = group_days.c.day
    names = ("posts", "clicks", "leaves", "leaves_after", "downs", "removed")
    row = (
        await connection.execute(
            select(
                func.sum(case((group_days.c.members > 0, 1), else_=0)),
                func.sum(group_days.c.members),
                *(func.sum(group_days.c[name]) for name in names),
            ).where(group_days.c.group_id == group_id, day >= start, day < end)
        )
    ).one()
    orders = await connection.scalar(
        select(func.count()).where(
            conversions.c.group_id == group_id,
            conversions.c.ordered_at >= midnight(start),
            conversions.c.ordered_at < midnight(end),
            conversions.c.state.in_([state.value for state in ledger.EARNING]),
        )
    )
    counted, member_days, *others = (int(value or 0) for value in row)
    return Sums(counted, member_days, **dict(zip(names, others, strict=True)), orders=orders or 0)
