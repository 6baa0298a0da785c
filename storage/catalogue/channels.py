"""What the channels are chosen from: a bounded part of the catalogue, the clicks, the orders."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, TextualSelect, func, select, text, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue.assortments import OWN
from bot.domain.catalogue.channels import Glance, Shelf
from bot.domain.catalogue.factors import Candidate
from bot.domain.catalogue.matching import phrases, search_words
from bot.domain.links.clicks import click_id, tick_of
from bot.domain.programmes import Programme
from bot.domain.records import ClickClass, ConversionState, Offer, OfferId, PersonId
from storage.catalogue.offers import bans_of
from storage.catalogue.words import meeting
from storage.tables import clicks, conversions, links, listings, marketplaces, offers
from storage.tables.offers import CHEAP, DELIVERED, LOWERED, RATED

LOOKED_AT = 2_000
"""The best sold offers of each marketplace that are looked at."""
UNSOLD = 500
"""Those beside them whose sales nobody tells."""
MARKETPLACES = 20
"""Marketplaces that are looked at where a programme names none."""
SPANS, CLICKS_A_SPAN = 24, 500
"""A window is cut into so many spans, and the first clicks of each are counted: what a busy hour
brings beyond them changes the order of the offers by little, and reading it all takes minutes."""
NEWEST_ORDERS = 20_000
"""Reported last; what was ordered within hours is among them."""
BRAND_OFFERS = 500
CODES_A_QUERY = 1_000

SHELVES: Mapping[Shelf, str] = {
    Shelf.LOWERED: LOWERED,
    Shelf.DELIVERED: DELIVERED,
    Shelf.RATED: RATED,
    Shelf.CHEAP: CHEAP,
}
"""Written out, since an engine takes a partial index only where it sees the same figures."""

_FIELDS = tuple(name for name in Candidate._fields if name != "title")
_COLUMNS = (*_FIELDS, "coupon", "delivery", "seen_at", "bans")
_CANDIDATE = len(_FIELDS)


async def list_glances(
    connection: AsyncConnection, shelf: Shelf, programme: Programme
) -> list[Glance]:
    """The best sold live offers of ``shelf`` in each marketplace of ``programme``, in no order.

    What of them may be posted is for the domain to say: a condition more, and an engine may go
    through all offers to find so many that meet it.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    found: list[Glance] = []
    for name in await _marketplaces(connection, programme):
        for is_sold in (True, False):
            statement = of_shelf(shelf, name, is_sqlite=is_sqlite, is_sold=is_sold)
            found += map(_glance, await connection.execute(statement))
    return found


def of_shelf(shelf: Shelf, marketplace: str, *, is_sqlite: bool, is_sold: bool) -> TextualSelect:
    """The question for the best sold of one marketplace, or for those without known sales."""
    index, conditions = "", ["marketplace = :marketplace", "ended_at IS NULL"]
    if shelf in SHELVES:
        conditions.append(SHELVES[shelf])
        # Without figures of its tables SQLite takes the large index for as good as the small one.
        index = f"INDEXED BY ix_offers_{shelf}" if is_sqlite else ""
    conditions.append("sales IS NOT NULL" if is_sold else "sales IS NULL")
    # In this order the index gives even those whose sales nobody tells, and stops at the limit.
    question = text(
        f"SELECT {', '.join(_COLUMNS)} FROM offers {index} "  # noqa: S608 - all words are ours
        f"WHERE {' AND '.join(conditions)} ORDER BY sales DESC LIMIT :most"
    ).bindparams(marketplace=marketplace, most=LOOKED_AT if is_sold else UNSOLD)
    return question.columns(*(offers.c[name] for name in _COLUMNS))


async def list_of_brand(connection: AsyncConnection, brand: str) -> list[Offer]:
    """Live offers in which a brand's words stand, the best sold first; others' may be among."""
    wanted = phrases([word] for word in search_words(brand))
    return list((await meeting(connection, wanted, limit=BRAND_OFFERS)).values())


