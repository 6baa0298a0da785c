"""Photos of others: upright, opaque, small enough; whatever else they are, they are none."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from bot.pictures.photos import opened

WITHIN = (400, 300)


def written(image: Image.Image, kind: str = "PNG", **more: Any) -> BytesIO:
    """A file of ``image``."""
    file = BytesIO()
    image.save(file, kind, **more)
    file.seek(0)
    return file


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_a_photo_is_made_to_fit(kind: str, mode: str) -> None:
    found = opened(written(Image.new(mode, (1200, 600), 200), kind), within=WITHIN)
    assert found is not None
    assert found.mode == "RGB"
    assert found.width <= 400
    assert found.height <= 300
    assert found.width == 2 * found.height


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stands_on_white(mode: str) -> None:
    image = Image.new("RGBA", (60, 60), (0, 0, 0, 0)).convert(mode)
    more: dict[str, Any] = {"transparency": image.getpixel((0, 0))} if mode == "P" else {}
    found = opened(written(image, **more), within=WITHIN)
    assert found is not None
    assert found.getpixel((30, 30)) == (255, 255, 255)


def test_a_photo_taken_sideways_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    found = opened(written(Image.new("RGB", (200, 100)), "JPEG", exif=exif), within=WITHIN)
    assert found is not None
    assert found.size == (100, 200)


def test_four_colours_of_print_become_three() -> None:
    found = opened(written(Image.new("CMYK", (60, 60)), "JPEG"), within=WITHIN)
    assert found is not None
    assert found.mode == "RGB"


def bomb(width: int, height: int) -> BytesIO:
    """A PNG of few bytes that says that it has many pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        said = struct.pack(">I", len(content)) + name + content
        return said + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", body), chunk(b"IEND", b""))
    return BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


@pytest.mark.parametrize(
    "file",
    [
        BytesIO(b""),
        BytesIO(b"<html>not found</html>"),
        BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        bomb(5_000, 5_000),
        bomb(10_000, 10_000),
        bomb(60_000, 60_000),
        bomb(1000, 1000),
        written(Image.new("RGB", (15, 600))),
        written(Image.new("RGB", (60, 60)), "BMP"),
    ],
    ids=["empty", "page", "svg", "25 MP", "100 MP", "3600 MP", "cut off", "sliver", "bmp"],
)
def test_what_is_no_photo_is_none(file: BytesIO) -> None:
    assert opened(file, within=WITHIN) is None


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_photo_that_breaks_off_is_none(kind: str) -> None:
    noise = Image.effect_noise((300, 300), 80).convert("RGB")
    whole = written(noise, kind).getvalue()
    assert opened(BytesIO(whole[: len(whole) // 2]), within=WITHIN) is None
