"""What each slot was given, whose choice it was, and why: written once, when it is planned."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.decks import cards
from bot.domain.decks.cards import Cause, Choice, How
from bot.domain.posts.slots import SlotKey
from bot.domain.records import GroupId, OfferId
from storage import bulk
from storage.tables import choices


@dataclass(frozen=True, slots=True)
class Kept:
    """A choice as it is kept, with the place that it was made for."""

    key: SlotKey
    ordinal: int
    choice: Choice


async def append(connection: AsyncConnection, made: Mapping[tuple[SlotKey, int], Choice]) -> None:
    """Write down what slots were given, by opening and ordinal (from 1)."""
    documents: dict[int, list[list[Any]]] = {}
    rows = [
        {
            "group_id": key.group_id,
            "day": key.day,
            "slot": key.slot,
            "ordinal": ordinal,
            "offer_id": choice.offer_id,
            "how": str(choice.how),
            # Choices that share their reasons share the document.
            "reasons": documents.setdefault(id(choice.reasons), cards.written(choice.reasons)),
            "cause": choice.cause and str(choice.cause),
            "instead_id": choice.instead_id,
        }
        for (key, ordinal), choice in made.items()
    ]
    await bulk.insert(connection, choices, rows)


async def list_since(
    connection: AsyncConnection, group_ids: Collection[GroupId], since: date
) -> list[Kept]:
    """What these groups were given from the local day ``since`` on, in order of days."""
    statement = (
        select(choices)
        .where(choices.c.group_id.in_(group_ids), choices.c.day >= since)
        .order_by(choices.c.day, choices.c.group_id, choices.c.slot, choices.c.ordinal)
    )
    return [_kept(row) for row in await connection.execute(statement)]


def _kept(row: Any) -> Kept:
    choice = Choice(
        OfferId(row.offer_id),
        How(row.how),
        cards.read(row.reasons),
        Cause(row.cause) if row.cause else None,
        None if row.instead_id is None else OfferId(row.instead_id),
    )
    return Kept(SlotKey(GroupId(row.group_id), row.day, row.slot), row.ordinal, choice)
