"""Offers and their prices: stored in batches with the index of their words, found by id."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue.factors import PricePoint
from bot.domain.catalogue.matching import fold
from bot.domain.records import Ban, Offer, OfferFacts, OfferId
from storage.catalogue import indexing
from storage.catalogue.indexing import Entry
from storage.living import watches
from storage.tables import imports, marketplaces, offers, prices
from storage.tables.base import Instant
from storage.upsert import insert_ignore

BATCH_ROWS = 2_000
"""Rows of one statement: far below the parameters that SQLite (32,766) and asyncpg take."""

DIGEST_FIELDS = 17
"""Fields that every digest is made of; those after them count from the last stated one."""

FIELDS = tuple(field.name for field in fields(OfferFacts))
_VALUES = attrgetter(*FIELDS)
_PRICE_NOW = func.coalesce(offers.c.sale_price_minor, offers.c.price_minor)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of one batch; ``repeated`` are places in it whose id this import had already."""

    added: int
    updated: int
    unchanged: int
    repeated: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    digest: str
    price_now_minor: int
    is_ended: bool
    import_id: int | None


async def add_marketplace(connection: AsyncConnection, name: str, at: datetime) -> None:
    """Make the marketplace ``name`` known; nothing happens when it is."""
    row = {"name": name, "added_at": at, "is_self_purchase_paid": True}
    await insert_ignore(connection, marketplaces, [row])


# ---------------------------------------------------------------- imports


async def begin_import(
    connection: AsyncConnection, marketplace: str, source: str, at: datetime
) -> int:
    """Note that a feed is being read; returns the import's id."""
    row = {"marketplace": marketplace, "source": source, "started_at": at}
    statement = insert(imports).values(row).returning(imports.c.id)
    return int(await connection.scalar(statement) or 0)


async def close_import(
    connection: AsyncConnection, import_id: int, at: datetime, counts: dict[str, int]
) -> None:
    """Note that the import came to its end, with its four ``counts``."""
    await connection.execute(
        update(imports).where(imports.c.id == import_id).values(finished_at=at, **counts)
    )
    await connection.run_sync(indexing.settle)


async def find_last_import(connection: AsyncConnection) -> datetime | None:
    """When the last import that came to its end did so, or None."""
    found: datetime | None = await connection.scalar(select(func.max(imports.c.finished_at)))
    return found


async def put(
    connection: AsyncConnection,
    marketplace: str,
    facts: Sequence[OfferFacts],
    *,
    at: datetime,
    import_id: int,
) -> Stored:
    """Add or update one batch of at most BATCH_ROWS offers of one marketplace, seen ``at``.

    Of rows with one id the first counts, in the batch and in the whole import: with the last one,
    a file imported again would change its offers to and fro. A price row is written when the
    price after coupon changed, and at first sight; the index of words goes along.
    """
    known = await _known(connection, marketplace, [each.external_id for each in facts])
    added, changed = list[dict[str, Any]](), list[dict[str, Any]]()
    unchanged: list[int] = []
    repriced: list[str] = []
    repeated: list[int] = []
    taken: set[str] = set()
    for place, each in enumerate(facts):
        stored = known.get(each.external_id)
        if each.external_id in taken or (stored and stored.import_id == import_id):
            repeated.append(place)
            continue
        taken.add(each.external_id)
        digest = _digest(each)
        if stored and stored.digest == digest and not stored.is_ended:
            unchanged.append(stored.id)
            continue
        row = _row(each, digest) | {"seen_at": at, "import_id": import_id}
        if stored is None:
            added.append(row | {"marketplace": marketplace, "added_at": at})
        else:
            changed.append(row | {"key": stored.id})
        if stored is None or stored.price_now_minor != _price_now(each):
            repriced.append(each.external_id)
    before = await _indexed(connection, [row["key"] for row in changed])
    await _write(connection, added, changed, unchanged, at=at, import_id=import_id)
    ids = await _ids_of(connection, marketplace, added, import_id)
    now = [_entry(row["key"], row) for row in changed]
    now += [_entry(ids[name], row) for row in added if (name := row["external_id"]) in ids]
    await connection.run_sync(indexing.put, now, before)
    await watches.wake(connection, [row["key"] for row in changed], at)
    await _append_prices(connection, marketplace, repriced, at)
    return Stored(len(added), len(changed), len(unchanged), tuple(repeated))


async def end_missing(
    connection: AsyncConnection, marketplace: str, import_id: int, at: datetime
) -> int:
    """End the live offers of ``marketplace`` that the import did not see; how many."""
    unseen = select(*indexing.COLUMNS).where(
        offers.c.marketplace == marketplace,
        offers.c.ended_at.is_(None),
        or_(offers.c.import_id.is_(None), offers.c.import_id != import_id),
    )
    count, last = 0, 0
    while True:
        some = unseen.where(offers.c.id > last).order_by(offers.c.id).limit(BATCH_ROWS)
        gone = [Entry._make(row) for row in await connection.execute(some)]
        if not gone:
            return count
        await connection.run_sync(indexing.put, [], gone)
        ids = [entry.id for entry in gone]
        await connection.execute(update(offers).where(offers.c.id.in_(ids)).values(ended_at=at))
        await watches.wake(connection, ids, at)
        count, last = count + len(gone), ids[-1]


