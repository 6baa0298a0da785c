"""Pinned offers in their order."""

from datetime import timedelta

from sqlalchemy import select

from bot.domain.catalogue.arrangements import Pin
from storage.choosing import pins as stored
from storage.database import Database
from storage.tables import pins
from tests.cast import NOON, add_offer, set_stage


async def test_pins_keep_their_order_their_reason_and_since_when(database: Database) -> None:
    await set_stage(database)
    async with database.write() as connection:
        first, second = [await add_offer(connection, name) for name in ("cup", "kite")]
        await stored.set_all(connection, "fenxiang", [Pin(first, 9, "one")], NOON)
        later = NOON + timedelta(hours=1)
        both = [Pin(second, 1, "two"), Pin(first, 2, "one")]
        await stored.set_all(connection, "fenxiang", both, later)
        assert await stored.list_of(connection, "fenxiang") == both
        assert await stored.list_of(connection, "yunji") == []
        rows = await connection.execute(select(pins.c.offer_id, pins.c.pinned_at))
        assert {row.offer_id: row.pinned_at for row in rows} == {first: NOON, second: later}
        await stored.set_all(connection, "fenxiang", [], later)
        assert await stored.list_of(connection, "fenxiang") == []
