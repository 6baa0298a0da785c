"""A text cut into the words that the vocabulary knows and those that it does not."""

from collections.abc import Iterator
from functools import cache

from bot.domain.catalogue.matching import fold
from bot.domain.questions.vocabulary import fillers, topics
from bot.domain.questions.vocabulary.tree import (
    NAMES,
    Kind,
    Piece,
    Token,
    is_han,
    known,
    listed,
    tokens_of,
)

__all__ = ["NAMES", "Kind", "Piece", "is_han", "near_topic", "pieces", "simplified"]

NEAR = 5
"""Letters from which on a word of a topic is still known with one slip in it."""
_PARTICLES = frozenset("的了吗呢吧啊呀嘛么")


def simplified(text: str) -> str:
    """``text`` with the commonest traditional characters as simplified ones."""
    return text.translate(_simplifying())


def pieces(text: str) -> list[Piece]:
    """``text`` in its words, the fewest and longest that cover it; unknown ones as they are."""
    found: list[Piece] = []
    tokens: list[Token] = []
    for token in tokens_of(simplified(fold(text))):
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


def _covered(tokens: list[Token]) -> list[Piece]:
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
    tokens: list[Token], at: int, best: list[tuple[float, int, list[Piece] | None]]
) -> Iterator[tuple[float, int, list[Piece] | None]]:
    """Every first word at ``at``: its cost with all that follows, its tokens, its meanings."""
    node = known()
    for end in range(at, len(tokens)):
        following = node.then.get(tokens[end].text)
        if following is None:
            break
        node = following
        if node.meanings:
            length = end + 1 - at
            cost = 1.0 if length > 1 or not is_han(tokens[at].text) else 1.5
            if length == 1 and tokens[at].text in _PARTICLES:
                cost = 0.3
            yield cost + best[end + 1][0], length, node.meanings
    if not is_han(tokens[at].text):
        yield 2.0 + best[at + 1][0], 1, None
        return
    for end in range(at, len(tokens)):
        if not is_han(tokens[end].text) or (end > at and tokens[end].is_spaced):
            return
        yield 1.0 + 1.3 * (end + 1 - at) + best[end + 1][0], end + 1 - at, None


def _joined(tokens: list[Token]) -> str:
    return "".join(token.text for token in tokens)


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
        for word in listed(words):
            if word.isascii() and word.isalpha() and len(word) >= NEAR:
                piece = Piece(word, Kind.TOPIC, topic=topic)
                for each in _slips(word):
                    found.setdefault(each, piece)
    return found


def _slips(word: str) -> set[str]:
    """``word`` and what it is with any one letter left out: two of them meet one slip apart."""
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}
