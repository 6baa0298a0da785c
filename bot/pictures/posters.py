"""Draws a poster that was laid out: one JPEG out, nothing kept."""

import contextlib
import ctypes
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageDraw, ImageFilter, ImageOps, ImageStat

from bot.domain.posters.layout import (
    HEIGHT,
    PAPER,
    WHITE,
    WIDTH,
    Code,
    Mark,
    Panel,
    Photo,
    Words,
    sheet,
)
from bot.domain.posters.poster import Poster
from bot.pictures import codes, fonts, photos

QUALITY = 92
SMOOTH = 3
"""Corners are drawn so many times larger and made smaller again."""
EVEN_SPREAD = 12.0
"""Up to this deviation a photo's rim counts as one colour."""
NEARLY = 0.8
"""A lively photo of nearly the right shape fills its place: so much of it is seen at least."""
BLUR, DIM = 28, 0.9
DARK = (0, 0, 0)

PHOTO_WITHIN = (1904, 1600)


def draw(poster: Poster, photo: BinaryIO | None) -> bytes:
    """The poster as a JPEG; ``photo`` is the file of the goods' picture, None without one.

    A photo that is none is left out. Takes some tenths of a second: call it on a thread, one at
    a time.
    """
    goods = photos.opened(photo, within=PHOTO_WITHIN) if photo is not None else None
    laid_out = sheet(poster, fonts.PEN, has_photo=goods is not None)
    with Image.new("RGB", (WIDTH, HEIGHT), PAPER) as canvas:
        for mark in laid_out.marks:
            _put(canvas, mark, goods, poster.url)
        written = BytesIO()
        # Every pixel keeps its own colour: a code with smeared edges scans worse.
        canvas.save(written, "JPEG", quality=QUALITY, subsampling=0)
    return written.getvalue()


def rest() -> None:
    """Give back the memory that drawing took, once nobody waits for a poster."""
    fonts.forget()
    # Python's allocator keeps what it freed; on Linux's C library it can be asked to let go.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _put(canvas: Image.Image, mark: Mark, goods: Image.Image | None, url: str) -> None:
    match mark:
        case Words():
            _write(canvas, mark)
        case Panel():
            size = (round(mark.width), round(mark.height))
            canvas.paste(
                mark.colour, (round(mark.x), round(mark.y)), _rounded(size, radius=mark.radius)
            )
        case Photo():
            if goods is not None:
                filled = _filled(goods, (mark.width, mark.height))
                corners = _rounded(filled.size, radius=mark.radius)
                canvas.paste(filled, (mark.x, mark.y), corners)
        case Code():
            _draw_code(canvas, mark, url)


def _write(canvas: Image.Image, words: Words) -> None:
    pen, face = ImageDraw.Draw(canvas), words.face
    heavier = fonts.stroke(face)
    font = fonts.font(face.size)
    where = (words.x + heavier / 2, words.y)
    pen.text(where, words.text, words.colour, font, anchor="ls", stroke_width=heavier)
    if words.is_struck:
        y = words.y - face.size * 0.36
        ends = (words.x - 4, y, words.x + fonts.measure(words.text, face) + 4, y)
        pen.line(ends, words.colour, max(2, face.size // 14))


def _draw_code(canvas: Image.Image, mark: Code, url: str) -> None:
    corners = _rounded((mark.edge, mark.edge), radius=mark.radius)
    canvas.paste(WHITE, (mark.x, mark.y), corners)
    modules = codes.matrix(url)
    scale = mark.edge // len(modules)
    spare = (mark.edge - scale * len(modules)) // 2
    pen = ImageDraw.Draw(canvas)
    for row, dark in enumerate(modules):
        y = mark.y + spare + row * scale
        for column, is_dark in enumerate(dark):
            if is_dark:
                x = mark.x + spare + column * scale
                pen.rectangle((x, y, x + scale - 1, y + scale - 1), DARK)


def _filled(goods: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The whole photo in the middle of ``size``, on its own colour or on a blur of itself.

    One that has nearly that shape, and no rim of one colour, fills it.
    """
    width, height = size
    scale, other = sorted((width / goods.width, height / goods.height))
    if scale / other >= NEARLY and not _is_even(_rim(goods)):
        return ImageOps.fit(goods, size, Image.Resampling.LANCZOS)
    fitted = goods.resize(
        (max(1, round(goods.width * scale)), max(1, round(goods.height * scale))),
        Image.Resampling.LANCZOS,
    )
    ground = _ground(fitted, size)
    ground.paste(fitted, ((width - fitted.width) // 2, (height - fitted.height) // 2))
    return ground


def _ground(photo: Image.Image, size: tuple[int, int]) -> Image.Image:
    rim = _rim(photo)
    if _is_even(rim):
        return Image.new("RGB", size, _middle(rim))
    # A small picture blurs as well as a large one, at a fraction of the work.
    small = (size[0] // 8, size[1] // 8)
    scale = max(small[0] / photo.width, small[1] / photo.height)
    cover = photo.resize((round(photo.width * scale) + 1, round(photo.height * scale) + 1))
    left, top = (cover.width - small[0]) // 2, (cover.height - small[1]) // 2
    cover = cover.crop((left, top, left + small[0], top + small[1]))
    cover = cover.filter(ImageFilter.GaussianBlur(BLUR / 8)).point(lambda value: value * DIM)
    return cover.resize(size, Image.Resampling.BICUBIC)


def _rim(photo: Image.Image) -> Image.Image:
    """The outermost pixels of a photo, one long row."""
    width, height = photo.size
    rim = Image.new("RGB", (2 * (width + height), 1))
    rim.paste(photo.crop((0, 0, width, 1)), (0, 0))
    rim.paste(photo.crop((0, height - 1, width, height)), (width, 0))
    for at, x in enumerate((0, width - 1)):
        side = photo.crop((x, 0, x + 1, height)).transpose(Image.Transpose.ROTATE_90)
        rim.paste(side, (2 * width + at * height, 0))
    return rim


def _is_even(rim: Image.Image) -> bool:
    return max(ImageStat.Stat(rim).stddev) <= EVEN_SPREAD


def _middle(rim: Image.Image) -> tuple[int, int, int]:
    red, green, blue = ImageStat.Stat(rim).median
    return int(red), int(green), int(blue)


def _rounded(size: tuple[int, int], *, radius: int) -> Image.Image:
    """A mask of ``size`` with smooth round corners."""
    mask = Image.new("L", size, 255)
    corner = Image.new("L", (radius * SMOOTH * 2, radius * SMOOTH * 2), 0)
    ImageDraw.Draw(corner).ellipse((0, 0, corner.width - 1, corner.height - 1), 255)
    corner = corner.reduce(SMOOTH)
    for left, top in ((0, 0), (1, 0), (0, 1), (1, 1)):
        piece = corner.crop((left * radius, top * radius, (left + 1) * radius, (top + 1) * radius))
        mask.paste(piece, (left * (size[0] - radius), top * (size[1] - radius)))
    return mask
