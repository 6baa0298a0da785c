"""What to show in place of an offer that ended: something live of the same group."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue.assortments import BRAND
from bot.domain.records import Link, LinkCode, OfferId
from storage.tables import groups, links, offers, promoters, shortlist_rows, shortlists

CANDIDATES = 20
"""How far down the shortlist a live offer is looked for."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A live offer, and the code of the promoter's own link to it where there is one."""

    offer_id: OfferId
    marketplace: str
    title: str
    url: str
    code: LinkCode | None


async def find_title(connection: AsyncConnection, offer_id: OfferId) -> str | None:
    """The title of an offer, ended or not."""
    title: str | None = await connection.scalar(
        select(offers.c.title).where(offers.c.id == offer_id)
    )
    return title


async def find_posted(
    connection: AsyncConnection, ended: Link, *, since: datetime
) -> Replacement | None:
    """The live offer of the promoter's newest link in the group, not older than ``since``."""
    rows = await connection.execute(
        select(*_OFFER, links.c.code)
        .join(links, links.c.offer_id == offers.c.id)
        .where(
            links.c.group_id == ended.group_id,
            links.c.promoter_id == ended.promoter_id,
            links.c.offer_id != ended.offer_id,
            links.c.created_at >= since,
            offers.c.ended_at.is_(None),
            offers.c.bans.is_(None),
        )
        .order_by(links.c.created_at.desc(), links.c.code)
        .limit(1)
    )
    return _read(rows.first())


async def find_listed(connection: AsyncConnection, ended: Link) -> Replacement | None:
    """The first live offer of the newest shortlist of what the group may choose from.

    It comes with the promoter's link outside any post, if one was minted before.
    """
    newest = (
        select(shortlists.c.id)
        .join_from(groups, promoters, promoters.c.person_id == groups.c.promoter_id)
        .join(shortlists, shortlists.c.programme == _ASSORTMENT)
        .where(groups.c.id == ended.group_id)
        .order_by(shortlists.c.day.desc(), shortlists.c.version.desc())
        .limit(1)
        .scalar_subquery()
    )
    own_link = (
        (links.c.offer_id == offers.c.id)
        & (links.c.group_id == ended.group_id)
        & (links.c.promoter_id == ended.promoter_id)
        & links.c.post_id.is_(None)
    )
    rows = await connection.execute(
        select(*_OFFER, links.c.code)
        .join(shortlist_rows, shortlist_rows.c.offer_id == offers.c.id)
        .outerjoin(links, own_link)
        .where(
            shortlist_rows.c.shortlist_id == newest,
            shortlist_rows.c.rank <= CANDIDATES,
            offers.c.id != ended.offer_id,
            offers.c.ended_at.is_(None),
            offers.c.bans.is_(None),
        )
        .order_by(shortlist_rows.c.rank, links.c.code)
        .limit(1)
    )
    return _read(rows.first())


_ASSORTMENT = case(
    # A brand's own list stays within any scope, also within one that has opened since.
    (
        promoters.c.brand.is_not(None),
        groups.c.programme + f"@{BRAND}" + func.coalesce(promoters.c.brand, ""),
    ),
    (groups.c.vertical.is_not(None), groups.c.programme + "@" + groups.c.vertical),
    else_=groups.c.programme,
)
"""The name of a group's shortlists, as ``bot.domain.catalogue.assortments`` gives it."""
_OFFER = (offers.c.id, offers.c.marketplace, offers.c.title, offers.c.url)


def _read(row: Any) -> Replacement | None:
    if row is None:
        return None
    offer_id, marketplace, title, url, code = row
    return Replacement(
        offer_id=OfferId(offer_id),
        marketplace=marketplace,
        title=title,
        url=url,
        code=None if code is None else LinkCode(code),
    )
