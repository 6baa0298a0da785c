"""What is known of each marketplace beside its offers."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import marketplaces


async def is_self_purchase_paid(connection: AsyncConnection, name: str) -> bool:
    """Whether a marketplace pays for what a promoter buys by an own link."""
    statement = select(marketplaces.c.is_self_purchase_paid).where(marketplaces.c.name == name)
    return bool(await connection.scalar(statement))


async def set_self_purchase(connection: AsyncConnection, name: str, *, is_paid: bool) -> bool:
    """Note whether it pays for own purchases; False for a marketplace that there is not."""
    done = await connection.execute(
        update(marketplaces)
        .where(marketplaces.c.name == name)
        .values(is_self_purchase_paid=is_paid)
    )
    return done.rowcount == 1
