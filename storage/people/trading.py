"""What a promoter traded, blanked when the promoter is forgotten; what was sold stays counted."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import PersonId
from storage.living import watches
from storage.tables import invitations, links, offers, own_stock, promoters


async def erase(connection: AsyncConnection, person_id: PersonId, at: datetime) -> None:
    """End and blank somebody's own goods, and the name that a list of staff gave a code."""
    mine = own_stock.c.promoter_id == person_id
    sold = select(own_stock.c.offer_id).where(mine, own_stock.c.offer_id.is_not(None))
    await connection.execute(
        update(offers).where(offers.c.id.in_(sold)).values(title="", url="", ended_at=at)
    )
    await watches.wake(connection, list(await connection.scalars(sold)), at)
    await connection.execute(update(links).where(links.c.offer_id.in_(sold)).values(target_url=""))
    await connection.execute(update(own_stock).where(mine).values(title="", url=""))
    used = select(promoters.c.invitation_code).where(promoters.c.person_id == person_id)
    await connection.execute(
        update(invitations).where(invitations.c.code.in_(used)).values(name=None)
    )
