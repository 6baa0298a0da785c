"""The records of a deck: its cards, why each is on it, and what was chosen in the end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NewType

from bot.domain.posts.slots import SlotKey
from bot.domain.records import OfferId, PersonId

DeckId = NewType("DeckId", int)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer fits a group: a text "deck.why_KEY" and what it is filled in with."""

    key: str
    words: Mapping[str, str | int] = field(default_factory=dict)


class CardState(StrEnum):
    """open → swapped → kept; a kept card that is swapped is no longer kept."""

    OPEN = "open"
    SWAPPED = "swapped"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Card:
    """One post of one slot of one group, as its promoter is asked about it."""

    deck_id: DeckId
    place: int
    """In the deck, from 0."""
    key: SlotKey
    ordinal: int
    opens_at: datetime
    offer_id: OfferId
    price_minor: int
    """After coupon, as the card showed it."""
    reasons: tuple[Reason, ...]
    next_ids: tuple[OfferId, ...] = ()
    """What fits the group next best, the best first."""
    gone: tuple[OfferId, ...] = ()
    """What was swapped away: it never comes back on this card."""
    state: CardState = CardState.OPEN


@dataclass(frozen=True, slots=True)
class Deck:
    """One promoter's cards of one day."""

    id: DeckId
    promoter_id: PersonId
    day: date
    made_at: datetime
    opens_at: datetime
    """The first of its slots; from then on the deck is not sent any more."""


class How(StrEnum):
    """Whose choice a post was."""

    PICKED = "picked"
    """The promoter's, beside the deck."""
    KEPT = "kept"
    SWAPPED = "swapped"
    """The promoter swapped until this one came, and left it there."""
    AUTOPILOT = "autopilot"


class Cause(StrEnum):
    """Why the card's own offer was not posted."""

    ENDED = "ended"
    SOLD_OUT = "sold_out"
    STALE = "stale"
    NOT_ALLOWED = "not_allowed"
    UNLISTED = "unlisted"
    """The day's shortlist was made anew without it, or an operator took it out."""
    PRICE = "price"
    REPEATED = "repeated"
    ELSEWHERE = "elsewhere"
    """Another group of the promoter has it on that day."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a slot of a group was given in the end, and why."""

    offer_id: OfferId
    how: How
    reasons: tuple[Reason, ...] = ()
    cause: Cause | None = None
    instead_id: OfferId | None = None
    """The card's offer that ``cause`` speaks of."""


def written(reasons: Iterable[Reason]) -> list[list[Any]]:
    """``reasons`` as a document: a pair of key and words each."""
    return [[reason.key, dict(reason.words)] for reason in reasons]


def read(document: Iterable[Iterable[Any]]) -> tuple[Reason, ...]:
    """What ``written`` wrote."""
    return tuple(Reason(str(key), words) for key, words in document)
