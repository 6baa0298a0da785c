"""What stands where on a poster: everything within the sheet, nothing over anything else."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.posters.layout import (
    FOOT_TOP,
    HEIGHT,
    MARGIN,
    WIDTH,
    Code,
    Face,
    Pen,
    Photo,
    Words,
    sheet,
)
from bot.domain.posters.poster import Poster
from bot.domain.records import Currency, Offer, OfferFacts, OfferId
from tests.schemes import TEXTS

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
FACTS = OfferFacts(
    "p-1",
    "云南小粒咖啡豆 500g",
    "https://shop.example.com/p-1",
    2990,
    Currency("CNY"),
    1990,
    coupon="满29减10",
)
LONG = "维达抽纸超韧系列三层一百三十抽二十四包整箱家用母婴可用原生木浆湿水不易破" * 4


def measure(text: str, face: Face) -> float:
    """A full square for each ideograph, a bit more than half of one for the rest."""
    return sum(face.size * (1.0 if ord(each) > 0x2E80 else 0.58) for each in text)


PEN = Pen(measure, lambda character: character not in "₹😀")


def words_of(
    language: str = "zh", *, has_photo: bool = True, pen: Pen = PEN, **changed: Any
) -> list[Words]:
    """The texts of a poster of an offer with other facts ``changed``."""
    return [mark for mark in marks_of(language, has_photo, pen, changed) if isinstance(mark, Words)]


def marks_of(language: str, has_photo: bool, pen: Pen, changed: dict[str, Any]) -> tuple[Any, ...]:
    offer = Offer(OfferId(1), "feed", replace(FACTS, **changed), NOON, None)
    url = "https://go.example.com/r/abcdefghijklm"
    poster = Poster(offer, TEXTS[language], ZoneInfo("Asia/Shanghai"), url)
    return sheet(poster, pen, has_photo=has_photo).marks


@pytest.mark.parametrize(
    ("language", "disclosure", "label", "as_of"),
    [
        ("zh", "「广告」扫码购买，推荐人会得到佣金", "券后价", "11月22日 周日 12:00 的价格"),
        ("en", "Ad: this link earns a commission", "After coupon", "Price as of Sun 22 Nov, 12:00"),
    ],
)
def test_the_disclosure_comes_first_and_the_price_says_its_time(
    language: str, disclosure: str, label: str, as_of: str
) -> None:
    found = words_of(language)
    assert found[0].text == disclosure
    said = [each.text for each in found]
    assert {label, "¥19.90", "¥29.90", "−33%", as_of} <= set(said)
    assert [each.text for each in found if each.is_struck] == ["¥29.90"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("has_photo", [True, False])
@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"title": LONG, "coupon": LONG},
        {"title": "Yunnan arabica coffee beans, medium roast, " * 9, "coupon": "SAVE300 " * 9},
        {"price_minor": 10**14, "sale_price_minor": 10**14 - 10**13, "currency": Currency("KWD")},
        {"price_minor": 129_800, "sale_price_minor": 99_800, "currency": Currency("JPY")},
        {"sale_price_minor": None, "coupon": None},
    ],
)
def test_nothing_leaves_the_sheet_or_covers_anything_else(
    language: str, has_photo: bool, changed: dict[str, Any]
) -> None:
    marks = marks_of(language, has_photo, PEN, changed)
    boxes = [box_of(mark) for mark in marks if isinstance(mark, Words | Photo | Code)]
    for left, top, right, bottom in boxes:
        assert left >= MARGIN - 8
        assert right <= WIDTH - MARGIN + 8
        assert top >= 0
        assert bottom <= HEIGHT
    for one, other in combinations(boxes, 2):
        is_apart = one[2] <= other[0] or other[2] <= one[0]
        is_apart |= one[3] <= other[1] or other[3] <= one[1]
        assert is_apart, (one, other)


def box_of(mark: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of what is drawn."""
    match mark:
        case Words():
            size = mark.face.size
            width = measure(mark.text, mark.face)
            return mark.x, mark.y - size * 0.8, mark.x + width, mark.y + size * 0.12
        case Photo():
            return mark.x, mark.y, mark.x + mark.width, mark.y + mark.height
    return mark.x, mark.y, mark.x + mark.edge, mark.y + mark.edge


def test_without_a_photo_the_title_takes_its_place() -> None:
    pictured, plain = words_of(), words_of(has_photo=False)
    of = [next(each for each in found if "咖啡" in each.text) for found in (pictured, plain)]
    assert of[1].face.size > of[0].face.size
    assert not any(isinstance(mark, Photo) for mark in marks_of("zh", False, PEN, {}))


def test_a_price_that_nothing_lowers_stands_alone() -> None:
    found = words_of(sale_price_minor=None, coupon=None)
    assert not any(each.is_struck for each in found)
    said = [each.text for each in found if each.y >= FOOT_TOP]
    assert said == [
        "现价", "¥29.90", "11月22日 周日 12:00 的价格", "最终价格以商家页面为准", "扫码看看"
    ]  # fmt: skip


def test_less_than_a_percent_is_not_boasted_with() -> None:
    said = [each.text for each in words_of(sale_price_minor=2989, coupon=None)]
    assert "现价" in said
    assert "¥29.90" in said
    assert not any("%" in text for text in said)


def test_a_sign_that_the_font_lacks_gives_way_to_the_code_of_the_currency() -> None:
    said = [each.text for each in words_of(currency=Currency("INR"))]
    assert {"19.90 INR", "29.90 INR"} <= set(said)


@pytest.mark.parametrize(("language", "title"), [("zh", "今日好物"), ("en", "A good find")])
def test_a_title_of_emoji_alone_gives_way_to_words_of_ours(language: str, title: str) -> None:
    assert title in [each.text for each in words_of(language, title="😀😀")]
