"""Payloads: what a connecting link carries to say whose group it is."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import PersonId
from storage.tables import payloads


async def find(connection: AsyncConnection, promoter_id: PersonId) -> str | None:
    """The payload that connects groups to a promoter, if one was made."""
    statement = (
        select(payloads.c.payload)
        .where(payloads.c.promoter_id == promoter_id)
        .order_by(payloads.c.created_at, payloads.c.payload)
        .limit(1)
    )
    return await connection.scalar(statement)


async def add(
    connection: AsyncConnection, payload: str, promoter_id: PersonId, at: datetime
) -> None:
    """Store a fresh payload."""
    await connection.execute(
        insert(payloads).values(payload=payload, promoter_id=promoter_id, created_at=at)
    )


async def find_owner(connection: AsyncConnection, payload: str) -> PersonId | None:
    """Whose groups a payload connects."""
    statement = select(payloads.c.promoter_id).where(payloads.c.payload == payload)
    found = await connection.scalar(statement)
    return None if found is None else PersonId(found)
