"""Offers that operators took out, and the posts of them that can still be called back."""

from collections.abc import Mapping

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.programmes import Programme
from bot.domain.records import EVERYWHERE, Offer, OfferId, PostState
from storage.catalogue.offers import read
from storage.posts.locking import unlocked
from storage.tables import groups, offers, posts

BANNED = "banned"
"""What a post that was called back says in its ``error``."""


async def find(connection: AsyncConnection, offer_id: OfferId) -> dict[str, str]:
    """Programme → reason of an offer's bans; the offer is held until the transaction ends."""
    statement = select(offers.c.bans).where(offers.c.id == offer_id).with_for_update()
    return dict(await connection.scalar(statement) or {})


async def mark(connection: AsyncConnection, offer_id: OfferId, bans: Mapping[str, str]) -> None:
    """Let an offer have these bans and no others."""
    kept = dict(bans) or None
    await connection.execute(update(offers).where(offers.c.id == offer_id).values(bans=kept))


async def list_banned(connection: AsyncConnection, limit: int) -> list[Offer]:
    """Offers with a ban, the latest known first."""
    statement = (
        select(offers).where(offers.c.bans.is_not(None)).order_by(offers.c.id.desc()).limit(limit)
    )
    return [read(row) for row in await connection.execute(statement)]


async def list_ids(connection: AsyncConnection, programme: Programme) -> set[OfferId]:
    """The offers that are banned from ``programme`` or from all."""
    statement = select(offers.c.id, offers.c.bans).where(offers.c.bans.is_not(None))
    base = programme.name.partition("@")[0]
    return {
        OfferId(offer_id)
        for offer_id, bans in await connection.execute(statement)
        if base in bans or EVERYWHERE in bans
    }


async def take_back(connection: AsyncConnection, offer_id: OfferId, programme: str) -> int:
    """Call back the posts of an offer that are not being sent yet; how many."""
    is_of_it = posts.c.offer_id == offer_id
    states = (PostState.PLANNED, PostState.LEASED)
    conditions = [is_of_it, or_(*(posts.c.state == state for state in states))]
    if programme != EVERYWHERE:
        own = select(groups.c.id).where(groups.c.programme == programme)
        conditions.append(posts.c.group_id.in_(own))
    done = await connection.execute(
        unlocked(*conditions).values(state=PostState.CANCELLED, error=BANNED)
    )
    return done.rowcount
