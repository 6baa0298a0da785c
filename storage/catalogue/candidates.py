"""What ranking reads: candidates piece by piece, and what the catalogue knows about them all."""

from collections.abc import AsyncIterator, Iterable
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.domain.catalogue.factors import Candidate, PricePoint
from bot.domain.programmes import Programme
from bot.domain.records import ConversionState, OfferId
from storage.tables import click_hours, conversions, links, offers, prices

PIECE_ROWS = 5_000
SAMPLE_ROWS = 50_000
"""Offers whose prices make the medians of the categories; more change them by nothing."""
ORDER_WEIGHT = 10
"""Clicks that one order counts for: about one click in ten becomes an order."""

_COLUMNS = tuple(offers.c[name] for name in Candidate._fields)
_PRICE_NOW = func.coalesce(offers.c.sale_price_minor, offers.c.price_minor)


def postable(programme: Programme, since: datetime) -> list[ColumnElement[bool]]:
    """What of ``programme`` and freshness the database can judge; the rest is the domain's."""
    conditions: list[ColumnElement[bool]] = [
        offers.c.ended_at.is_(None),
        offers.c.seen_at >= since,
        or_(offers.c.stock.is_(None), offers.c.stock > 0),
    ]
    if programme.marketplaces:
        conditions.append(offers.c.marketplace.in_(programme.marketplaces))
    band: list[ColumnElement[bool]] = []
    if programme.price_min_minor is not None:
        band.append(programme.price_min_minor <= _PRICE_NOW)
    if programme.price_max_minor is not None:
        band.append(programme.price_max_minor >= _PRICE_NOW)
    if band and programme.price_currency is not None:
        conditions.append(or_(offers.c.currency != programme.price_currency, and_(*band)))
    else:
        conditions += band
    return conditions


async def stream(
    connection: AsyncConnection, conditions: Iterable[ColumnElement[bool]]
) -> AsyncIterator[list[Candidate]]:
    """Every offer that meets ``conditions``, in pieces, without ever holding them all."""
    statement = select(*_COLUMNS).where(*conditions)
    async with connection.stream(statement, execution_options={"yield_per": PIECE_ROWS}) as rows:
        async for piece in rows.partitions():
            yield [Candidate._make(row) for row in piece]


async def top_sales(connection: AsyncConnection) -> dict[str, int]:
    """The sales of the best sold live offer of each marketplace that states sales."""
    statement = (
        select(offers.c.marketplace, func.max(offers.c.sales))
        .where(offers.c.ended_at.is_(None), offers.c.sales.is_not(None))
        .group_by(offers.c.marketplace)
    )
    return {name: int(top) for name, top in await connection.execute(statement)}


async def sample_prices(connection: AsyncConnection) -> list[tuple[str | None, str, int]]:
    """(category, currency, price after coupon) of at most about SAMPLE_ROWS offers.

    The sample goes by id, so that the same catalogue gives the same medians.
    """
    highest = int(await connection.scalar(select(func.max(offers.c.id))) or 0)
    step = highest // SAMPLE_ROWS + 1
    statement = select(offers.c.category, offers.c.currency, _PRICE_NOW).where(
        offers.c.id % step == 0, offers.c.ended_at.is_(None), offers.c.category.is_not(None)
    )
    return [(row[0], row[1], int(row[2])) for row in await connection.execute(statement)]


async def list_moved(
    connection: AsyncConnection, since: datetime
) -> dict[OfferId, list[PricePoint]]:
    """The whole price history of the offers whose price moved after ``since``."""
    moved = (
        select(prices.c.offer_id)
        .group_by(prices.c.offer_id)
        .having(func.count() > 1, func.max(prices.c.at) >= since)
    )
    statement = (
        select(prices.c.offer_id, prices.c.price_minor, prices.c.at)
        .where(prices.c.offer_id.in_(moved))
        .order_by(prices.c.offer_id, prices.c.at, prices.c.id)
    )
    found: dict[OfferId, list[PricePoint]] = {}
    for offer_id, price_minor, at in await connection.execute(statement):
        found.setdefault(OfferId(offer_id), []).append(PricePoint(price_minor, at))
    return found


async def count_actions(connection: AsyncConnection, since: datetime) -> dict[OfferId, int]:
    """People's clicks and orders through our links since ``since``, by offer.

    A reversed order is none. What no post was made for is not in the answer.
    """
    clicks = (
        select(links.c.offer_id, func.sum(click_hours.c.people))
        .join(links, links.c.code == click_hours.c.code)
        .where(click_hours.c.hour_at >= since)
        .group_by(links.c.offer_id)
    )
    counts = {OfferId(each): int(people) for each, people in await connection.execute(clicks)}
    is_order = case((conversions.c.state == ConversionState.REVERSED, 0), else_=1)
    orders = (
        select(conversions.c.offer_id, func.sum(is_order))
        .where(conversions.c.ordered_at >= since, conversions.c.offer_id.is_not(None))
        .group_by(conversions.c.offer_id)
    )
    for each, count in await connection.execute(orders):
        offer_id = OfferId(each or 0)
        counts[offer_id] = counts.get(offer_id, 0) + int(count) * ORDER_WEIGHT
    return counts