async def _marketplaces(connection: AsyncConnection, programme: Programme) -> Sequence[str]:
    if programme.marketplaces:
        return programme.marketplaces
    statement = (
        select(marketplaces.c.name)
        .where(marketplaces.c.name.not_like(f"{OWN}%"))
        .order_by(marketplaces.c.name)
        .limit(MARKETPLACES)
    )
    return list(await connection.scalars(statement))


def _glance(row: Any) -> Glance:
    coupon, delivery, seen_at, bans = row[_CANDIDATE:]
    return Glance(Candidate(*row[:_CANDIDATE]), coupon, delivery, seen_at, bans_of(bans))


# ---------------------------------------------------------------- clicks and orders


async def count_people(
    connection: AsyncConnection, since: datetime, until: datetime
) -> dict[OfferId, int]:
    """Clicks of people in a window to the moment, by offer; of busy spans the first ones.

    Clicks are found by their ids, which are in the order of time, on every engine and in every
    month that the window touches.
    """
    counts = {code: int(count) for code, count in await connection.execute(in_spans(since, until))}
    codes = list(counts)
    found: dict[OfferId, int] = {}
    for start in range(0, len(codes), CODES_A_QUERY):
        some = codes[start : start + CODES_A_QUERY]
        statement = select(links.c.code, links.c.offer_id).where(links.c.code.in_(some))
        for code, each in await connection.execute(statement):
            offer_id = OfferId(each)
            found[offer_id] = found.get(offer_id, 0) + counts[code]
    return found


def in_spans(since: datetime, until: datetime) -> Select[Any]:
    """The question for (code, clicks of people) in the spans of a window."""
    step = (until - since) / SPANS
    edges = [since + step * number for number in range(SPANS)] + [until]
    spans = []
    for start, end in zip(edges[:-1], edges[1:], strict=True):
        span = (
            select(clicks.c.code, clicks.c.kind)
            .where(clicks.c.id >= click_id(tick_of(start), 0), clicks.c.id < _end(end, until))
            .order_by(clicks.c.id)
            .limit(CLICKS_A_SPAN)
            .subquery()
        )
        spans.append(select(span.c.code, span.c.kind))
    looked_at = union_all(*spans).subquery()
    return (
        select(looked_at.c.code, func.count())
        .where(looked_at.c.kind == ClickClass.PERSON)
        .group_by(looked_at.c.code)
    )


def _end(end: datetime, until: datetime) -> str:
    """Below this id a span's clicks lie; the last span holds the present tick too."""
    return click_id(tick_of(end) + (end == until), 0)


async def count_orders(connection: AsyncConnection, since: datetime) -> dict[OfferId, int]:
    """Orders made after ``since`` and not reversed, by offer, among those reported last."""
    newest = (
        select(
            conversions.c.offer_id,
            conversions.c.ordered_at,
            conversions.c.state,
        )
        .order_by(conversions.c.id.desc())
        .limit(NEWEST_ORDERS)
        .subquery()
    )
    statement = (
        select(newest.c.offer_id, func.count())
        .where(
            newest.c.offer_id.is_not(None),
            newest.c.ordered_at >= since,
            newest.c.state != ConversionState.REVERSED,
        )
        .group_by(newest.c.offer_id)
    )
    return {OfferId(each): int(count) for each, count in await connection.execute(statement)}


# ---------------------------------------------------------------- what was shown last


async def find_shown(
    connection: AsyncConnection, person_id: PersonId
) -> tuple[str, Sequence[OfferId]]:
    """Kind and offers of the list that a person was shown last; ("", ()) before any."""
    statement = select(listings.c.kind, listings.c.offer_ids).where(
        listings.c.person_id == person_id
    )
    row = (await connection.execute(statement)).one_or_none()
    return ("", ()) if row is None else (row.kind, [OfferId(each) for each in row.offer_ids])
