"""The day's deck: when each promoter's comes, its cards, and what was posted in the end and why."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Named,
    SmallInteger,
    String,
    Table,
    TypedColumns,
    UniqueConstraint,
)

from storage.tables.base import BIG, DOCUMENT, Instant, metadata


class DeckTurnsColumns(TypedColumns):
    promoter_id = Column(
        BIG, ForeignKey("promoters.person_id"), primary_key=True, autoincrement=False
    )
    due_at = Column(Instant, nullable=False)


deck_turns = Table("deck_turns", metadata, DeckTurnsColumns, Index(None, "due_at", "promoter_id"))
"""When to look at each promoter again: a tick asks for those who are due by an index."""


class DecksColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False)
    day: Named[date] = Column(Date, nullable=False)
    made_at = Column(Instant, nullable=False)
    opens_at = Column(Instant, nullable=False)


decks = Table("decks", metadata, DecksColumns, UniqueConstraint("promoter_id", "day"))
"""One a promoter and day, by this key; what it offers stands on its cards."""


class DeckCardsColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True, autoincrement=False)
    day: Named[date] = Column(Date, primary_key=True)
    slot = Column(String(32), primary_key=True)
    ordinal = Column(SmallInteger, primary_key=True, autoincrement=False)
    deck_id = Column(BIG, ForeignKey("decks.id"), nullable=False)
    place = Column(SmallInteger, nullable=False)
    opens_at = Column(Instant, nullable=False)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=False)
    price_minor = Column(BigInteger, nullable=False)
    reasons: Named[Any] = Column(DOCUMENT, nullable=False)
    next_ids: Named[Any] = Column(DOCUMENT, nullable=False)
    gone: Named[Any] = Column(DOCUMENT, nullable=False)
    state = Column(String(8), nullable=False)


deck_cards = Table("deck_cards", metadata, DeckCardsColumns, Index(None, "deck_id", "place"))
"""What planning reads of a slot is found by the key; the deck turns them by its own index."""


class ChoicesColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True, autoincrement=False)
    day: Named[date] = Column(Date, primary_key=True)
    slot = Column(String(32), primary_key=True)
    ordinal = Column(SmallInteger, primary_key=True, autoincrement=False)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=False)
    how = Column(String(12), nullable=False)
    """"picked", "kept", "swapped" or "autopilot"."""
    reasons: Named[Any] = Column(DOCUMENT, nullable=False)
    cause = Column(String(16), nullable=True)
    instead_id = Column(BIG, nullable=True)
    """The offer that the card showed and that ``cause`` kept back."""


choices = Table("choices", metadata, ChoicesColumns)
"""What each slot was given, whose choice it was, and why; only ever added to."""
