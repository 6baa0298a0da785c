"""Measures are the same in questions and offers, in either language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions import measures
from bot.domain.records import Measure


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("3L的电饭煲", 3000, "ml"), ("三升", 3000, "ml"), ("3 litre rice cooker", 3000, "ml"),
        ("500ml洗发水", 500, "ml"), ("５００ＭＬ", 500, "ml"), ("5公斤大米", 5_000_000, "mg"),
        ("十斤", 5_000_000, "mg"), ("半斤茶", 250_000, "mg"), ("二两", 100_000, "mg"),
        ("2 m cable", 2000, "mm"), ("6寸蛋糕", 152, "mm"), ("65W", 65_000, "mw"),
        ("22.5 W", 22_500, "mw"), ("2万毫安充电宝", 20_000, "mah"), ("24包", 24, "pcs"),
        ("pack of 12", 12, "pcs"), ("XL的", 5, "size"), ("size m", 3, "size"), ("2XL", 6, "size"),
        ("L码", 4, "size"), ("42码", 42, "shoe"), ("size 42", 42, "shoe"), ("256GB", 256, "gb"),
    ],
)  # fmt: skip
def test_a_measure_is_asked_for(text: str, amount: int, unit: str) -> None:
    assert measures.asked(text)[0] == Measure(amount, unit)


@pytest.mark.parametrize(
    "text",
    [
        "一包纸巾",
        "这两件",
        "三只松鼠坚果",
        "iphone 15",
        "30天最低吗",
        "5号电池",
        "$99 对吧",
        "二三斤",
    ],
)
def test_what_only_looks_like_a_measure_is_none(text: str) -> None:
    assert measures.asked(text)[0] is None


def test_the_rest_of_the_question_is_kept() -> None:
    assert measures.asked("3L 电饭煲")[1].strip() == "电饭煲"


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("45×60 厘米", Measure(600, "mm")), ("370–1050 毫升五件", Measure(500, "ml")),
        ("尺码 S–3XL", Measure(5, "size")), ("均码 37–43", Measure(42, "shoe")),
        ("天然皂液 2kg×2瓶", Measure(2_000_000, "mg")), ("10 000 mAh", Measure(10_000, "mah")),
        ("Set of 3", Measure(3, "pcs")), ("13.3 inch", Measure(340, "mm")),
    ],
)  # fmt: skip
def test_an_offer_meets_a_measure_that_it_states(text: str, measure: Measure) -> None:
    assert any(span.meets(measure) for span in measures.spans(text))


def test_counts_are_met_exactly_and_kinds_are_not_mixed() -> None:
    (span,) = measures.spans("100 片")
    assert not span.meets(Measure(101, "pcs"))
    assert not span.meets(Measure(100, "ml"))


@given(st.integers(2, 9_999), st.sampled_from(["ml", "g", "kg", "cm", "w", "mah", "pcs"]))
def test_every_measure_is_read_back_with_and_without_a_blank(number: int, unit: str) -> None:
    one, other = measures.spans(f"{number}{unit}"), measures.spans(f"{number} {unit}")
    assert (one[0].low, one[0].unit) == (other[0].low, other[0].unit)
