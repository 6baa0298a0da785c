"""Pinned offers of each programme, in their order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue.arrangements import Pin
from bot.domain.records import OfferId
from storage.tables import pins


async def list_of(connection: AsyncConnection, programme: str) -> list[Pin]:
    """The pins of a programme in the order in which they stand."""
    statement = select(pins).where(pins.c.programme == programme).order_by(pins.c.place)
    rows = await connection.execute(statement)
    return [Pin(OfferId(row.offer_id), row.place, row.reason) for row in rows]


async def set_all(
    connection: AsyncConnection, programme: str, wanted: Sequence[Pin], at: datetime
) -> None:
    """Let a programme have these pins and no others; one that stood keeps when it was pinned."""
    statement = select(pins.c.offer_id, pins.c.pinned_at).where(pins.c.programme == programme)
    known = {row.offer_id: row.pinned_at for row in await connection.execute(statement)}
    await connection.execute(delete(pins).where(pins.c.programme == programme))
    rows = [
        {
            "programme": programme,
            "offer_id": pin.offer_id,
            "place": place,
            "reason": pin.reason,
            "pinned_at": known.get(pin.offer_id, at),
        }
        for place, pin in enumerate(wanted, start=1)
    ]
    if rows:
        await connection.execute(insert(pins), rows)
