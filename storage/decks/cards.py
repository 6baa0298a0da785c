"""Decks, one a promoter and day, and their cards as they stand."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.decks import cards as records
from bot.domain.decks.cards import Card, CardState, Deck, DeckId
from bot.domain.posts.slots import SlotKey
from bot.domain.records import GroupId, OfferId, PersonId
from storage import bulk, numbering
from storage.tables import deck_cards, decks

KEY = ("group_id", "day", "slot", "ordinal")
"""What makes a card one."""

# ---------------------------------------------------------------- decks


async def take_ids(connection: AsyncConnection, count: int) -> list[DeckId]:
    """``count`` ids for decks that are to be added."""
    return [DeckId(number) for number in await numbering.take(connection, decks, count)]


async def add(connection: AsyncConnection, new: Sequence[Deck], dealt: Sequence[Card]) -> None:
    """Keep decks with their cards; the database refuses a second one of a promoter and day.

    A card takes the place of the same post's on another's deck, whose group it was that morning.
    """
    rows = [
        {
            "id": deck.id,
            "promoter_id": deck.promoter_id,
            "day": deck.day,
            "made_at": deck.made_at,
            "opens_at": deck.opens_at,
        }
        for deck in new
    ]
    await bulk.insert(connection, decks, rows)
    await bulk.put(connection, deck_cards, [_row_of(card) for card in dealt], KEY)


async def list_last_days(
    connection: AsyncConnection, promoter_ids: Collection[PersonId]
) -> dict[PersonId, date]:
    """The day of each promoter's last deck; those without any are left out."""
    statement = (
        select(decks.c.promoter_id, func.max(decks.c.day))
        .where(decks.c.promoter_id.in_(promoter_ids))
        .group_by(decks.c.promoter_id)
    )
    return {PersonId(each): day for each, day in await connection.execute(statement)}


async def find(connection: AsyncConnection, deck_id: DeckId) -> Deck | None:
    """The deck with this id, or None."""
    row = (await connection.execute(select(decks).where(decks.c.id == deck_id))).one_or_none()
    return _deck(row) if row else None


async def find_last(connection: AsyncConnection, promoter_id: PersonId) -> Deck | None:
    """A promoter's deck of the latest day, or None."""
    statement = (
        select(decks)
        .where(decks.c.promoter_id == promoter_id)
        .order_by(decks.c.day.desc())
        .limit(1)
    )
    row = (await connection.execute(statement)).one_or_none()
    return _deck(row) if row else None


# ---------------------------------------------------------------- cards


async def list_of(connection: AsyncConnection, deck_id: DeckId) -> list[Card]:
    """The cards of a deck in their order."""
    statement = (
        select(deck_cards).where(deck_cards.c.deck_id == deck_id).order_by(deck_cards.c.place)
    )
    return [_card(row) for row in await connection.execute(statement)]


async def list_at(
    connection: AsyncConnection, keys: Collection[SlotKey]
) -> dict[SlotKey, list[Card]]:
    """The cards of these openings, by their ordinals."""
    wanted = set(keys)
    found: dict[SlotKey, list[Card]] = {}
    for row in await connection.execute(cards_at(wanted)):
        card = _card(row)
        if card.key in wanted:
            found.setdefault(card.key, []).append(card)
    return found


def cards_at(keys: Collection[SlotKey]) -> Any:
    """The question of ``list_at``: by group, day and slot, as the key is ordered."""
    groups, days = {key.group_id for key in keys}, {key.day for key in keys}
    return (
        select(deck_cards)
        .where(
            deck_cards.c.group_id.in_(groups),
            deck_cards.c.day.in_(days),
            deck_cards.c.slot.in_({key.slot for key in keys}),
        )
        .order_by(deck_cards.c.group_id, deck_cards.c.day, deck_cards.c.slot, deck_cards.c.ordinal)
    )


async def set_card(connection: AsyncConnection, card: Card, *, seen: Card) -> bool:
    """Let ``card`` stand in the place of ``seen``; False when somebody changed that meanwhile."""
    done = await connection.execute(
        update(deck_cards)
        .where(
            deck_cards.c.group_id == card.key.group_id,
            deck_cards.c.day == card.key.day,
            deck_cards.c.slot == card.key.slot,
            deck_cards.c.ordinal == card.ordinal,
            deck_cards.c.offer_id == seen.offer_id,
            deck_cards.c.state == seen.state,
        )
        .values(_changing(card))
    )
    return done.rowcount == 1


async def delete_before(
    connection: AsyncConnection, group_ids: Iterable[GroupId], day: date
) -> None:
    """Forget the cards of these groups from before ``day``: nobody turns them any more."""
    await connection.execute(
        delete(deck_cards).where(deck_cards.c.group_id.in_(set(group_ids)), deck_cards.c.day < day)
    )


# ---------------------------------------------------------------- rows and records


def _row_of(card: Card) -> dict[str, Any]:
    return {
        "group_id": card.key.group_id,
        "day": card.key.day,
        "slot": card.key.slot,
        "ordinal": card.ordinal,
        "deck_id": card.deck_id,
        "place": card.place,
        "opens_at": card.opens_at,
        **_changing(card),
    }


def _changing(card: Card) -> dict[str, Any]:
    return {
        "offer_id": card.offer_id,
        "price_minor": card.price_minor,
        "reasons": records.written(card.reasons),
        "next_ids": list(card.next_ids),
        "gone": list(card.gone),
        "state": str(card.state),
    }


def _card(row: Any) -> Card:
    return Card(
        deck_id=DeckId(row.deck_id),
        place=row.place,
        key=SlotKey(GroupId(row.group_id), row.day, row.slot),
        ordinal=row.ordinal,
        opens_at=row.opens_at,
        offer_id=OfferId(row.offer_id),
        price_minor=row.price_minor,
        reasons=records.read(row.reasons),
        next_ids=tuple(map(OfferId, row.next_ids)),
        gone=tuple(map(OfferId, row.gone)),
        state=CardState(row.state),
    )


def _deck(row: Any) -> Deck:
    return Deck(DeckId(row.id), PersonId(row.promoter_id), row.day, row.made_at, row.opens_at)
