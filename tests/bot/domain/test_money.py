"""Money is whole minor units: read exactly or refused, written as people and files want it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import money
from bot.domain.records import Currency
from bot.errors import InputError

CNY, JPY, KWD = Currency("CNY"), Currency("JPY"), Currency("KWD")


@pytest.mark.parametrize(
    ("text", "code", "minor"),
    [
        ("12.50", CNY, 1250),
        ("12.5", CNY, 1250),
        ("12.500", CNY, 1250),
        (" 7 ", CNY, 700),
        ("-3.10", CNY, -310),
        ("1250", JPY, 1250),
        ("1.250", KWD, 1250),
        (".5", CNY, 50),
        ("0", CNY, 0),
    ],
)
def test_an_amount_is_read_to_the_minor_unit(text: str, code: Currency, minor: int) -> None:
    assert money.to_minor(text, code) == minor


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", CNY), (".", CNY), ("-", CNY), ("NaN", CNY), ("Infinity", CNY), ("1e9", CNY),
        ("1,000", CNY), ("12.5.0", CNY), ("--1", CNY), ("１２", CNY), ("12.505", CNY),
        ("12.5", JPY), ("1.2345", KWD), ("9" * 19, CNY), ("99999999999999999", CNY),
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str, code: Currency) -> None:
    with pytest.raises(InputError):
        money.to_minor(text, code)


def test_a_currency_is_checked_in_any_case() -> None:
    assert money.currency(" cny ") == "CNY"
    with pytest.raises(InputError, match="ISO 4217"):
        money.currency("XYZ")


@pytest.mark.parametrize(
    ("minor", "code", "written", "plain"),
    [
        (125000, CNY, "¥1,250.00", "1250.00"),
        (-310, Currency("USD"), "-$3.10", "-3.10"),
        (1250, JPY, "JP¥1,250", "1250"),
        (10_000, KWD, "10.000 KWD", "10.000"),
        (0, CNY, "¥0.00", "0.00"),
    ],
)
def test_an_amount_is_written_for_people_and_for_files(
    minor: int, code: Currency, written: str, plain: str
) -> None:
    assert money.written(minor, code) == written
    assert money.plain(minor, code) == plain


@given(st.integers(-(10**15), 10**15), st.sampled_from([CNY, JPY, KWD]))
def test_what_is_written_for_a_file_is_read_back(minor: int, code: Currency) -> None:
    assert money.to_minor(money.plain(minor, code), code) == minor
