"""Finished posters: a picture of the right size, with a code that is whole, whatever the goods."""

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageDraw

from bot.domain.posters.layout import CONTENT, MARGIN, PICTURE_TOP, WIDTH
from bot.domain.posters.poster import Poster
from bot.domain.records import Currency, Offer, OfferFacts, OfferId
from bot.pictures import fonts
from bot.pictures.posters import draw, rest
from tests.bot.pictures.scanning import leads_to
from tests.schemes import TEXTS

URL = "https://go.example.com/r/abcdefghijklm"
FACTS = OfferFacts(
    "p-1", "云南小粒咖啡豆", "https://shop.example.com/p", 2990, Currency("CNY"), 1990
)
OFFER = Offer(OfferId(1), "feed", FACTS, datetime(2026, 11, 22, 4, 0, tzinfo=UTC), None)
POSTER = Poster(OFFER, TEXTS["zh"], ZoneInfo("Asia/Shanghai"), URL)


def photo(size: tuple[int, int], ground: str = "white") -> BytesIO:
    """A blue disc on ``ground``."""
    image = Image.new("RGB", size, ground)
    width, height = size
    ImageDraw.Draw(image).ellipse((width * 0.3, height * 0.3, width * 0.7, height * 0.7), "navy")
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    return file


def colour(picture: bytes, x: float, y: float) -> tuple[int, ...]:
    """The colour of a pixel of a finished poster."""
    with Image.open(BytesIO(picture)) as found:
        assert found.format == "JPEG"
        assert found.size == (1080, 1620)
        value = found.getpixel((int(x), int(y)))
    assert isinstance(value, tuple)
    return value


def is_near(found: tuple[int, ...], wanted: tuple[int, int, int]) -> bool:
    """Whether two colours are the same but for what JPEG makes of them."""
    return all(abs(one - other) < 12 for one, other in zip(found, wanted, strict=True))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "url", [URL, "http://127.0.0.1:8080/r/abcdefghijklm", f"https://{'long.' * 12}cn/r/{'a' * 13}"]
)
def test_the_code_on_the_finished_picture_is_that_of_the_link(language: str, url: str) -> None:
    picture = draw(replace(POSTER, texts=TEXTS[language], url=url), photo((600, 600)))
    assert leads_to(picture, url)
    assert not leads_to(picture, url[:-1] + "z")


def test_a_photo_stands_whole_on_its_own_colour() -> None:
    picture = draw(POSTER, photo((400, 800), ground="#ddeeff"))
    middle = PICTURE_TOP + 400
    assert is_near(colour(picture, WIDTH / 2, middle), (0, 0, 128))
    for x in (MARGIN + 40, MARGIN + CONTENT - 40):
        assert is_near(colour(picture, x, middle), (0xDD, 0xEE, 0xFF))


def test_a_photo_with_a_lively_rim_stands_on_a_blur_of_itself() -> None:
    image = Image.linear_gradient("L").resize((300, 900)).convert("RGB")
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    picture = draw(POSTER, file)
    dark = colour(picture, MARGIN + 100, PICTURE_TOP + 100)
    light = colour(picture, MARGIN + 100, PICTURE_TOP + 700)
    assert sum(dark) + 100 < sum(light)


def test_a_lively_photo_of_nearly_the_right_shape_fills_its_place() -> None:
    image = Image.linear_gradient("L").rotate(90).resize((900, 900)).convert("RGB")
    file = BytesIO()
    image.save(file, "PNG")
    file.seek(0)
    picture = draw(POSTER, file)
    left = colour(picture, MARGIN + 3, PICTURE_TOP + 400)
    right = colour(picture, MARGIN + CONTENT - 3, PICTURE_TOP + 400)
    assert sorted([sum(left), sum(right)])[0] < 30
    assert sorted([sum(left), sum(right)])[1] > 720


@pytest.mark.parametrize("file", [None, BytesIO(b"<html>404</html>")], ids=["none", "broken"])
def test_without_a_photo_there_is_a_clean_poster(file: BytesIO | None) -> None:
    picture = draw(POSTER, file)
    assert is_near(colour(picture, WIDTH / 2, PICTURE_TOP + 30), (0xF6, 0xE9, 0xDC))
    assert leads_to(picture, URL)


def test_after_a_rest_a_poster_is_drawn_as_before() -> None:
    before = draw(POSTER, None)
    rest()
    assert fonts.font.cache_info().currsize == 0
    assert draw(POSTER, None) == before


def test_no_start_waits_for_what_posters_need() -> None:
    looked_for = "{'PIL', 'segno', 'noto_cjk_sans_otc'} & {n.split('.')[0] for n in sys.modules}"
    program = f"import sys, bot.doors; print(sorted({looked_for}))"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert told.stdout.strip() == "[]", told.stderr
