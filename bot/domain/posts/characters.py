"""What any title may hold and Telegram counts: cleaning, measuring, shortening, isolating."""

import re
import unicodedata
from itertools import accumulate

_JOINER = "\u200d"
_KEPT_FORMATS = frozenset({_JOINER, "\u200c"})
"""Zero-width joiner and non-joiner shape emoji and Persian words; other formats only deceive."""
_TAGS = range(0xE0020, 0xE0080)
"""Invisible letters that make the flags of England, Scotland and Wales."""
_MODIFIERS = range(0x1F3FB, 0x1F400)
_REGIONS = range(0x1F1E6, 0x1F200)
_NOT_CHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff]")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"
ELLIPSIS = "…"


def units(text: str) -> int:
    """Length of ``text`` as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cleaned(text: str) -> str:
    """One line of ``text`` without controls, lone surrogates and marks that turn its direction."""
    kept = (character for character in text if _is_kept(character))
    return " ".join(_NOT_CHARACTERS.sub("", "".join(kept)).split())


def shortened(text: str, limit: int) -> str:
    """``text`` in at most ``limit`` UTF-16 units, cut between what people see as characters.

    A cut text ends in an ellipsis. A single character beyond the limit (letters under a tower
    of marks) is left out.
    """
    if units(text) <= limit:
        return text
    found = clusters(text)
    lengths = accumulate(units(cluster) for cluster in found)
    fitting = sum(length <= limit - units(ELLIPSIS) for length in lengths)
    return "".join(found[:fitting]).rstrip() + ELLIPSIS


def isolated(text: str) -> str:
    """``text`` walled off where it holds right-to-left letters, so that they turn nothing else."""
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text):
        return f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}"
    return text


def clusters(text: str) -> list[str]:
    """``text`` cut into what people see as characters: marks, emoji joins and flags together."""
    found: list[str] = []
    regions = 0
    for character in text:
        is_region = ord(character) in _REGIONS
        is_second_region = is_region and regions % 2 == 1
        if found and (is_second_region or _extends(character) or found[-1][-1] == _JOINER):
            found[-1] += character
        else:
            found.append(character)
        regions = regions + 1 if is_region else 0
    return found


def _extends(character: str) -> bool:
    return (
        character in _KEPT_FORMATS
        or unicodedata.category(character) in ("Mn", "Mc", "Me")
        or ord(character) in _MODIFIERS
        or ord(character) in _TAGS
    )


def _is_kept(character: str) -> bool:
    match unicodedata.category(character):
        case "Cc":
            # Line ends and tabs become the blank between two words.
            return character.isspace()
        case "Cf":
            return character in _KEPT_FORMATS or ord(character) in _TAGS
        case "Cs":
            return False
    return True
