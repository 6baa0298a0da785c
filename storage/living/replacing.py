"""What may be named in the place of an offer that ended, and the links that were minted for it."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import LinkCode, Offer, OfferId, PostId
from storage.catalogue.offers import read
from storage.catalogue.replacements import CANDIDATES
from storage.tables import links, offers, shortlist_rows, shortlists


async def list_listed(connection: AsyncConnection, assortment: str) -> list[Offer]:
    """The live offers of an assortment's newest shortlist, the best first; few."""
    newest = (
        select(shortlists.c.id)
        .where(shortlists.c.programme == assortment)
        .order_by(shortlists.c.day.desc(), shortlists.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await connection.execute(
        select(offers)
        .join(shortlist_rows, shortlist_rows.c.offer_id == offers.c.id)
        .where(
            shortlist_rows.c.shortlist_id == newest,
            shortlist_rows.c.rank <= CANDIDATES,
            offers.c.ended_at.is_(None),
        )
        .order_by(shortlist_rows.c.rank)
    )
    return [read(row) for row in rows]


async def list_minted(
    connection: AsyncConnection, post_ids: Collection[PostId]
) -> dict[tuple[PostId, OfferId], LinkCode]:
    """The codes of all links that these posts have, by post and offer."""
    rows = await connection.execute(
        select(links.c.post_id, links.c.offer_id, links.c.code).where(
            links.c.post_id.in_(set(post_ids))
        )
    )
    return {(PostId(post), OfferId(offer)): LinkCode(code) for post, offer, code in rows}
