"""A photo that somebody else made, opened with limits: one of goods, never a bomb."""

from typing import BinaryIO

from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.Image import DecompressionBombError, DecompressionBombWarning

PIXELS_LIMIT = 12_500_000
"""A phone's photo; unpacked it takes some 50 MB for a moment, twice that where it is clear."""
EDGE_LEAST = 16
"""Smaller ones are counters' pixels, not photos."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
WHITE = (255, 255, 255)


def opened(file: BinaryIO, *, within: tuple[int, int]) -> Image.Image | None:
    """The first picture in ``file`` upright, opaque and no larger than ``within``; else None.

    None stands for whatever is no picture, is broken, too small or too large.
    """
    try:
        with Image.open(file, formats=FORMATS) as found:
            if found.width * found.height > PIXELS_LIMIT or min(found.size) < EDGE_LEAST:
                return None
            # A JPEG is unpacked at a fraction of its size where that is enough.
            found.draft("RGB", within)
            # reducing_gap shrinks in two steps: quick, and as good to the eye.
            found.thumbnail(within, Image.Resampling.LANCZOS, reducing_gap=2.0)
            return _opaque(ImageOps.exif_transpose(found))
    except (
        UnidentifiedImageError, DecompressionBombError, DecompressionBombWarning, OSError,
        SyntaxError, ValueError, TypeError, EOFError, MemoryError, OverflowError, IndexError,
    ):  # fmt: skip
        # Pillow's readers raise all of these over files that lie about themselves.
        return None


def _opaque(found: Image.Image) -> Image.Image:
    if found.mode in ("RGBA", "LA", "PA") or "transparency" in found.info:
        clear = found.convert("RGBA")
        ground = Image.new("RGB", clear.size, WHITE)
        ground.paste(clear, mask=clear.getchannel("A"))
        return ground
    return found.convert("RGB")
