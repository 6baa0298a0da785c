"""Goods that promoters offer of their own, what was decided, and the offers they became."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue.assortments import own_marketplace
from bot.domain.records import Currency, OfferId, PersonId, Stock, StockState
from storage.living import watches
from storage.tables import marketplaces, offers, own_stock, prices
from storage.upsert import insert_ignore

SHOWN_LIMIT = 50


async def add(
    connection: AsyncConnection,
    promoter_id: PersonId,
    *,
    title: str,
    url: str,
    price_minor: int,
    currency: Currency,
    at: datetime,
) -> Stock:
    """Keep something that waits for an operator."""
    row = {
        "promoter_id": promoter_id,
        "title": title,
        "url": url,
        "price_minor": price_minor,
        "currency": currency,
        "state": StockState.WAITING,
        "offered_at": at,
    }
    rows = await connection.execute(insert(own_stock).values(row).returning(own_stock))
    return _stock(rows.one())


async def find(connection: AsyncConnection, number: int) -> Stock | None:
    """The thing of this number, or None."""
    rows = await connection.execute(select(own_stock).where(own_stock.c.id == number))
    row = rows.one_or_none()
    return _stock(row) if row else None


async def list_waiting(connection: AsyncConnection) -> list[Stock]:
    """What waits for an operator, the longest first."""
    statement = (
        select(own_stock).where(own_stock.c.state == StockState.WAITING).order_by(own_stock.c.id)
    )
    return [_stock(row) for row in await connection.execute(statement.limit(SHOWN_LIMIT))]


async def list_of(connection: AsyncConnection, promoter_id: PersonId) -> list[Stock]:
    """What a promoter offered, the latest first."""
    statement = (
        select(own_stock)
        .where(own_stock.c.promoter_id == promoter_id)
        .order_by(own_stock.c.id.desc())
        .limit(SHOWN_LIMIT)
    )
    return [_stock(row) for row in await connection.execute(statement)]


async def mark(
    connection: AsyncConnection, number: int, state: StockState, reason: str, at: datetime
) -> bool:
    """Decide about something that waits; False when it was decided before."""
    done = await connection.execute(
        update(own_stock)
        .where(own_stock.c.id == number, own_stock.c.state == StockState.WAITING)
        .values(state=state, reason=reason, decided_at=at)
    )
    return done.rowcount == 1


async def become_offer(connection: AsyncConnection, stock: Stock, at: datetime) -> OfferId:
    """Put approved goods into the catalogue, as an offer of the promoter's own marketplace.

    Not into the index of words: nobody else's search, question or ranking meets them.
    """
    name = own_marketplace(stock.promoter_id)
    row = {"name": name, "added_at": at, "is_self_purchase_paid": False}
    await insert_ignore(connection, marketplaces, [row])
    found = await connection.scalar(
        insert(offers)
        .values(
            marketplace=name,
            external_id=str(stock.id),
            title=stock.title,
            url=stock.url,
            price_minor=stock.price_minor,
            currency=stock.currency,
            digest=f"own-{stock.id}",
            search="",
            added_at=at,
            seen_at=at,
        )
        .returning(offers.c.id)
    )
    offer_id = OfferId(int(found or 0))
    await connection.execute(
        insert(prices).values(offer_id=offer_id, price_minor=stock.price_minor, at=at)
    )
    await connection.execute(
        update(own_stock).where(own_stock.c.id == stock.id).values(offer_id=offer_id)
    )
    return offer_id


async def mark_seen(
    connection: AsyncConnection, promoter_id: PersonId, number: int, at: datetime
) -> bool:
    """Its owner says that price and goods are still so; False for what is not the owner's."""
    return await _touch(connection, promoter_id, number, seen_at=at)


async def mark_ended(
    connection: AsyncConnection, promoter_id: PersonId, number: int, at: datetime
) -> bool:
    """Its owner sells it no longer; False for what is not the owner's."""
    return await _touch(connection, promoter_id, number, ended_at=at)


async def _touch(
    connection: AsyncConnection, promoter_id: PersonId, number: int, **values: datetime
) -> bool:
    own = select(own_stock.c.offer_id).where(
        own_stock.c.id == number, own_stock.c.promoter_id == promoter_id
    )
    done = await connection.execute(
        update(offers)
        .where(offers.c.id == own.scalar_subquery(), offers.c.ended_at.is_(None))
        .values(values)
    )
    offer_id = await connection.scalar(own)
    if offer_id is not None:
        await watches.wake(connection, [offer_id], next(iter(values.values())))
    return done.rowcount == 1


def _stock(row: Row[Any]) -> Stock:
    return Stock(
        id=row.id,
        promoter_id=PersonId(row.promoter_id),
        title=row.title,
        url=row.url,
        price_minor=row.price_minor,
        currency=Currency(row.currency),
        state=StockState(row.state),
        reason=row.reason,
        offer_id=None if row.offer_id is None else OfferId(row.offer_id),
    )
