"""A text cut into the words that the vocabulary knows and those that it does not."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from bot.domain.catalogue.matching import fold, stem
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
NEAR = 5
"""Letters from which on a word of a topic is still known with one slip in it."""
_HAN = ("\u3400", "\u9fff")
_PARTICLES = frozenset("的了吗呢吧啊呀嘛么")
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
class _Node:
    """A place in the tree of known words."""

    then: dict[str, "_Node"] = field(default_factory=dict)
    meanings: list[Piece] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    is_spaced: bool
    """Whether a blank stood before it."""


def is_han(character: str) -> bool:
    """Whether it is a Chinese character."""
    return _HAN[0] <= character <= _HAN[1]


def simplified(text: str) -> str:
    """``text`` with the commonest traditional characters as simplified ones."""
    return text.translate(_simplifying())


def pieces(text: str) -> list[Piece]:
    """``text`` in its words, the fewest and longest that cover it; unknown ones as they are."""
    found: list[Piece] = []
    tokens: list[_Token] = []
    for token in _tokens(simplified(fold(text))):
        if token.text:
            tokens.append(token)
        else:
            found += [*_covered(tokens), Piece("", Kind.BREAK)]
            tokens = []
    return found + _covered(tokens)


def near_topic(word: str) -> Piece | None:
    """The word of a topic that a Latin ``word`` is one slip of the keyboard away from."""
    if len(word) < NEAR or not word.isascii():
        return None
    return next((_slipped()[each] for each in sorted(_slips(word)) if each in _slipped()), None)


# ---------------------------------------------------------------- cutting


def _tokens(text: str) -> Iterator[_Token]:
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
            yield _Token(stem(word), is_spaced)
            word, is_spaced, count = "", False, count + 1
        if count >= TOKENS_LIMIT:
            return
        if is_han(character):
            yield _Token(character, is_spaced)
            is_spaced, count = False, count + 1
        elif character.isspace() or character in _INSIDE:
            is_spaced = True
        elif not _is_mark(character):
            yield _Token("", False)


def _is_mark(character: str) -> bool:
    """Whether a sign only decorates: variation selectors, joiners, accents on their own."""
    return unicodedata.category(character)[0] in "MC"


def _covered(tokens: list[_Token]) -> list[Piece]:
    """The cheapest way to cover ``tokens``; of equal ones that with the longest words first."""
    best: list[tuple[float, int, list[Piece] | None]] = [(0.0, 0, None)] * (len(tokens) + 1)
    for at in range(len(tokens) - 1, -1, -1):
        best[at] = min(_ways(tokens, at, best), key=lambda way: (way[0], -way[1]))
    found: list[Piece] = []
    at = 0
    while at < len(tokens):
        _, length, meanings = best[at]
        found += meanings or [Piece(_joined(tokens[at : at + length]), Kind.UNKNOWN)]
        at += length
    return found


def _ways(
    tokens: list[_Token], at: int, best: list[tuple[float, int, list[Piece] | None]]
) -> Iterator[tuple[float, int, list[Piece] | None]]:
    """Every first word at ``at``: its cost with all that follows, its tokens, its meanings."""
    node = _known()
    for end in range(at, len(tokens)):
        following = node.then.get(tokens[end].text)
        if following is None:
            break
        node = following
        if node.meanings:
            length = end + 1 - at
            cost = 1.0 if length > 1 or not is_han(tokens[at].text) else 1.2
            if length == 1 and tokens[at].text in _PARTICLES:
                cost = 0.3
            yield cost + best[end + 1][0], length, node.meanings
    if not is_han(tokens[at].text):
        yield 2.0 + best[at + 1][0], 1, None
        return
    for end in range(at, len(tokens)):
        if not is_han(tokens[end].text) or (end > at and tokens[end].is_spaced):
            return
        yield 2.0 + end - at + best[end + 1][0], end + 1 - at, None


def _joined(tokens: list[_Token]) -> str:
    return "".join(token.text for token in tokens)


# ---------------------------------------------------------------- the vocabulary as a tree


@cache
def _known() -> _Node:
    root = _Node()
    for kind, words in _GROUPS:
        # A line that begins with blanks goes on with the one before.
        for line in words.strip().replace("\n  ", "").splitlines():
            _add_group(root, kind, line)
    for topic, words in topics.TOPICS.items():
        _add(root, _listed(words), Kind.TOPIC, topic)
    for kind, words in _LISTS:
        _add(root, _listed(words), kind)
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


def _listed(words: str) -> list[str]:
    return [word.strip() for word in words.replace("\n", "").split(",") if word.strip()]


def _add_group(root: _Node, kind: Kind, line: str) -> None:
    same, _, narrower = line.partition(">")
    keys = _listed(same)
    shown = tuple(
        dict.fromkeys(word for word in [*keys, *_listed(narrower)] if not word.startswith("~"))
    )
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


def _add(root: _Node, words: Iterable[str], kind: Kind, topic: Topic | None = None) -> None:
    for word in words:
        node = _place(root, word)
        if not node.meanings:
            node.meanings.append(Piece(word, kind, topic=topic))


def _place(root: _Node, word: str) -> _Node:
    node = root
    for token in _tokens(fold(word)):
        node = node.then.setdefault(token.text, _Node())
    return node


@cache
def _simplifying() -> dict[int, str]:
    pairs = fillers.TRADITIONAL
    return {ord(pairs[at]): pairs[at + 1] for at in range(0, len(pairs) - 1, 2)}


# ---------------------------------------------------------------- one slip


@cache
def _slipped() -> dict[str, Piece]:
    """Each spelling of a topic's word with a letter missing, or the word itself → its piece."""
    found: dict[str, Piece] = {}
    for topic, words in topics.TOPICS.items():
        for word in _listed(words):
            if word.isascii() and word.isalpha() and len(word) >= NEAR:
                piece = Piece(word, Kind.TOPIC, topic=topic)
                for each in _slips(word):
                    found.setdefault(each, piece)
    return found


def _slips(word: str) -> set[str]:
    """``word`` and what it is with any one letter left out: two of them meet one slip apart."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
