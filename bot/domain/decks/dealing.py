"""Dealing a deck: the fitted offers of each group in, one card a post of each slot out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from bot.domain.decks.cards import Card, CardState, DeckId
from bot.domain.decks.fitting import Fitted
from bot.domain.posts.slots import SlotKey
from bot.domain.records import OfferId

NEXT_KEPT = 5
"""Offers kept behind each card: more than fall out of stock in a day."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A slot of a group that has room for ``room`` posts, and what may fill it."""

    key: SlotKey
    opens_at: datetime
    room: int
    fits: Sequence[Fitted]
    """The best first."""
    barred: Collection[OfferId] = ()
    """What the group saw lately, has picked today, or its promoter skipped."""


def deal(deck_id: DeckId, seats: Iterable[Seat], taken: Collection[OfferId]) -> tuple[Card, ...]:
    """A card for each free place of ``seats``, the slot that opens first at the front.

    Nobody can tell which groups overlap, so all of one promoter count as overlapping: an offer is
    dealt once a day (``taken`` are those that a group has already). Where nothing is left, a place
    stays without a card.
    """
    everywhere = set(taken)
    dealt: list[tuple[Card, Seat]] = []
    for seat in sorted(seats, key=lambda each: (each.opens_at, each.key)):
        for ordinal in range(1, seat.room + 1):
            found = _first(seat.fits, everywhere.union(seat.barred))
            if found is None:
                break
            everywhere.add(found.offer_id)
            card = Card(
                deck_id=deck_id,
                place=len(dealt),
                key=seat.key,
                ordinal=ordinal,
                opens_at=seat.opens_at,
                offer_id=found.offer_id,
                price_minor=found.offer.price_now_minor,
                reasons=found.reasons,
            )
            dealt.append((card, seat))
    return tuple(
        replace(card, next_ids=_nexts(seat, everywhere.union(seat.barred))) for card, seat in dealt
    )


def swapped(
    card: Card, seat: Seat, own: Collection[OfferId], taken: Collection[OfferId]
) -> Card | None:
    """``card`` with what suits its group next best; None where nothing is left.

    ``own`` is what the group has on its other cards of the day, ``taken`` what other groups of
    the promoter have: that comes when nothing else is left, for it is the promoter's own tap that
    brings it. What was swapped away does not come back.
    """
    gone = (*card.gone, card.offer_id)
    avoided = {*seat.barred, *own, *gone}
    found = _first(seat.fits, avoided | set(taken)) or _first(seat.fits, avoided)
    if found is None:
        return None
    return replace(
        card,
        offer_id=found.offer_id,
        price_minor=found.offer.price_now_minor,
        reasons=found.reasons,
        next_ids=_nexts(seat, {*avoided, *taken, found.offer_id}),
        gone=gone,
        state=CardState.SWAPPED,
    )


def _first(fits: Iterable[Fitted], avoided: Collection[OfferId]) -> Fitted | None:
    return next((each for each in fits if each.offer_id not in avoided), None)


def _nexts(seat: Seat, avoided: Collection[OfferId]) -> tuple[OfferId, ...]:
    left = (each.offer_id for each in seat.fits if each.offer_id not in avoided)
    return tuple(islice(left, NEXT_KEPT))
