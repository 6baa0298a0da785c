"""What ranking reads: candidates piece by piece, and what the catalogue knows about them all."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Double, Select, and_, case, cast, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql import ColumnElement

from bot.domain.catalogue.assortments import OWN
from bot.domain.catalogue.factors import (
    BEST_COMMISSION_BPS,
    BEST_DISCOUNT,
    NEUTRAL,
    PRIOR_REVIEWS,
    UNKNOWN_REVIEWS,
    Acted,
    Candidate,
    PricePoint,
)
from bot.domain.programmes import BASIS_POINTS, Programme
from bot.domain.records import ConversionState, OfferId
from storage.tables import click_hours, conversions, links, marketplaces, offers, prices
from storage.tables.base import BIG

PIECE_ROWS = 5_000
SAMPLE_ROWS = 50_000
"""Offers whose prices make the medians of the categories; more change them by nothing."""

_COLUMNS = tuple(offers.c[name] for name in Candidate._fields)
_PRICE_NOW = func.coalesce(offers.c.sale_price_minor, offers.c.price_minor)


def _known(column: Any, value: Any, limit: Any = None) -> ColumnElement[float]:
    """``value`` where the feed states ``column``, 1 where it states ``limit``, else neutral."""
    whens = [(column.is_(None), literal(NEUTRAL, Double))]
    whens += [] if limit is None else [(limit, literal(1.0, Double))]
    return case(*whens, else_=value)


def _double(column: Any) -> ColumnElement[float]:
    return cast(column, Double)


_REVIEWS = _double(func.coalesce(offers.c.reviews, UNKNOWN_REVIEWS))
_SALE = _double(offers.c.sale_price_minor) / _double(offers.c.price_minor)
CEILINGS: Mapping[str, ColumnElement[float]] = {
    "marketplace_rank": _known(offers.c.sales, literal(1.0, Double)),
    "coupon": _known(
        offers.c.sale_price_minor,
        NEUTRAL + (1 - NEUTRAL) / BEST_DISCOUNT * (1 - _SALE),
        offers.c.sale_price_minor <= offers.c.price_minor * (1 - BEST_DISCOUNT),
    ),
    "commission": _known(
        offers.c.commission_bps,
        _double(offers.c.commission_bps) / BEST_COMMISSION_BPS,
        offers.c.commission_bps >= BEST_COMMISSION_BPS,
    ),
    "stock": _known(offers.c.stock, literal(1.0, Double)),
    "quality": _known(
        offers.c.rating_bps,
        (NEUTRAL * PRIOR_REVIEWS + offers.c.rating_bps * _REVIEWS / BASIS_POINTS)
        / (PRIOR_REVIEWS + _REVIEWS),
    ),
}
"""What each factor is at most, as ``bot.domain.catalogue.factors`` values it, for passing over
what cannot win; logarithms and medians are left to the domain."""


def postable(programme: Programme, since: datetime) -> list[ColumnElement[bool]]:
    """What of ``programme`` and freshness the database can judge; the rest is the domain's."""
    conditions: list[ColumnElement[bool]] = [
        offers.c.ended_at.is_(None),
        offers.c.seen_at >= since,
        or_(offers.c.stock.is_(None), offers.c.stock > 0),
        offers.c.marketplace.not_like(f"{OWN}%"),
    ]
    if programme.rate_min_bps is not None:
        conditions.append(offers.c.commission_bps >= programme.rate_min_bps)
    if programme.rate_max_bps is not None:
        conditions.append(offers.c.commission_bps <= programme.rate_max_bps)
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


def passing(shares: Mapping[str, float], least: float) -> ColumnElement[bool]:
    """Whether an offer can reach the sum ``least`` of its factors by ``shares``.

    The database knows a ceiling of some factors; the others count 1, and the domain looks again.
    """
    known = {name: share for name, share in shares.items() if name in CEILINGS}
    rest = sum(share for name, share in shares.items() if name not in known)
    terms = [CEILINGS[name] * literal(share, Double) for name, share in known.items()]
    return sum(terms, literal(rest, Double)) >= literal(least, Double)


async def highest_id(connection: AsyncConnection) -> int:
    """The highest id that an offer has; 0 when there is none."""
    return int(await connection.scalar(select(func.max(offers.c.id))) or 0)


