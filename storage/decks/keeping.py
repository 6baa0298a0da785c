"""Kept cards as picks: the same rows that /pick writes, with the promoter's own words."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.posts.slots import SlotKey
from bot.domain.records import OfferId
from storage.tables import picks
from storage.upsert import insert_for


async def keep(
    connection: AsyncConnection,
    key: SlotKey,
    offer_id: OfferId,
    at: datetime,
    words: str | None = None,
) -> None:
    """Plan an offer for a slot; ``words`` take the place of those before, None leaves them."""
    row = {**key._asdict(), "offer_id": offer_id, "chosen_at": at, "words": words}
    statement = insert_for(connection, picks).values(row)
    if words is None:
        statement = statement.on_conflict_do_nothing()
    else:
        statement = statement.on_conflict_do_update(
            index_elements=[picks.c.group_id, picks.c.day, picks.c.slot, picks.c.offer_id],
            set_={"words": statement.excluded.words},
        )
    await connection.execute(statement)


async def let_go(connection: AsyncConnection, key: SlotKey, offer_id: OfferId) -> None:
    """Plan it no more."""
    await connection.execute(
        delete(picks).where(
            picks.c.group_id == key.group_id,
            picks.c.day == key.day,
            picks.c.slot == key.slot,
            picks.c.offer_id == offer_id,
        )
    )
