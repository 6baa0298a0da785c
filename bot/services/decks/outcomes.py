"""What comes of turning a deck: a card as it is seen, what a tap did, or why it did nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.decks.cards import Card, CardState, Deck
from bot.domain.records import Group, Offer, Rendered


class Refusal(StrEnum):
    """Why a tap did nothing; each is a text "deck.refused_…"."""

    GONE = "gone"
    """No such card of this promoter."""
    LATE = "late"
    """Its slot opened already."""
    FULL = "full"
    """The slot holds as many picks as it posts."""
    NO_MORE = "no_more"
    """Nothing else fits the group today."""
    UNFIT = "unfit"
    """The offer may not be posted any more."""
    CHANGED = "changed"
    """Another tap came first."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed."""

    reason: Refusal


@dataclass(frozen=True)
class Dealt:
    """A deck with its cards, for whoever opens it."""

    deck: Deck
    cards: Sequence[Card]
    groups: Sequence[Group]
    offers: Sequence[Offer | None]
    """Of each card."""
    open_places: frozenset[int]
    """Of the cards whose slot did not open yet."""

    @property
    def unkept(self) -> list[int]:
        """Places of the cards that can still be decided, in their order."""
        return [
            card.place
            for card in self.cards
            if card.place in self.open_places and card.state != CardState.KEPT
        ]

    def index(self, place: int) -> int | None:
        """Where among the cards the one at ``place`` stands; None where it is no more.

        Cards of a group that was handed on are gone, and the places of the others stay.
        """
        found = (at for at, card in enumerate(self.cards) if card.place == place)
        return next(found, None)

    def after(self, place: int) -> int | None:
        """The next card to be decided after ``place``, around the end; None when all are."""
        left = self.unkept
        return next((each for each in left if each > place), left[0] if left else None)


@dataclass(frozen=True)
class Seen:
    """One card as its promoter sees it."""

    dealt: Dealt
    card: Card
    group: Group
    offer: Offer | None
    rendered: Rendered | None
    """The post as the group would read it; None where the offer may not be posted any more."""
    words: str | None
    """The promoter's own."""

    @property
    def is_open(self) -> bool:
        """Whether it can still be decided."""
        return self.card.place in self.dealt.open_places


@dataclass(frozen=True, slots=True)
class Done:
    """So many cards are kept now, or one is swapped; ``left`` groups did not take it."""

    cards: int
    left: int = 0
