"""What promoters told about offers."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import OfferId, PersonId, PromoterStatus, Subject, Told
from storage.questions.questions import Kept
from storage.questions.subjects import read, written
from storage.tables import people, promoters, told
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
    """What a promoter told about some offers, whether it still holds or not.

    A suspended one is not quoted.
    """
    rows = await connection.execute(
        select(told, people.c.name)
        .join(people, people.c.id == told.c.promoter_id)
        .join(promoters, promoters.c.person_id == told.c.promoter_id)
        .where(
            told.c.promoter_id == promoter_id,
            told.c.offer_id.in_(offer_ids),
            promoters.c.status != PromoterStatus.SUSPENDED.value,
        )
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


async def words_on(
    connection: AsyncConnection, promoter_id: PersonId, asked: Sequence[Kept]
) -> dict[Subject | None, str]:
    """What the promoter told, by what he was asked for, of all that these questions ask for."""
    ids = {each.offer_id for each in asked if each.offer_id is not None}
    found = await list_of(connection, promoter_id, ids)
    return {Subject(each.offer_id, each.topic, each.detail): each.text for each in found}


def subject_of(kept: Kept) -> Subject | None:
    """What a question asks of a promoter; None where it asks for nothing."""
    if kept.offer_id is None or kept.topic is None:
        return None
    return Subject(kept.offer_id, kept.topic, kept.detail)


async def erase_of(connection: AsyncConnection, promoter_id: PersonId) -> None:
    """Delete everything that a promoter told."""
    await connection.execute(delete(told).where(told.c.promoter_id == promoter_id))
