"""Why a card is on the deck and what autopilot did, in the reader's words."""

from collections.abc import Iterable

from bot.domain.decks.cards import Choice, Reason
from bot.domain.posts.characters import cleaned, isolated, shortened
from bot.domain.records import Currency
from bot.domain.texts import Texts

NAME_LIMIT = 40
"""Characters of a category's, brand's or vertical's name."""
VERTICAL = "vertical"
"""Its words are the vertical's title by language."""
_NAMES = ("kind", "brand", "vertical")


def because(reasons: Iterable[Reason], texts: Texts) -> str:
    """``reasons`` as plain words, one clause after the other."""
    return texts("deck.and").join(_clause(reason, texts) for reason in reasons)


def accounted(choice: Choice, texts: Texts) -> str:
    """Why autopilot chose what it chose, as plain words; with what became of the card's offer."""
    reasons = because(choice.reasons, texts)
    if choice.cause is None:
        return reasons
    return texts("deck.instead", cause=texts(f"deck.cause_{choice.cause}"), reasons=reasons)


def _clause(reason: Reason, texts: Texts) -> str:
    words = dict(reason.words)
    if reason.key == VERTICAL:
        words["vertical"] = words[texts.language]
    if "currency" in words:
        currency = Currency(str(words["currency"]))
        words |= {each: texts.money(int(words[each]), currency) for each in ("low", "high")}
    for name in _NAMES:
        if name in words:
            words[name] = isolated(shortened(cleaned(str(words[name])), NAME_LIMIT))
    return texts(f"deck.why_{reason.key}", **words)
