"""Links, the clicks on them, and the counters that stay."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import (
    GroupId,
    Link,
    LinkCode,
    OfferId,
    PersonId,
    PostId,
)
from storage import bulk, partitions
from storage.tables import click_hours, links, offers

Key = TypeVar("Key")

ANSWER = "answer"
"""Source of a link that stood in an answer."""

KEYS_A_QUERY = 1000
"""Well under the number of parameters that either engine takes in one statement."""


async def add(connection: AsyncConnection, new: Sequence[Link]) -> None:
    """Keep links that were minted; a code is never used twice."""
    await bulk.insert(connection, links, [_row_of(link) for link in new])


async def find(connection: AsyncConnection, code: LinkCode) -> Link | None:
    """The link of ``code``, or None."""
    return (await list_by_codes(connection, [code])).get(code)


async def list_by_codes(
    connection: AsyncConnection, codes: Sequence[LinkCode]
) -> dict[LinkCode, Link]:
    """The links of ``codes``, those that there are."""
    found: dict[LinkCode, Link] = {}
    for some in _pieces(codes):
        rows = await connection.execute(select(links).where(links.c.code.in_(some)))
        found |= {LinkCode(row.code): _link_of(row) for row in rows}
    return found


async def list_answering(
    connection: AsyncConnection, group_id: GroupId, offer_ids: Sequence[OfferId], since: datetime
) -> dict[OfferId, Link]:
    """The newest link of each offer that stood in an answer in a group after ``since``."""
    rows = await connection.execute(
        select(links)
        .where(
            links.c.group_id == group_id,
            links.c.created_at > since,
            links.c.source == ANSWER,
            links.c.offer_id.in_(offer_ids),
        )
        .order_by(links.c.created_at, links.c.code)
    )
    return {link.offer_id: link for link in map(_link_of, rows)}


async def list_of_source(
    connection: AsyncConnection,
    promoter_id: PersonId,
    offer_ids: Sequence[OfferId],
    source: str,
    since: datetime,
    *,
    group_id: GroupId | None = None,
) -> dict[OfferId, Link]:
    """The promoter's newest link of ``source`` on each offer after ``since``.

    ``group_id`` is the group that it counts for; None for those that belong to no group.
    """
    is_there = links.c.group_id.is_(None) if group_id is None else links.c.group_id == group_id
    rows = await connection.execute(
        select(links)
        .where(
            is_there,
            links.c.promoter_id == promoter_id,
            links.c.offer_id.in_(offer_ids),
            links.c.source == source,
            links.c.created_at > since,
        )
        .order_by(links.c.created_at, links.c.code)
    )
    return {link.offer_id: link for link in map(_link_of, rows)}


async def find_personal(
    connection: AsyncConnection, promoter_id: PersonId, offer_id: OfferId, source: str
) -> Link | None:
    """The promoter's newest link of ``source`` on an offer that belongs to no group."""
    rows = await connection.execute(
        select(links)
        .where(
            links.c.group_id.is_(None),
            links.c.promoter_id == promoter_id,
            links.c.offer_id == offer_id,
            links.c.source == source,
        )
        .order_by(links.c.created_at.desc(), links.c.code)
        .limit(1)
    )
    row = rows.one_or_none()
    return _link_of(row) if row else None


async def list_ended(connection: AsyncConnection, codes: Sequence[LinkCode]) -> frozenset[LinkCode]:
    """Those of ``codes`` whose offer has ended."""
    found: set[LinkCode] = set()
    for some in _pieces(codes):
        ended = await connection.scalars(
            select(links.c.code)
            .join(offers, offers.c.id == links.c.offer_id)
            .where(links.c.code.in_(some), offers.c.ended_at.is_not(None))
        )
        found |= {LinkCode(code) for code in ended}
    return frozenset(found)


async def person_clicks(
    connection: AsyncConnection, codes: Sequence[LinkCode]
) -> dict[LinkCode, list[datetime]]:
    """First and last click of a person in each hour, ascending, for each of ``codes``.

    A code that no person followed has an empty list.
    """
    found: dict[LinkCode, list[datetime]] = {code: [] for code in codes}
    for some in _pieces(codes):
        rows = await connection.execute(
            select(click_hours.c.code, click_hours.c.first_person_at, click_hours.c.last_person_at)
            .where(click_hours.c.code.in_(some), click_hours.c.people > 0)
            .order_by(click_hours.c.code, click_hours.c.hour_at)
        )
        for code, first, last in rows:
            found[LinkCode(code)] += [first] if first == last else [first, last]
    return found


async def delete_clicks(connection: AsyncConnection, *, below: str, limit: int) -> int:
    """Delete at most ``limit`` of the oldest clicks with an id below ``below``; how many.

    Those that lie in a month go with it as a whole.
    """
    table = partitions.clicks_of(connection)
    oldest = select(table.c.id).where(table.c.id < below).order_by(table.c.id).limit(limit)
    deleted: CursorResult[Any] = await connection.execute(
        delete(table).where(table.c.id.in_(oldest))
    )
    return deleted.rowcount


def _pieces(keys: Sequence[Key]) -> Iterator[list[Key]]:
    rest = iter(keys)
    while piece := list(islice(rest, KEYS_A_QUERY)):
        yield piece


def _row_of(link: Link) -> dict[str, Any]:
    return {
        "code": link.code,
        "offer_id": link.offer_id,
        "marketplace": link.marketplace,
        "post_id": link.post_id,
        "group_id": link.group_id,
        "promoter_id": link.promoter_id,
        "target_url": link.target_url,
        "created_at": link.created_at,
        "source": link.source,
    }


def _link_of(row: Row[Any]) -> Link:
    return Link(
        code=LinkCode(row.code),
        offer_id=OfferId(row.offer_id),
        marketplace=row.marketplace,
        post_id=None if row.post_id is None else PostId(row.post_id),
        group_id=None if row.group_id is None else GroupId(row.group_id),
        promoter_id=PersonId(row.promoter_id),
        target_url=row.target_url,
        created_at=row.created_at,
        source=row.source,
    )
