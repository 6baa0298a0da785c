"""Numbers in figures, numerals and both."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions.vocabulary import numbers


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("7", 7), ("1,200", 1200), ("10 000", 10000), ("2.5", Fraction(5, 2)), ("2k", 2000),
        ("3千", 3000), ("1.5万", 15000), ("三", 3), ("十", 10), ("十二", 12), ("二十", 20),
        ("五十", 50), ("百", 100), ("两百", 200), ("一百五", 150), ("一千二", 1200),
        ("三千零五", 3005), ("一万", 10000), ("一万二", 12000), ("万", 10000),
        ("半", Fraction(1, 2)),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(text: str, amount: Fraction) -> None:
    assert numbers.value(text) == amount


@pytest.mark.parametrize("text", ["二三", "一万万", "半斤八两"[:2], "9" * 12 + "万"])
def test_what_is_no_number_is_none(text: str) -> None:
    assert numbers.value(text) is None


@given(st.integers(0, 999_999))
def test_figures_mean_themselves(number: int) -> None:
    assert re.fullmatch(numbers.PATTERN, str(number))
    assert numbers.value(str(number)) == numbers.value(f"{number:,}") == number
