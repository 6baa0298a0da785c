"""Words in, what they are looked up by out: a question and an offer are folded and cut alike.

Chinese, Japanese and Korean have no spaces: their runs are cut into pairs of neighbours, so that
any part of a word of two characters or more is found. Other scripts count by whole words.
"""

import re
import unicodedata
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from bot.domain.records import OfferFacts

WORDS_LIMIT = 6
"""More words only narrow a search down to nothing."""
WORD_LIMIT = 64
"""Characters of one word."""
BEGINNING = 3
"""Letters or digits from which on a word may be the beginning of another."""
ID_BITS = 44
"""Of a place; the rest of its 63 bits are popularity."""
EXACT_BITS = 14
"""Popularity keeps this many leading bits of the sales: all of them below 16,384."""
LEAST_POPULAR = (1 << 63 - ID_BITS) - 1

_DENSE = "\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_DENSE}]+)|([^\W_{_DENSE}]+)")
_INSIDE = re.compile(rf"[^\W_{_DENSE}]")


def fold(text: str) -> str:
    """Full-width and compatibility forms, case and spacing made one: "Ｔ-Shirt " is "t-shirt"."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.lower().split())


def search_words(question: str) -> tuple[str, ...]:
    """The folded words of ``question``, each once, in their order; none for an empty question."""
    words = dict.fromkeys(word[:WORD_LIMIT] for word in fold(question).split())
    return tuple(words)[:WORDS_LIMIT]


def searched(title: str, brand: str | None, category: str | None) -> str:
    """The folded text of an offer in which words are looked for."""
    return fold(f"{title} {brand or ''} {category or ''}")


def searched_of(facts: OfferFacts) -> str:
    """The same of the facts of an offer."""
    return searched(facts.title, facts.brand, facts.category)


# ---------------------------------------------------------------- terms of the index


def index_terms(text: str) -> list[str]:
    """What a folded ``text`` is found by, each term once, in its order.

    Pairs of neighbours of a dense script and the last character of each run, so that one
    character alone is always the beginning of a term; other words whole and without a plural.
    """
    terms: dict[str, None] = {}
    for dense, word in _RUNS.findall(text):
        if word:
            terms[stem(word[:WORD_LIMIT])] = None
        else:
            terms.update(dict.fromkeys(map("".join, zip(dense, dense[1:], strict=False))))
            terms[dense[-1]] = None
    return list(terms)


def spellings(text: str) -> set[str]:
    """The words of a folded ``text`` by which a misspelt one can be put right.

    They are of letters alone, with and without their plural.
    """
    words = {
        word
        for _, word in _RUNS.findall(text)
        if BEGINNING <= len(word) <= WORD_LIMIT // 2 and word.isalpha()
    }
    return words | set(map(stem, words))


def stem(word: str) -> str:
    """An English ``word`` without its plural: "tissues" and "tissue" are one, "boxes" is "box"."""
    if len(word) < 4 or word[-1] != "s" or word[-2:] in ("ss", "us", "is") or not word.isascii():
        return word
    if not word.isalpha():
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "zes", "ches", "shes")):
        return word[:-2]
    return word[:-1]


def place(offer_id: int, sales: int | None) -> int:
    """Where an offer stands among all, the best sold at the smallest number, 63 bits.

    Popularity is a number of floating point, all in integers: from 16,384 sales on it is exact
    to one part in 8,192. Offers that sold alike stand in the order of their ids.
    """
    known = max(sales or 0, 0)
    shift = max(known.bit_length() - EXACT_BITS, 0)
    popularity = (shift << EXACT_BITS - 1) + (known >> shift)
    return LEAST_POPULAR - min(popularity, LEAST_POPULAR) << ID_BITS | offer_id


# ---------------------------------------------------------------- what is looked for


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the index that must be there; or the beginning of one."""

    text: str
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """One alternative as it is looked up: all its ``terms`` must be met.

    Terms that cannot tell are looked at again: the whole ``runs`` of a dense script must stand
    in the text, and its ``words`` begin one there.
    """

    terms: tuple[Term, ...]
    runs: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def is_certain(self) -> bool:
        """Whether who has all the terms has the phrase."""
        return all(len(run) < 3 for run in self.runs)

    @property
    def can_begin(self) -> bool:
        """Whether its last word may be the beginning of another."""
        return bool(self.words) and len(self.words[-1]) >= BEGINNING

    def begun(self) -> "Phrase":
        """The same with its last word taken as the beginning of one."""
        last = Term(self.words[-1])
        terms = tuple(Term(each.text, each.is_beginning or each == last) for each in self.terms)
        return Phrase(terms, self.runs, self.words)

    def stands_in(self, text: str) -> bool:
        """Whether a folded ``text`` meets it."""
        return all(run in text for run in self.runs) and all(
            _begins_one(word, text) for word in self.words
        )


def phrase(alternative: str) -> Phrase | None:
    """How an ``alternative`` is looked up; None for one without a letter or digit."""
    terms: dict[Term, None] = {}
    runs, words = [], []
    for dense, word in _RUNS.findall(fold(alternative)):
        if word:
            words.append(stem(word[:WORD_LIMIT]))
            terms[Term(words[-1])] = None
        elif len(dense) == 1:
            runs.append(dense)
            terms[Term(dense, is_beginning=True)] = None
        else:
            runs.append(dense[:WORD_LIMIT])
            pairs = zip(runs[-1], runs[-1][1:], strict=False)
            terms.update(dict.fromkeys(Term("".join(pair)) for pair in pairs))
    return Phrase(tuple(terms), tuple(runs), tuple(words)) if terms else None


def phrases(concepts: Iterable[Iterable[str]]) -> list[list[Phrase]]:
    """The phrases of every concept that has one; concepts of signs alone are left out."""
    found = [
        [made for alternative in concept if (made := phrase(alternative))] for concept in concepts
    ]
    return [concept for concept in found if concept]


def begun(
    concepts: Sequence[Sequence[Phrase]], words: Container[str] | None = None
) -> list[list[Phrase]]:
    """The same, with last words taken as beginnings where they are long enough.

    With ``words`` only those of them.
    """
    return [
        [
            each.begun() if each.can_begin and (words is None or each.words[-1] in words) else each
            for each in concept
        ]
        for concept in concepts
    ]


def _begins_one(word: str, text: str) -> bool:
    # The plural of "battery" begins like "batter" only.
    beginning = word[:-1] if word[-1] == "y" and len(word) > BEGINNING else word
    at = text.find(beginning)
    while at >= 0:
        if at == 0 or not _INSIDE.match(text, at - 1):
            return True
        at = text.find(beginning, at + 1)
    return False
