"""A card in one line: which group and slot, which offer, for how much."""

from bot.domain.decks.cards import Card
from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.records import Offer
from bot.domain.texts import Texts

TITLE_LIMIT = 40
GROUP_LIMIT = 24
"""Characters; a line of a telephone each."""


def named(texts: Texts, card: Card, group: str, offer: Offer, *, is_alone: bool = False) -> str:
    """A card as plain text in the language of ``texts``; its only group need not be named."""
    return texts(
        "deck.line_alone" if is_alone else "deck.line",
        place=card.place + 1,
        group=isolated(shortened(cleaned(group), GROUP_LIMIT)),
        slot=texts.words.get(f"slot.{card.key.slot}", card.key.slot),
        title=isolated(shortened(cleaned(offer.facts.title), TITLE_LIMIT)),
        price=texts.money(offer.price_now_minor, offer.facts.currency),
    )
