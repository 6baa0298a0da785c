"""The normal form of what was asked for, so that three people's words meet."""

from collections.abc import Iterable, Sequence
from hashlib import blake2b

from bot.domain.catalogue.matching import fold
from bot.domain.records import Question, Topic

KEY_LIMIT = 200
"""Characters of a key."""
PLACE_KEY_LIMIT = 7
DETAIL_BYTES = 5
"""Of the key of a detail: it is told apart from the few others of one offer."""


def wish_key(question: Question) -> str:
    """What the question wants, whatever the order, case, language or synonym; never empty.

    Prices and sizes are left out: who wants a power bank for 50 and who wants one at all wish for
    the same. Words that name nothing are kept as they were written, folded.
    """
    names = {concept[0] for wanted in question.wanted for concept in wanted.concepts}
    return (" ".join(sorted(names)) or fold(question.text) or "?")[:KEY_LIMIT]


def detail_key(details: Iterable[Sequence[str]]) -> str:
    """Ten characters that stand for some details in any order; empty for none."""
    names = sorted({fold(words[0]) for words in details})
    return blake2b("\t".join(names).encode(), digest_size=DETAIL_BYTES).hexdigest() if names else ""


def detail_of(question: Question, topic: Topic) -> str:
    """The key of what ``question`` asks of one side of ``topic``; empty for all of it."""
    if topic is Topic.ABOUT:
        return question.detail
    return question.place_key if topic is Topic.DELIVERY else ""


def place_key(place: str) -> str:
    """Seven characters that stand for a place, as short as the column of subjects asks for."""
    return detail_key([(place,)])[:PLACE_KEY_LIMIT] if place else ""
