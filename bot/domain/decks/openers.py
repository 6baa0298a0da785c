"""A promoter's own words over a post: short, without promises, nagging or a way past its link."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.catalogue.matching import fold
from bot.domain.posts.characters import cleaned
from bot.domain.posts.claims import banned, forced

WORDS_LIMIT = 120
"""Characters: one line on a telephone and a half."""

_LINK = re.compile(
    r"https?:|tg:|www\.|t\.me\b|@\w{3,}|\b[a-z0-9-]+\.[a-z]{2,}\b", re.IGNORECASE | re.ASCII
)


class Objection(StrEnum):
    """Why own words are not taken; each is a text of the chat."""

    EMPTY = "empty"
    LONG = "long"
    CLAIM = "claim"
    SHARING = "sharing"
    LINK = "link"
    WORD = "word"
    """On the programme's own list."""


@dataclass(frozen=True, slots=True)
class Objected:
    """The words are not taken; ``word`` is the one that nobody may say, or how many there are."""

    reason: Objection
    word: str = ""


def line(words: str) -> str:
    """``words`` as the one line that a post begins with."""
    return cleaned(words)


def objected(words: str, unwanted: Iterable[str] = ()) -> Objected | None:
    """What speaks against ``words`` as a post's opening line; None when nothing does.

    ``unwanted`` are words that the programme itself does not want to read.
    """
    said = line(words)
    if not said:
        return Objected(Objection.EMPTY)
    if len(said) > WORDS_LIMIT:
        return Objected(Objection.LONG, str(len(said)))
    for reason, found in ((Objection.CLAIM, banned(said)), (Objection.SHARING, forced(said))):
        if found:
            return Objected(reason, found[0])
    link = _LINK.search(unicodedata.normalize("NFKC", said))
    if link is not None:
        return Objected(Objection.LINK, link.group())
    folded = fold(said)
    own = next((word for word in unwanted if fold(word) in folded), None)
    return None if own is None else Objected(Objection.WORD, own)
