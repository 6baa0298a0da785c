"""The vocabulary as a tree of words, and how a text is cut into what stands in it."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from bot.domain.catalogue.matching import fold, stem
from bot.domain.questions.measures import UNITS
from bot.domain.questions.vocabulary import (
    brands,
    edible,
    fillers,
    household,
    personal,
    topics,
)
from bot.domain.records import Topic

TOKENS_LIMIT = 160
"""A longer text is no question; what follows is not read."""
_HAN = ("\u3400", "\u9fff")
_INSIDE = frozenset("-_/.+&·•'’‘`")
"""Marks inside a name: what stands on both sides of one belongs together."""


class Kind(StrEnum):
    """What a known word does in a question."""

    GOOD = "good"
    TRAIT = "trait"
    BRAND = "brand"
    DETAIL = "detail"
    TOPIC = "topic"
    NEXT_POST = "next_post"
    MY_ORDER = "my_order"
    FIND = "find"
    CHEAPEST = "cheapest"
    CHEAPER = "cheaper"
    SIMILAR = "similar"
    COMPARE = "compare"
    SPLIT_ALWAYS = "split_always"
    SPLIT = "split"
    CONTEXT = "context"
    PAIR = "pair"
    FILLER = "filler"
    UNKNOWN = "unknown"
    BREAK = "break"


NAMES = (Kind.GOOD, Kind.TRAIT, Kind.BRAND)
"""Kinds that name or narrow what is looked for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One word of a text as it was understood; ``alternatives`` name the same thing."""

    text: str
    kind: Kind
    alternatives: tuple[str, ...] = ()
    topic: Topic | None = None
    groups: frozenset[str] = frozenset()
    """First words of the groups of the vocabulary that it stands in."""
    also: Kind | None = None
    """What else it may be: 苹果 is a fruit and a brand."""


@dataclass(slots=True)
class Node:
    """A place in the tree of known words."""

    then: dict[str, "Node"] = field(default_factory=dict)
    meanings: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Token:
    """A Latin word without its plural or one Chinese character; an empty one is a break."""

    text: str
    is_spaced: bool
    """Whether a blank stood before it."""


def is_han(character: str) -> bool:
    """Whether it is a Chinese character."""
    return _HAN[0] <= character <= _HAN[1]


# ---------------------------------------------------------------- cutting


def tokens_of(text: str) -> Iterator[Token]:
    """Latin words without their plural, Chinese characters singly, breaks as empty tokens."""
    word, is_spaced, count = "", False, 0
    for character in [*text.replace("'s ", " ").replace("’s ", " ")[: TOKENS_LIMIT * 8], " "]:
        is_word = character.isalnum() and not is_han(character)
        if is_word:
            word += character
            continue
        if character in "'’" and word:
            continue
        if word:
            yield Token(stem(word), is_spaced)
            word, is_spaced, count = "", False, count + 1
        if count >= TOKENS_LIMIT:
            return
        if is_han(character):
            yield Token(character, is_spaced)
            is_spaced, count = False, count + 1
        elif character.isspace() or character in _INSIDE:
            is_spaced = True
        elif not _is_mark(character):
            yield Token("", False)


def _is_mark(character: str) -> bool:
    """Whether a sign only decorates: variation selectors, joiners, accents on their own."""
    return unicodedata.category(character)[0] in "MC"


# ---------------------------------------------------------------- the tree


@cache
def known() -> Node:
    """The whole vocabulary."""
    root = Node()
    for kind, words in _GROUPS:
        for line in _lines(words):
            _add_group(root, kind, line)
    for topic, words in topics.TOPICS.items():
        _add(root, listed(words), Kind.TOPIC, topic)
    counted = [each for each in UNITS if is_han(each[0])]
    _add(
        root, [f"{ask}{unit}" for ask in ("几", "多少") for unit in counted], Kind.TOPIC, Topic.SIZE
    )
    for kind, words in _LISTS:
        _add(root, listed(words), kind)
    return root


_GROUPS = (
    (Kind.GOOD, edible.GOODS),
    (Kind.GOOD, household.GOODS),
    (Kind.GOOD, personal.GOODS),
    (Kind.TRAIT, personal.TRAITS),
    (Kind.BRAND, brands.BRANDS),
    (Kind.DETAIL, fillers.DETAILS),
)
_LISTS = (
    (Kind.NEXT_POST, topics.NEXT_POST),
    (Kind.MY_ORDER, topics.MY_ORDER),
    (Kind.PAIR, topics.PAIR),
    (Kind.COMPARE, topics.COMPARE),
    (Kind.CHEAPER, topics.CHEAPER),
    (Kind.CHEAPEST, topics.CHEAPEST),
    (Kind.SIMILAR, topics.SIMILAR),
    (Kind.CONTEXT, topics.CONTEXT),
    (Kind.SPLIT_ALWAYS, topics.SPLIT_ALWAYS),
    (Kind.SPLIT, topics.SPLIT),
    (Kind.FIND, topics.FIND),
    (Kind.FILLER, fillers.FILLERS),
)
"""In the order of precedence: a word that is in two lists is what the first says."""


def listed(words: str) -> list[str]:
    """The words between commas."""
    return [word.strip() for word in words.replace("\n", "").split(",") if word.strip()]


def _add_group(root: Node, kind: Kind, line: str) -> None:
    same, _, narrower = line.partition(">")
    keys = listed(same)
    below = [same for word in listed(narrower) for same in _widened(word)]
    shown = tuple(dict.fromkeys(word for word in [*keys, *below] if not word.startswith("~")))
    group = keys[0]
    for word in dict.fromkeys(key.removeprefix("~") for key in keys):
        node = _place(root, word)
        first = Piece(word, kind, shown, groups=frozenset((group,)))
        if not node.meanings:
            node.meanings.append(first)
            continue
        known = node.meanings[0]
        merged = tuple(dict.fromkeys((*known.alternatives, *shown)))
        node.meanings[0] = Piece(word, known.kind, merged, groups=known.groups | {group}, also=kind)


def _widened(word: str, depth: int = 2) -> list[str]:
    """``word``, all that mean the same, and what is narrower still."""
    found = [word]
    for line in _lines_of().get(word, ()) if depth else ():
        same, _, narrower = line.partition(">")
        found += listed(same)
        found += [each for below in listed(narrower) for each in _widened(below, depth - 1)]
    return found


@cache
def _lines_of() -> dict[str, list[str]]:
    """Each word for goods → the lines of the vocabulary in whose first part it stands."""
    found: dict[str, list[str]] = {}
    for words in (edible.GOODS, household.GOODS, personal.GOODS):
        for line in _lines(words):
            for word in listed(line.partition(">")[0]):
                found.setdefault(word, []).append(line)
    return found


def _lines(words: str) -> list[str]:
    # A line that begins with blanks goes on with the one before.
    return words.strip().replace("\n  ", "").splitlines()


def _add(root: Node, words: Iterable[str], kind: Kind, topic: Topic | None = None) -> None:
    for word in words:
        node = _place(root, word)
        if not node.meanings:
            node.meanings.append(Piece(word, kind, topic=topic))


def _place(root: Node, word: str) -> Node:
    node = root
    for token in tokens_of(fold(word)):
        node = node.then.setdefault(token.text, Node())
    return node