async def _known(
    connection: AsyncConnection, marketplace: str, external_ids: Sequence[str]
) -> dict[str, _Known]:
    statement = select(
        offers.c.external_id,
        offers.c.id,
        offers.c.digest,
        _PRICE_NOW,
        offers.c.ended_at.is_not(None),
        offers.c.import_id,
    ).where(offers.c.marketplace == marketplace, offers.c.external_id.in_(set(external_ids)))
    return {row[0]: _Known(*row[1:]) for row in await connection.execute(statement)}


async def _write(
    connection: AsyncConnection,
    added: list[dict[str, Any]],
    changed: list[dict[str, Any]],
    unchanged: list[int],
    *,
    at: datetime,
    import_id: int,
) -> None:
    # Another import of the same marketplace may have added one a moment ago: it stays.
    await insert_ignore(connection, offers, added)
    if changed:
        columns: dict[str, Any] = {name: bindparam(name) for name in changed[0] if name != "key"}
        statement = update(offers).where(offers.c.id == bindparam("key"))
        await connection.execute(statement.values(columns | {"ended_at": None}), changed)
    if unchanged:
        await connection.execute(
            update(offers).where(offers.c.id.in_(unchanged)).values(seen_at=at, import_id=import_id)
        )


async def _indexed(connection: AsyncConnection, ids: Collection[int]) -> list[Entry]:
    """What the index says, or ought to, of those of ``ids`` that are live."""
    if not ids:
        return []
    found = select(*indexing.COLUMNS).where(offers.c.id.in_(ids), offers.c.ended_at.is_(None))
    return [Entry._make(row) for row in await connection.execute(found)]


async def _ids_of(
    connection: AsyncConnection,
    marketplace: str,
    added: Sequence[Mapping[str, Any]],
    import_id: int,
) -> dict[str, int]:
    """The ids of what this import has added a moment ago, and nobody else before it."""
    if not added:
        return {}
    found = select(offers.c.external_id, offers.c.id).where(
        offers.c.marketplace == marketplace,
        offers.c.external_id.in_([row["external_id"] for row in added]),
        offers.c.import_id == import_id,
    )
    return {row[0]: row[1] for row in await connection.execute(found)}


def _entry(offer_id: int, row: Mapping[str, Any]) -> Entry:
    return Entry(offer_id, *(row[name] for name in Entry._fields[1:]))


async def _append_prices(
    connection: AsyncConnection, marketplace: str, external_ids: Sequence[str], at: datetime
) -> None:
    if external_ids:
        found = select(offers.c.id, _PRICE_NOW, literal(at, Instant())).where(
            offers.c.marketplace == marketplace, offers.c.external_id.in_(external_ids)
        )
        columns = ["offer_id", "price_minor", "at"]
        await connection.execute(insert(prices).from_select(columns, found))


def _digest(facts: OfferFacts) -> str:
    values = _VALUES(facts)
    # A field that came later and that the feed does not state changes no digest of before it.
    while len(values) > DIGEST_FIELDS and values[-1] is None:
        values = values[:-1]
    return blake2b(repr(values).encode(), digest_size=16).hexdigest()


def _row(facts: OfferFacts, digest: str) -> dict[str, Any]:
    row = dict(zip(FIELDS, _VALUES(facts), strict=True))
    row["digest"] = digest
    row["search"] = fold(f"{facts.title} {facts.brand or ''}")
    return row


def _price_now(facts: OfferFacts) -> int:
    return facts.price_minor if facts.sale_price_minor is None else facts.sale_price_minor


# ---------------------------------------------------------------- finding


async def find(connection: AsyncConnection, offer_id: OfferId) -> Offer | None:
    """The offer with our id, or None."""
    return (await list_by_ids(connection, [offer_id])).get(offer_id)


async def list_by_ids(connection: AsyncConnection, ids: Iterable[OfferId]) -> dict[OfferId, Offer]:
    """Those of ``ids`` that there are."""
    wanted = list(dict.fromkeys(ids))
    found: dict[OfferId, Offer] = {}
    for start in range(0, len(wanted), BATCH_ROWS):
        some = wanted[start : start + BATCH_ROWS]
        rows = await connection.execute(select(offers).where(offers.c.id.in_(some)))
        found.update((offer.id, offer) for offer in map(read, rows))
    return found


async def list_prices(
    connection: AsyncConnection, ids: Sequence[OfferId]
) -> dict[OfferId, list[PricePoint]]:
    """The price history of each of ``ids`` that has one, the earliest first."""
    found: dict[OfferId, list[PricePoint]] = {}
    for start in range(0, len(ids), BATCH_ROWS):
        statement = (
            select(prices.c.offer_id, prices.c.price_minor, prices.c.at)
            .where(prices.c.offer_id.in_(ids[start : start + BATCH_ROWS]))
            .order_by(prices.c.offer_id, prices.c.at, prices.c.id)
        )
        for offer_id, price_minor, at in await connection.execute(statement):
            found.setdefault(OfferId(offer_id), []).append(PricePoint(price_minor, at))
    return found


def read(row: Row[Any]) -> Offer:
    """A row of all columns of ``offers`` as a record."""
    return Offer(
        id=OfferId(row.id),
        marketplace=row.marketplace,
        facts=OfferFacts(*(getattr(row, name) for name in FIELDS)),
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        bans=bans_of(row.bans),
    )


def bans_of(document: Mapping[str, str] | None) -> tuple[Ban, ...]:
    """The bans of an offer, from the column that holds them."""
    return tuple(Ban(*item) for item in sorted(document.items())) if document else ()
