"""The font of our pictures: how wide its texts are, and which characters it has."""

import importlib.resources
from functools import lru_cache
from pathlib import Path

import noto_cjk_sans_otc
from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

from bot.domain.posters.layout import Face, Pen

SIMPLIFIED = "Noto Sans CJK SC"
"""The face of the collection that draws characters as they are written in mainland China."""
FACES_LIMIT = 20
SIZES_KEPT = 16
CHARACTERS_KEPT = 4_096
PROBE_SIZE = 24
MISSING = "\U0010fffe"
"""A character that no font has: it shows the box that stands for missing ones."""
BOLDER = 0.022
"""How much heavier the strokes of bold texts are, as a share of the size: there is one weight."""


@lru_cache(maxsize=SIZES_KEPT)
def font(size: int) -> FreeTypeFont:
    """The font in ``size`` pixels; only its pages that are needed come into memory."""
    # Kerning and ligatures by a shaping library would make widths differ between machines.
    basic = ImageFont.Layout.BASIC
    return ImageFont.truetype(str(_path()), size, index=_index(), layout_engine=basic)


@lru_cache(maxsize=CHARACTERS_KEPT)
def has(character: str) -> bool:
    """Whether the font has ``character``; blanks count as had."""
    return character.isspace() or _drawn(character) != _drawn(MISSING)


def measure(text: str, face: Face) -> float:
    """How many pixels ``text`` is wide."""
    return float(font(face.size).getlength(text)) + stroke(face)


def stroke(face: Face) -> float:
    """By how many pixels the outline of each stroke is moved outwards."""
    return round(face.size * BOLDER, 1) if face.is_bold else 0.0


PEN = Pen(measure, has)


def forget() -> None:
    """Give the fonts back that were opened."""
    font.cache_clear()


@lru_cache(maxsize=1)
def _path() -> Path:
    found = noto_cjk_sans_otc.FONT_PATH
    if isinstance(found, Path):
        return found
    # In an archive: unpacked once, for as long as the process lives.
    return importlib.resources.as_file(found).__enter__()


@lru_cache(maxsize=1)
def _index() -> int:
    for index in range(FACES_LIMIT):
        try:
            name, _ = ImageFont.truetype(str(_path()), PROBE_SIZE, index=index).getname()
        except OSError:
            break
        if name == SIMPLIFIED:
            return index
    return 0


def _drawn(character: str) -> tuple[tuple[int, int], bytes]:
    mask = font(PROBE_SIZE).getmask(character)
    return mask.size, bytes(mask)
