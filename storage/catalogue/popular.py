"""Offers where no index of words helps: a price, a coupon, letters; the best sold that fit."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Offer, Wanted
from storage.catalogue.offers import read
from storage.tables import marketplaces, offers

LOOKED_AT = 5_000
"""Offers of each marketplace that are looked at, the best sold ones: the work is bounded."""


async def list_popular(
    connection: AsyncConnection, wanted: Wanted, *, limit: int = 200
) -> list[Offer]:
    """Live offers within the bounds of ``wanted``, with a coupon where it wants one.

    Bounds are taken widely where they are "around": whoever asks looks again. The best sold
    come first; those whose sales nobody tells are looked at only where no sales are known.
    """
    names = list(await connection.scalars(select(marketplaces.c.name)))
    for is_sold in (True, False):
        found: list[Offer] = []
        for name in names:
            statement = _of(name, wanted, is_sold=is_sold).limit(limit)
            found += [read(row) for row in await connection.execute(statement)]
        if found:
            return sorted(found, key=lambda offer: (-(offer.facts.sales or 0), offer.id))[:limit]
    return []


async def holding(
    connection: AsyncConnection, words: Sequence[str], *, limit: int = 200
) -> list[Offer]:
    """Live offers whose folded text holds every one of ``words``, wherever in it.

    Only the best sold are read through; those whose sales nobody tells as for ``list_popular``.
    """
    names = list(await connection.scalars(select(marketplaces.c.name)))
    held = [offers.c.search.contains(word, autoescape=True) for word in words]
    for is_sold in (True, False):
        found: list[Offer] = []
        for name in names:
            statement = _best(name, is_sold=is_sold).where(*held).limit(limit)
            found += [read(row) for row in await connection.execute(statement)]
        if found:
            return sorted(found, key=lambda offer: (-(offer.facts.sales or 0), offer.id))[:limit]
    return []


def _best(marketplace: str, *, is_sold: bool) -> Any:
    """The offers of a marketplace that are looked at, the best sold first."""
    live = select(offers.c.id).where(
        offers.c.marketplace == marketplace, offers.c.ended_at.is_(None)
    )
    if is_sold:
        live = live.where(offers.c.sales.is_not(None)).order_by(offers.c.sales.desc())
    else:
        live = live.where(offers.c.sales.is_(None))
    ids = live.limit(LOOKED_AT).subquery()
    return (
        select(offers)
        .join(ids, ids.c.id == offers.c.id)
        .order_by(func.coalesce(offers.c.sales, 0).desc(), offers.c.id)
    )


def _of(marketplace: str, wanted: Wanted, *, is_sold: bool) -> Any:
    statement = _best(marketplace, is_sold=is_sold)
    bounds = wanted.bounds
    price_now = func.coalesce(offers.c.sale_price_minor, offers.c.price_minor)
    if bounds is not None:
        statement = statement.where(offers.c.currency == bounds.currency)
        if bounds.max_minor is not None:
            most = bounds.max_minor * 2 if bounds.is_around else bounds.max_minor
            statement = statement.where(price_now <= most)
        if bounds.min_minor is not None:
            least = bounds.min_minor // 2 if bounds.is_around else bounds.min_minor
            statement = statement.where(price_now >= least)
    if wanted.has_coupon:
        is_cut = offers.c.sale_price_minor < offers.c.price_minor
        statement = statement.where(or_(offers.c.coupon.is_not(None), is_cut))
    return statement
