"""Reads the modules of a code back out of a finished picture, as a scanner would see them."""

from io import BytesIO

from PIL import Image

from bot.domain.posters.layout import CODE, FOOT_TOP, MARGIN, WIDTH
from bot.pictures.codes import Matrix, matrix

LIGHT = 128


def scanned(picture: bytes, *, modules: int) -> Matrix:
    """Each module of the code on a poster by its middle: True where it is dark."""
    with Image.open(BytesIO(picture)) as found:
        grey = found.convert("L")
    scale = CODE // modules
    spare = (CODE - scale * modules) // 2
    left, top = WIDTH - MARGIN - CODE + spare, FOOT_TOP + spare

    def is_dark(column: int, row: int) -> bool:
        where = (left + column * scale + scale // 2, top + row * scale + scale // 2)
        value = grey.getpixel(where)
        assert isinstance(value, int | float)
        return value < LIGHT

    return tuple(tuple(is_dark(column, row) for column in range(modules)) for row in range(modules))


def leads_to(picture: bytes, url: str) -> bool:
    """Whether the code on a poster is that of ``url``, module by module."""
    wanted = matrix(url)
    return scanned(picture, modules=len(wanted)) == wanted
