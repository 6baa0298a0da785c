"""Conversions as they stand, and the shares fixed when each was credited."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.books import ledger
from bot.domain.programmes import Community, Levels, Pool, Terms
from bot.domain.records import (
    Conversion,
    ConversionId,
    ConversionState,
    Credit,
    Currency,
    GroupId,
    LinkCode,
    Observation,
    OfferId,
    PersonId,
)
from storage import bulk, numbering
from storage.tables import claims, conversions, shares

Key = tuple[str, str, str]
"""(marketplace, order, row)."""
StoredShare = tuple[str, PersonId | None, int | None, int]
"""Party, promoter, level, basis points."""


async def take_ids(connection: AsyncConnection, count: int) -> list[ConversionId]:
    """Ids for ``count`` conversions that are about to be added."""
    return [ConversionId(number) for number in await numbering.take(connection, conversions, count)]


async def list_by_keys(connection: AsyncConnection, keys: Collection[Key]) -> dict[Key, Conversion]:
    """Those of the conversions ``keys`` that are stored."""
    statement = select(conversions).where(
        conversions.c.marketplace.in_({marketplace for marketplace, _, _ in keys}),
        conversions.c.order_id.in_({order_id for _, order_id, _ in keys}),
    )
    found = {
        conversion.observation.key: conversion
        for conversion in map(read, await connection.execute(statement))
    }
    return {key: found[key] for key in keys if key in found}


async def list_by_order(connection: AsyncConnection, order_id: str) -> list[Conversion]:
    """Every row of an order, on whichever marketplace, in order of row."""
    statement = (
        select(conversions)
        .where(conversions.c.order_id == order_id)
        .order_by(conversions.c.marketplace, conversions.c.row_id)
    )
    return [read(row) for row in await connection.execute(statement)]


async def list_claimed_orphans(connection: AsyncConnection, limit: int) -> list[Conversion]:
    """Conversions without credit that a member claims, the latest claim first."""
    claimed = (
        select(claims.c.order_id, func.max(claims.c.id).label("last"))
        .group_by(claims.c.order_id)
        .subquery()
    )
    statement = (
        select(conversions)
        .join(claimed, claimed.c.order_id == conversions.c.order_id)
        .where(conversions.c.link_code.is_(None))
        .order_by(claimed.c.last.desc(), conversions.c.id)
        .limit(limit)
    )
    return [read(row) for row in await connection.execute(statement)]


async def list_orphans(connection: AsyncConnection, limit: int) -> list[Conversion]:
    """Conversions that nothing could be credited with, the latest first."""
    statement = (
        select(conversions)
        .where(conversions.c.link_code.is_(None))
        .order_by(conversions.c.id.desc())
        .limit(limit)
    )
    return [read(row) for row in await connection.execute(statement)]


async def list_due(connection: AsyncConnection, until: datetime, limit: int) -> list[Conversion]:
    """Settled conversions whose hold passed by ``until`` and that are still held.

    ``payable_at`` is set only while a row is settled, so the index alone answers.
    """
    statement = (
        select(conversions)
        .where(
            conversions.c.is_released.is_(False),
            conversions.c.payable_at <= until,
            conversions.c.is_frozen.is_(False),
        )
        .order_by(conversions.c.payable_at)
        .limit(limit)
    )
    return [read(row) for row in await connection.execute(statement)]


async def list_after(connection: AsyncConnection, after: int, limit: int) -> list[Conversion]:
    """The next conversions in order of id, for going through all of them."""
    statement = (
        select(conversions).where(conversions.c.id > after).order_by(conversions.c.id).limit(limit)
    )
    return [read(row) for row in await connection.execute(statement)]


async def add(connection: AsyncConnection, new: Sequence[Conversion]) -> None:
    """Store conversions for the first time, with the shares of those that are credited."""
    if new:
        await bulk.insert(connection, conversions, [_row_of(conversion) for conversion in new])
        await add_shares(connection, new)


async def replace(connection: AsyncConnection, changed: Sequence[Conversion]) -> None:
    """Store how conversions stand now; whom they are credited to is not touched."""
    await _update(
        connection, [_standing_of(conversion) | _id(conversion) for conversion in changed]
    )


async def assign(connection: AsyncConnection, credited: Sequence[Conversion]) -> None:
    """Store whom orphans are credited to, and fix the shares; once for each conversion."""
    await _update(connection, [_credit_of(conversion) | _id(conversion) for conversion in credited])
    await add_shares(connection, credited)


async def _update(connection: AsyncConnection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        values: dict[str, Any] = {name: bindparam(f"{name}_") for name in rows[0] if name != "id"}
        statement = update(conversions).where(conversions.c.id == bindparam("id_")).values(values)
        await connection.execute(
            statement, [{f"{name}_": value for name, value in row.items()} for row in rows]
        )


async def add_shares(connection: AsyncConnection, credited: Iterable[Conversion]) -> None:
    """Fix who has a part in conversions that were just credited."""
    rows = [
        {
            "conversion_id": conversion.id,
            "party": party,
            "promoter_id": promoter_id,
            "level": level,
            "share_bps": share_bps,
        }
        for conversion in credited
        if conversion.credit is not None
        for party, promoter_id, level, share_bps in ledger.parties(conversion.credit)
    ]
    if rows:
        await bulk.insert(connection, shares, rows)


async def list_shares(
    connection: AsyncConnection, ids: Collection[ConversionId]
) -> dict[ConversionId, set[StoredShare]]:
    """The shares of each of the conversions ``ids`` that is credited."""
    found: dict[ConversionId, set[StoredShare]] = {}
    rows = await connection.execute(select(shares).where(shares.c.conversion_id.in_(ids)))
    for row in rows:
        share = (row.party, row.promoter_id, row.level, row.share_bps)
        found.setdefault(ConversionId(row.conversion_id), set()).add(share)
    return found


def read(row: Row[Any]) -> Conversion:
    """A row of ``conversions`` as a record."""
    return Conversion(
        id=ConversionId(row.id),
        observation=Observation(
            marketplace=row.marketplace,
            order_id=row.order_id,
            row_id=row.row_id,
            sub_id=row.sub_id,
            state=ConversionState(row.state),
            native_status=row.native_status,
            commission_minor=row.commission_minor,
            amount_minor=row.amount_minor,
            currency=Currency(row.currency),
            ordered_at=row.ordered_at,
            updated_at=row.updated_at,
        ),
        credit=None if row.link_code is None else _credit(row),
        is_frozen=row.is_frozen,
        settled_at=row.settled_at,
        payable_at=row.payable_at,
        received_at=row.received_at,
        is_released=row.is_released,
    )


def _credit(row: Row[Any]) -> Credit:
    return Credit(
        link_code=LinkCode(row.link_code),
        offer_id=OfferId(row.offer_id),
        group_id=None if row.group_id is None else GroupId(row.group_id),
        promoter_id=PersonId(row.promoter_id),
        inviter_id=None if row.inviter_id is None else PersonId(row.inviter_id),
        terms=_terms(row.terms),
        decided_by=row.decided_by,
        clicked_at=row.clicked_at,
        reasons=tuple(row.reasons),
    )


def _id(conversion: Conversion) -> dict[str, Any]:
    return {"id": conversion.id}


def _row_of(conversion: Conversion) -> dict[str, Any]:
    observation = conversion.observation
    return (
        {
            "id": conversion.id,
            "marketplace": observation.marketplace,
            "order_id": observation.order_id,
            "row_id": observation.row_id,
            "received_at": conversion.received_at,
        }
        | _standing_of(conversion)
        | _credit_of(conversion)
    )


def _standing_of(conversion: Conversion) -> dict[str, Any]:
    observation = conversion.observation
    return {
        "sub_id": observation.sub_id,
        "state": observation.state.value,
        "native_status": observation.native_status,
        "commission_minor": observation.commission_minor,
        "amount_minor": observation.amount_minor,
        "currency": observation.currency,
        "ordered_at": observation.ordered_at,
        "updated_at": observation.updated_at,
        "is_frozen": conversion.is_frozen,
        "settled_at": conversion.settled_at,
        "payable_at": conversion.payable_at,
        "is_released": conversion.is_released,
    }


def _credit_of(conversion: Conversion) -> dict[str, Any]:
    credit = conversion.credit
    return {
        "link_code": credit and credit.link_code,
        "offer_id": credit and credit.offer_id,
        "group_id": credit and credit.group_id,
        "promoter_id": credit and credit.promoter_id,
        "inviter_id": credit and credit.inviter_id,
        "terms": credit and _document(credit.terms),
        "decided_by": credit and credit.decided_by,
        "clicked_at": credit and credit.clicked_at,
        "reasons": credit and list(credit.reasons),
    }


@lru_cache(maxsize=256)
def _document(terms: Terms) -> dict[str, Any]:
    match terms.split:
        case Levels(first, second):
            split = {"levels": [first, second]}
        case Pool(partner, team, company):
            split = {"pool": [partner, team, company]}
        case Community(owner, gold):
            split = {"community": [owner, gold]}
    return split | {
        "programme": terms.programme,
        "from_at": terms.from_at.isoformat(),
        "hold_days": terms.hold_days,
        "is_self_purchase_paid": terms.is_self_purchase_paid,
    }


_SPLITS: Mapping[str, Callable[..., Levels | Pool | Community]] = {
    "levels": Levels,
    "pool": Pool,
    "community": Community,
}


def _terms(document: dict[str, Any]) -> Terms:
    kind = next(kind for kind in _SPLITS if kind in document)
    return Terms(
        programme=document["programme"],
        from_at=datetime.fromisoformat(document["from_at"]),
        split=_SPLITS[kind](*document[kind]),
        hold_days=document["hold_days"],
        is_self_purchase_paid=document["is_self_purchase_paid"],
    )
