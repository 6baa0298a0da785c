"""What promoters told about offers."""

from collections.abc import Collection

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import OfferId, PersonId, Told
from storage.questions.subjects import read, written
from storage.tables import people, told
from storage.upsert import insert_for


async def put(connection: AsyncConnection, new: Told) -> None:
    """Keep what a promoter told, in the place of what he told of the same before."""
    row = {
        "promoter_id": new.promoter_id,
        "offer_id": new.offer_id,
        "topic": written(new.topic, new.detail),
        "text": new.text,
        "told_at": new.told_at,
        "digest": new.digest,
    }
    statement = insert_for(connection, told).values(row)
    keys = [told.c.promoter_id, told.c.offer_id, told.c.topic]
    changed = {name: statement.excluded[name] for name in ("text", "told_at", "digest")}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def list_of(
    connection: AsyncConnection, promoter_id: PersonId, offer_ids: Collection[OfferId]
) -> list[Told]:
    """What a promoter told about some offers, whether it still holds or not."""
    rows = await connection.execute(
        select(told, people.c.name)
        .join(people, people.c.id == told.c.promoter_id)
        .where(told.c.promoter_id == promoter_id, told.c.offer_id.in_(offer_ids))
        .order_by(told.c.offer_id, told.c.topic)
    )
    return [
        Told(
            offer_id=OfferId(row.offer_id),
            topic=read(row.topic)[0],
            detail=read(row.topic)[1],
            promoter_id=PersonId(row.promoter_id),
            promoter_name=row.name,
            text=row.text,
            told_at=row.told_at,
            digest=row.digest,
        )
        for row in rows
    ]


async def erase_of(connection: AsyncConnection, promoter_id: PersonId) -> None:
    """Delete everything that a promoter told."""
    await connection.execute(delete(told).where(told.c.promoter_id == promoter_id))
