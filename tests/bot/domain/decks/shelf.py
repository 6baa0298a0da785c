"""Offers and rankings for the tests of decks."""

from datetime import date
from typing import Any

from bot.domain.decks.cards import Card, DeckId, Reason
from bot.domain.posts.slots import SlotKey
from bot.domain.records import Currency, GroupId, Offer, OfferFacts, OfferId, Ranked
from tests.cast import NOON

DAY = date(2026, 11, 22)


def offer(number: int, **facts: Any) -> Offer:
    """An offer at 10.00 whose id is ``number``."""
    given: dict[str, Any] = {
        "external_id": f"p-{number}",
        "title": f"Find {number}",
        "url": "https://shop.example.com/p",
        "price_minor": 1000,
        "currency": Currency("CNY"),
    }
    return Offer(OfferId(number), "feed", OfferFacts(**given | facts), NOON, None)


def ranked(number: int, score: float = 0.5, **facts: Any) -> Ranked:
    """Offer ``number`` at that place of the day's ranking."""
    return Ranked(number, offer(number, **facts), score, ())


def card(offer_id: int = 1, **changed: Any) -> Card:
    """A card of group 1 at noon."""
    given: dict[str, Any] = {
        "deck_id": DeckId(1),
        "place": 0,
        "key": SlotKey(GroupId(1), DAY, "noon"),
        "ordinal": 1,
        "opens_at": NOON,
        "offer_id": OfferId(offer_id),
        "price_minor": 1000,
        "reasons": (Reason("plain", {"rank": 1}),),
    }
    return Card(**given | changed)
