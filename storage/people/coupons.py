"""Coupons for direct invitations: which entry of the books each is, one an invited promoter."""

from sqlalchemy import exists, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import PersonId
from storage.tables import coupons


async def is_given(connection: AsyncConnection, invited_id: PersonId) -> bool:
    """Whether the invitation of this promoter brought a coupon already."""
    statement = select(exists().where(coupons.c.invited_id == invited_id))
    return bool(await connection.scalar(statement))


async def add(
    connection: AsyncConnection,
    invited_id: PersonId,
    inviter_id: PersonId,
    amount_minor: int,
    currency: str,
    entry_id: int,
) -> None:
    """Note the entry of a coupon; a second one for the same promoter is refused."""
    await connection.execute(
        insert(coupons).values(
            invited_id=invited_id,
            inviter_id=inviter_id,
            amount_minor=amount_minor,
            currency=currency,
            entry_id=entry_id,
        )
    )
