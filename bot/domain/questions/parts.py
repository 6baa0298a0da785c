"""The words of a question sorted out: topics, names of goods, and the sides of a comparison."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.questions.measures import sign
from bot.domain.questions.vocabulary.lexicon import NAMES, Kind, Piece, is_han, near_topic
from bot.domain.records import Bounds, Measure, Topic

CONCEPTS_LIMIT = 6
"""More words only narrow a search down to nothing."""
_BEFORE_NAMES = "有买要找求问我想这那你和给请把来很太好"
_AFTER_NAMES = "吗呢有多好不没是和在能会"
_JOINTS = "和与跟"
_JOINED = re.compile("([\u3400-\u9fff]{2,})([和与跟])([\u3400-\u9fff]{2,})")


@dataclass(frozen=True, slots=True)
class Parts:
    """What stands in a question."""

    text: str
    pieces: tuple[Piece, ...]
    topics: tuple[Topic, ...]
    bounds: Bounds | None
    measure: Measure | None
    is_reply: bool

    def has(self, *kinds: Kind) -> bool:
        """Whether any word is of one of ``kinds``."""
        return any(piece.kind in kinds for piece in self.pieces)

    @property
    def is_of_context(self) -> bool:
        """Whether it speaks of an offer that was shown."""
        return self.has(Kind.CONTEXT, Kind.PAIR) or self.is_reply


def understood(found: Sequence[Piece]) -> tuple[Piece, ...]:
    """The pieces with misspelt topics put right and unknown runs freed of small words."""
    kept: list[Piece] = []
    is_compared = any(piece.kind in (Kind.COMPARE, Kind.SPLIT_ALWAYS) for piece in found)
    has_topic = any(piece.kind is Kind.TOPIC for piece in found)
    for piece in found:
        if piece.kind is not Kind.UNKNOWN:
            kept.append(piece)
            continue
        near = None if has_topic else near_topic(piece.text)
        if near:
            kept.append(near)
            continue
        if is_compared and kept and piece.text[0] in _JOINTS:
            # "抽纸" known, "和某物" not.
            kept.append(replace(piece, text=piece.text[0], kind=Kind.SPLIT))
            piece = replace(piece, text=piece.text[1:])
        elif is_compared and (halves := _JOINED.fullmatch(piece.text)):
            first, joint, second = halves.groups()
            kept.append(replace(piece, text=first, alternatives=(first,)))
            kept.append(replace(piece, text=joint, kind=Kind.SPLIT))
            piece = replace(piece, text=second)
        text = piece.text
        if text and is_han(text[0]):
            text = text.lstrip(_BEFORE_NAMES) if len(text) > 2 else text
            text = text.rstrip(_AFTER_NAMES) if len(text) > 2 else text
        if _is_name(text, kept):
            kept.append(replace(piece, text=text, alternatives=(text,)))
    return tuple(kept)


def _is_name(text: str, before: Sequence[Piece]) -> bool:
    """Whether an unknown word can be looked for: a number only as part of a name."""
    if text.isdecimal():
        return bool(before) and before[-1].kind in (Kind.UNKNOWN, Kind.BRAND)
    return len(text) > 1


def concepts_of(found: Iterable[Piece]) -> tuple[tuple[str, ...], ...]:
    """What must be met, each thing once however often and in how many languages it is named."""
    concepts: list[tuple[str, ...]] = []
    seen: set[str] = set()
    listed = list(found)
    for piece, following in zip(listed, [*listed[1:], None], strict=False):
        if piece.kind not in (*NAMES, Kind.UNKNOWN) or is_part(piece, following):
            continue
        names = piece.groups or {piece.text}
        if not seen & names:
            concepts.append(tuple(dict.fromkeys(piece.alternatives)))
        seen |= names
    return tuple(concepts[:CONCEPTS_LIMIT])


def is_part(piece: Piece, following: Piece | None) -> bool:
    """Whether an English name is the first part of the next one: a desk organiser is no desk."""
    return (
        piece.kind is Kind.GOOD
        and piece.text.isascii()
        and following is not None
        and following.kind is Kind.GOOD
        and following.text.isascii()
    )


def sides_of(found: Sequence[Piece], parting: set[Kind]) -> list[list[Piece]]:
    """``found`` cut at the words of the kinds ``parting``, which belong to no side."""
    sides: list[list[Piece]] = [[]]
    for piece in found:
        if piece.kind in parting:
            sides.append([])
        else:
            sides[-1].append(piece)
    return sides


def measured(
    sides: Sequence[Sequence[Piece]], known: Sequence[Measure]
) -> list[tuple[list[Piece], Measure | None]]:
    """Those of ``sides`` that name goods or a measure: one without goods means the others'."""
    signs = {sign(place): measure for place, measure in enumerate(known)}
    found: list[tuple[list[Piece], Measure | None]] = []
    for side in sides:
        own = [signs[piece.text] for piece in side if piece.text in signs]
        rest = [piece for piece in side if piece.text not in signs]
        if own or concepts_of(rest):
            found.append((rest, own[0] if own else None))
    named = [rest for rest, _ in reversed(found) if concepts_of(rest)]
    filled = with_heads([rest if concepts_of(rest) else named[0] for rest, _ in found])
    return [(rest, measure) for rest, (_, measure) in zip(filled, found, strict=True)]


def is_context(piece: Piece) -> bool:
    """Whether the word points at an offer that was shown."""
    return piece.kind is Kind.CONTEXT


def is_against(piece: Piece) -> bool:
    """Whether the word sets one thing against another."""
    return piece.kind is Kind.SPLIT and piece.text in ("than", "比")


def is_which(piece: Piece) -> bool:
    """Whether the word asks for one of several."""
    return piece.text in ("哪个", "哪款", "which")


def with_heads(sides: list[list[Piece]]) -> list[list[Piece]]:
    """A side that names only a brand or a trait means the goods of the other one."""
    heads = [piece for side in reversed(sides) for piece in side if _is_plainly_goods(piece)]
    return [[*side, heads[0]] if heads and _lacks_goods(side) else side for side in sides]


def _is_plainly_goods(piece: Piece) -> bool:
    return piece.kind is Kind.GOOD and piece.also is None


def _lacks_goods(side: Sequence[Piece]) -> bool:
    named = [piece for piece in side if piece.kind in (*NAMES, Kind.UNKNOWN)]
    return bool(named) and all(
        piece.kind is Kind.TRAIT or Kind.BRAND in (piece.kind, piece.also) for piece in named
    )