def beside(every: int, *, above: int, limit: int) -> list[ColumnElement[bool]]:
    """The next ``limit`` ids ``above`` one, but for the multiples of ``every``."""
    return [offers.c.id > above, offers.c.id <= above + limit, offers.c.id % every != 0]


async def stream(
    connection: AsyncConnection, conditions: Iterable[ColumnElement[bool]], *, every: int = 1
) -> AsyncIterator[list[Candidate]]:
    """Every offer that meets ``conditions``, in pieces, without ever holding them all.

    With ``every`` only those whose id is a multiple of it; the others are not looked at.
    """
    statement = _sampled(select(*_COLUMNS), every).where(*conditions)
    async with connection.stream(statement, execution_options={"yield_per": PIECE_ROWS}) as rows:
        async for piece in rows.partitions():
            yield [Candidate._make(row) for row in piece]


async def stream_ids(
    connection: AsyncConnection, conditions: Sequence[ColumnElement[bool]], ids: Collection[int]
) -> AsyncIterator[list[Candidate]]:
    """Those of ``ids`` that meet ``conditions``, in pieces."""
    rest = iter(ids)
    while some := list(islice(rest, PIECE_ROWS)):
        statement = select(*_COLUMNS).where(offers.c.id.in_(some), *conditions)
        yield [Candidate._make(row) for row in await connection.execute(statement)]


async def top_sales(connection: AsyncConnection) -> dict[str, int]:
    """The sales of the best sold live offer of each marketplace that states sales."""
    found = (await connection.execute(best_sold())).all()
    return {name: int(top) for name, top in found if top is not None}


def best_sold() -> Select[Any]:
    """The question of ``top_sales``: one step into the index for each marketplace."""
    top = (
        select(offers.c.sales)
        .where(
            offers.c.marketplace == marketplaces.c.name,
            offers.c.ended_at.is_(None),
            offers.c.sales.is_not(None),
        )
        .order_by(offers.c.sales.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(marketplaces.c.name, top)


async def sample_prices(connection: AsyncConnection) -> list[tuple[str | None, str, int]]:
    """(category, currency, price after coupon) of at most about SAMPLE_ROWS offers.

    The sample goes by id, so that the same catalogue gives the same medians.
    """
    statement = _sampled(
        select(offers.c.category, offers.c.currency, _PRICE_NOW),
        await highest_id(connection) // SAMPLE_ROWS + 1,
    ).where(offers.c.ended_at.is_(None), offers.c.category.is_not(None))
    return [(row[0], row[1], int(row[2])) for row in await connection.execute(statement)]


def _sampled(statement: Any, every: int) -> Any:
    """Only the offers whose id is a multiple of ``every``, each found by its id."""
    if every == 1:
        return statement
    highest = select(func.max(offers.c.id)).scalar_subquery()
    ids = select(literal(every, BIG).label("id")).cte("sampled", recursive=True)
    ids = ids.union_all(select(ids.c.id + every).where(ids.c.id <= highest - every))
    return statement.join_from(ids, offers, offers.c.id == ids.c.id)


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


async def count_actions(connection: AsyncConnection, since: datetime) -> dict[int, Acted]:
    """People's clicks and orders through our links since ``since``, of offers that have any.

    Clicks are those of people alone, from the counters; a reversed order is none.
    """
    clicks = (
        select(links.c.offer_id, func.sum(click_hours.c.people))
        .join(links, links.c.code == click_hours.c.code)
        .where(click_hours.c.hour_at >= since, click_hours.c.people > 0)
        .group_by(links.c.offer_id)
    )
    found = {int(each): Acted(int(people)) for each, people in await connection.execute(clicks)}
    orders = (
        select(conversions.c.offer_id, func.count())
        .where(
            conversions.c.ordered_at >= since,
            conversions.c.offer_id.is_not(None),
            conversions.c.state != ConversionState.REVERSED,
        )
        .group_by(conversions.c.offer_id)
    )
    for each, count in await connection.execute(orders):
        offer_id = int(each or 0)
        found[offer_id] = found.get(offer_id, Acted())._replace(orders=int(count))
    return found
