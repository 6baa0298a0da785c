"""Amounts as feeds write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import CURRENCIES, plain
from bot.domain.records import Currency
from bot.errors import InputError
from bot.marketplaces.feeds.prices import read_price

CNY = Currency("CNY")


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("12.50 EUR", 1250, "EUR"),
        ("EUR 12.50", 1250, "EUR"),
        ("12.50EUR", 1250, "EUR"),
        ("12,50 eur", 1250, "EUR"),
        ("$2,030", 203000, "USD"),
        ("$2,030.50", 203050, "USD"),
        ("US$ 5", 500, "USD"),
        ("HK$5.00", 500, "HKD"),
        ("¥12", 1200, "CNY"),
        ("￥12.9", 1290, "CNY"),
        ("12.9元", 1290, "CNY"),
        ("¥1200 JPY", 1200, "JPY"),
        ("10.000 KWD", 10000, "KWD"),
        ("1.5 KWD", 1500, "KWD"),
        ("1.234,50 €", 123450, "EUR"),
        ("1 234,50 €", 123450, "EUR"),
        ("1\u202f234,50\u00a0€", 123450, "EUR"),
        ("1'234.50 CHF", 123450, "CHF"),
        ("₹1,299", 129900, "INR"),
        ("₹1,23,456.00", 12345600, "INR"),
        ("Rs. 379", 37900, "INR"),
        ("Rs.379", 37900, "INR"),
        ("1,234,567", 123456700, "CNY"),
        ("1.234.567 IDR", 123456700, "IDR"),
        ("10.000 ₫", 10000, "VND"),
        ("1200.00 JPY", 1200, "JPY"),
        ("0.125 CNY", 13, "CNY"),
        ("29.8999", 2990, "CNY"),
        ("1.0234", 102, "CNY"),
        ("100", 10000, "CNY"),
        ("-5", -500, "CNY"),
        ("0", 0, "CNY"),
        ("12,5", 1250, "CNY"),
        ("１２", 1200, "CNY"),
        ("kr. 12,50", 1250, "DKK"),
        ("1234,50", 123450, "CNY"),
    ],
)
def test_an_amount_is_read_as_people_and_machines_write_it(
    text: str, minor: int, currency: str
) -> None:
    assert read_price(text, CNY) == (minor, currency)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not an amount"),
        ("free", "not an amount"),
        ("1.2.3", "not an amount"),
        ("12.345,6,7", "not an amount"),
        ("12,34.5", "not an amount"),
        (".5", "unknown currency"),
        ("1-2", "not an amount"),
        ("1.234", "two ways"),
        ("1.234 EUR", "two ways"),
        ("1,234 KWD", "two ways"),
        ("12.50 XYZ", "unknown currency"),
        ("12.50 bitcoins", "unknown currency"),
        ("$12 EUR", "two currencies"),
        ("USD 12 EUR", "two currencies"),
        ("9" * 15, "beyond any amount"),
        ("9" * 40, "not an amount"),
    ],
)
def test_what_cannot_be_read_or_in_two_ways_is_refused(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_price(text, CNY)


def test_a_price_without_any_currency_says_how_to_name_one() -> None:
    with pytest.raises(InputError, match="--currency"):
        read_price("12.50", None)
    with pytest.raises(InputError, match="--currency"):
        read_price("12,50", None)


def test_a_shared_sign_is_the_default_currency_when_it_can_be() -> None:
    assert read_price("¥12", Currency("JPY")) == (12, "JPY")
    assert read_price("$12", Currency("AUD")) == (1200, "AUD")
    assert read_price("$12", Currency("INR")) == (1200, "USD")


@given(st.integers(0, 10**11), st.sampled_from(sorted(CURRENCIES)))
def test_an_amount_in_the_form_of_the_specification_comes_back_the_same(
    minor: int, code: str
) -> None:
    written = plain(minor, Currency(code))
    whole, _, fraction = written.partition(".")
    is_ambiguous = len(fraction) == 3 and len(whole) <= 3 and whole != "0"
    if not is_ambiguous or code in ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"):
        assert read_price(f"{written} {code}", CNY) == (minor, code)


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        minor, currency = read_price(text, CNY)
    except InputError:
        return
    assert isinstance(minor, int)
    assert currency in CURRENCIES
