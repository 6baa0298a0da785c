"""Titles of any kind made into lines of a picture: only what the font has, by measured width."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from bot.domain.posts.characters import ELLIPSIS, cleaned, clusters

Has = Callable[[str], bool]
"""Whether the font has a sign of its own for a character."""
Measure = Callable[[str], float]
"""How many pixels a text is wide."""

_CLOSING = frozenset("、。，．！？：；…’”〉》」』】〕）％‰℃,.!?:;)]}%'\"")
"""No line begins with these."""
_OPENING = frozenset("‘“〈《「『【〔（([{¥$€£")
"""No line ends with these."""
_IDEOGRAPHS = re.compile(
    "[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
_LAST_WORD = re.compile(r"(?<=[ -])[A-Za-z0-9]{1,12}$")
_UNSEEN = ("Mn", "Cf")
DOTS = "..."
"""Stands for "…" among Latin letters: in a Chinese font that is as wide as an ideograph."""
_KEYCAPS = re.compile("[0-9#*]\ufe0f?\u20e3")


def drawable(text: str, has: Has) -> str:
    """``text`` without what the font lacks: emoji and rare characters leave no empty boxes.

    What people see as one character stays whole or goes whole.
    """
    plain = _KEYCAPS.sub(" ", unicodedata.normalize("NFC", cleaned(text)))
    # In a Chinese font a curly apostrophe is as wide as an ideograph.
    plain = re.sub("(?<=[A-Za-z0-9])\u2019(?=[A-Za-z])", "'", plain)
    kept = (_kept(cluster, has) for cluster in clusters(plain))
    # Brackets that held nothing but an emoji go with it, and so does its blank before a sign.
    words = re.sub(r"[(（\[【]\s*[)）\]】]", " ", "".join(kept))
    words = re.sub(r"\s+(?=[)）\]】」』》，。！？、])", "", words)
    return " ".join(words.split())


def wrapped(text: str, measure: Measure, width: float, limit: int) -> list[str]:
    """``text`` in at most ``limit`` lines no wider than ``width``; what is cut ends in "…".

    Chinese breaks anywhere but before a closing and behind an opening sign, other words at
    blanks; a word that is wider than a line is cut.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text, measure, width):
        longer = line + piece
        if not line or measure(longer.rstrip()) <= width:
            line = longer.lstrip() if not line else longer
            continue
        lines.append(line.rstrip())
        line = piece.lstrip()
    lines += [line.rstrip()] if line.strip() else []
    if len(lines) <= limit:
        return lines
    return [*lines[: limit - 1], shortened(lines[limit - 1], measure, width, is_cut=True)]


def shortened(text: str, measure: Measure, width: float, *, is_cut: bool = False) -> str:
    """``text`` in one line no wider than ``width``, with "…" where something is left out.

    ``is_cut`` says that there was more than ``text`` already.
    """
    if not is_cut and measure(text) <= width:
        return text
    parts, sign = clusters(text), ELLIPSIS if _IDEOGRAPHS.search(text) else DOTS
    count = len(parts)
    while count and measure("".join(parts[:count]).rstrip() + sign) > width:
        count -= 1
    kept, rest = "".join(parts[:count]), "".join(parts[count:])
    # Half a word is dropped, where it is one of few letters.
    if rest[:1].isalnum() and (half := _LAST_WORD.search(kept)):
        kept = kept[: half.start()]
    return kept.rstrip() + sign


def fitting(text: str, measures: Sequence[tuple[int, Measure]], width: float) -> int:
    """The first size of ``measures`` at which ``text`` is no wider than ``width``, or the last."""
    for size, measure in measures:
        if measure(text) <= width:
            return size
    return measures[-1][0]


def _kept(cluster: str, has: Has) -> str:
    seen = [each for each in cluster if unicodedata.category(each) not in _UNSEEN or has(each)]
    # A blank in place of what goes keeps the words beside it apart.
    return "".join(seen) if seen and all(map(has, seen)) else " "


def _pieces(text: str, measure: Measure, width: float) -> Iterator[str]:
    """What is never broken: words with the blank before them, ideographs with their signs."""
    piece = ""
    for cluster in clusters(text):
        if piece and _breaks(piece, cluster):
            yield from _cut(piece, measure, width)
            piece = ""
        piece += cluster
    if piece:
        yield from _cut(piece, measure, width)


def _breaks(piece: str, following: str) -> bool:
    before = piece[-1]
    if following in _CLOSING or before in _OPENING or before.isspace():
        return False
    if following.isspace():
        return True
    return bool(_IDEOGRAPHS.match(before) or _IDEOGRAPHS.match(following))


def _cut(piece: str, measure: Measure, width: float) -> Iterator[str]:
    if measure(piece.strip()) <= width:
        yield piece
        return
    part = ""
    for cluster in clusters(piece):
        if part and measure((part + cluster).strip()) > width:
            yield part
            part = ""
        part += cluster
    yield part
