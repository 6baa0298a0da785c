"""Teams: a month's sums by who sold, made anew from the books; own codes and who joined by them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any

from sqlalchemy import Date, Row, and_, delete, distinct, exists, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.books import ledger
from bot.domain.records import Currency, Invitation, PersonId
from storage import bulk
from storage.people import invitations as codes
from storage.tables import (
    conversions,
    entries,
    invitations,
    lines,
    promoters,
    team_months,
)


@dataclass(frozen=True, slots=True)
class Sum:
    """What one promoter's orders of a month come to for who has the second level of them."""

    promoter_id: PersonId
    currency: Currency
    orders: int
    commission_minor: int
    share_minor: int


@dataclass(frozen=True, slots=True)
class Moved:
    """An order whose books moved: whose sums of which time are to be made anew."""

    inviter_id: PersonId
    promoter_id: PersonId
    ordered_at: datetime


async def list_moved(
    connection: AsyncConnection, after: int, limit: int, until: datetime
) -> tuple[list[Moved], int]:
    """Orders with a second level among the next ``limit`` entries, and the last entry looked at.

    Only entries written before ``until`` are looked at: several processes may still be about to
    commit a lower number than one that is there.
    """
    rows = (
        await connection.execute(
            select(entries.c.id, entries.c.conversion_id, entries.c.at)
            .where(entries.c.id > after)
            .order_by(entries.c.id)
            .limit(limit)
        )
    ).all()
    rows = list(takewhile(lambda row: row.at < until, rows))
    if not rows:
        return [], after
    ids = {row.conversion_id for row in rows if row.conversion_id is not None}
    found = await connection.execute(
        select(conversions.c.inviter_id, conversions.c.promoter_id, conversions.c.ordered_at)
        .where(conversions.c.id.in_(ids), conversions.c.inviter_id.is_not(None))
        .distinct()
    )
    moved = [
        Moved(PersonId(row.inviter_id), PersonId(row.promoter_id), row.ordered_at) for row in found
    ]
    return moved, int(rows[-1].id)


async def renew(
    connection: AsyncConnection,
    inviter_id: PersonId,
    month: date,
    span: tuple[datetime, datetime],
    sellers: Collection[PersonId],
) -> None:
    """Make the sums of ``sellers`` for one inviter and month anew, from orders and entries."""
    here = and_(
        conversions.c.promoter_id.in_(sellers),
        conversions.c.ordered_at >= span[0],
        conversions.c.ordered_at < span[1],
        conversions.c.inviter_id == inviter_id,
        conversions.c.state.in_([state.value for state in ledger.EARNING]),
    )
    order = conversions.c.marketplace + ":" + conversions.c.order_id
    by = (conversions.c.promoter_id, conversions.c.currency)
    sums = await connection.execute(
        select(*by, func.count(distinct(order)), func.sum(conversions.c.commission_minor))
        .where(here)
        .group_by(*by)
    )
    own = (ledger.held(inviter_id), ledger.payable(inviter_id))
    shares = await connection.execute(
        select(*by, func.sum(lines.c.amount_minor))
        .join_from(conversions, entries, entries.c.conversion_id == conversions.c.id)
        .join(lines, and_(lines.c.entry_id == entries.c.id, lines.c.account.in_(own)))
        .where(here)
        .group_by(*by)
    )
    share = {(promoter, currency): int(amount) for promoter, currency, amount in shares}
    await connection.execute(
        delete(team_months).where(
            team_months.c.inviter_id == inviter_id,
            team_months.c.month == month,
            team_months.c.promoter_id.in_(sellers),
        )
    )
    rows = [
        {
            "inviter_id": inviter_id,
            "month": month,
            "promoter_id": promoter,
            "currency": currency,
            "orders": int(number),
            "commission_minor": int(commission),
            "share_minor": share.get((promoter, currency), 0),
        }
        for promoter, currency, number, commission in sums
    ]
    if rows:
        await bulk.insert(connection, team_months, rows)
    await _renew_total(connection, inviter_id, month)


async def _renew_total(connection: AsyncConnection, inviter_id: PersonId, month: date) -> None:
    """Keep the sum of all sellers in a row of the inviter's own: nobody invited themselves."""
    here = and_(team_months.c.inviter_id == inviter_id, team_months.c.month == month)
    is_total = team_months.c.promoter_id == inviter_id
    await connection.execute(delete(team_months).where(here, is_total))
    sums = select(
        literal(inviter_id),
        literal(month, Date()),
        literal(inviter_id),
        team_months.c.currency,
        func.sum(team_months.c.orders),
        func.sum(team_months.c.commission_minor),
        func.sum(team_months.c.share_minor),
    )
    await connection.execute(
        insert(team_months).from_select(
            [column.name for column in team_months.c],
            sums.where(here).group_by(team_months.c.currency),
        )
    )


async def totals(
    connection: AsyncConnection, inviter_id: PersonId, month: date
) -> dict[Currency, tuple[int, int, int]]:
    """Orders, their commission and the inviter's share of a month, by currency."""
    rows = await connection.execute(
        select(
            team_months.c.currency,
            team_months.c.orders,
            team_months.c.commission_minor,
            team_months.c.share_minor,
        ).where(
            team_months.c.inviter_id == inviter_id,
            team_months.c.month == month,
            team_months.c.promoter_id == inviter_id,
        )
    )
    return {
        Currency(currency): (int(orders), int(commission), int(share))
        for currency, orders, commission, share in rows
    }


async def list_sellers(
    connection: AsyncConnection, inviter_id: PersonId, month: date, *, offset: int, limit: int
) -> list[Sum]:
    """Who of the directly invited sold in a month, the most orders first; nobody further down."""
    is_direct = exists().where(
        promoters.c.person_id == team_months.c.promoter_id, promoters.c.inviter_id == inviter_id
    )
    # Not joined: an engine might begin with everybody invited, and sort them all for one page.
    rows = await connection.execute(
        select(team_months)
        .where(
            team_months.c.inviter_id == inviter_id,
            team_months.c.month == month,
            is_direct.correlate(team_months),
        )
        .order_by(team_months.c.orders.desc(), team_months.c.promoter_id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [_sum(row) for row in rows]


async def list_invitations(
    connection: AsyncConnection, owner_id: PersonId, *, offset: int, limit: int
) -> list[Invitation]:
    """Somebody's codes, the latest first."""
    rows = await connection.execute(
        select(invitations)
        .where(invitations.c.owner_id == owner_id)
        .order_by(invitations.c.created_at.desc(), invitations.c.code)
        .offset(offset)
        .limit(limit)
    )
    return [codes.read(row) for row in rows]


async def list_joined(
    connection: AsyncConnection, inviter_id: PersonId, *, offset: int, limit: int
) -> list[PersonId]:
    """Whom somebody invited directly, the latest first."""
    rows = await connection.execute(
        select(promoters.c.person_id)
        .where(promoters.c.inviter_id == inviter_id)
        .order_by(promoters.c.joined_at.desc(), promoters.c.person_id.desc())
        .offset(offset)
        .limit(limit)
    )
    return [PersonId(row[0]) for row in rows]


def _sum(row: Row[Any]) -> Sum:
    return Sum(
        promoter_id=PersonId(row.promoter_id),
        currency=Currency(row.currency),
        orders=row.orders,
        commission_minor=row.commission_minor,
        share_minor=row.share_minor,
    )
