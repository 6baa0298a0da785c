"""Prices that a question names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions import bounds
from bot.domain.records import Bounds, Currency

CNY, USD = Currency("CNY"), Currency("USD")


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("有没有50以内的充电宝", None, 5000, "CNY"), ("power bank under 50", None, 5000, "CNY"),
        ("under $50", None, 5000, "USD"), ("不超过1,200元", None, 120000, "CNY"),
        ("50块钱以下", None, 5000, "CNY"), ("预算一千二", None, 120000, "CNY"),
        ("less than 20 usd", None, 2000, "USD"), ("two for 50 or less", None, 5000, "CNY"),
        ("20到30块的零食", 2000, 3000, "CNY"), ("20-30元", 2000, 3000, "CNY"),
        ("between 20 and 30", 2000, 3000, "CNY"), ("from 20 to 30", 2000, 3000, "CNY"),
        ("在100和200之间", 10000, 20000, "CNY"), ("20到30的零食", 2000, 3000, "CNY"),
        ("30 - 20 yuan", 2000, 3000, "CNY"), ("预算20-30", 2000, 3000, "CNY"),
        ("100块以上", 10000, None, "CNY"), ("over ₹500", 50000, None, "INR"),
        ("at least 80 yuan", 8000, None, "CNY"), ("hk$100以内", None, 10000, "HKD"),
        ("under 1000 yen", None, 1000, "JPY"), ("两百以内", None, 20000, "CNY"),
    ],
)  # fmt: skip
def test_a_price_is_asked_for(text: str, low: int | None, high: int | None, currency: str) -> None:
    assert bounds.asked(text, CNY)[0] == Bounds(low, high, Currency(currency))


@pytest.mark.parametrize(
    "text", ["五十块左右的礼物", "around 50 yuan", "50元的", "about 50", "¥50"]
)
def test_a_price_around_or_alone_is_meant_roughly(text: str) -> None:
    assert bounds.asked(text, CNY)[0] == Bounds(5000, 5000, CNY, is_around=True)


@pytest.mark.parametrize(
    "text",
    [
        "iphone 15",
        "under 500 ml",
        "under 50 days",
        "满100减20",
        "5-6",
        "打8折 50%",
        "under 二三",
        "37-43",
    ],
)
def test_figures_that_are_no_prices_are_left_alone(text: str) -> None:
    assert bounds.asked(text, CNY) == (None, text)


def test_a_sign_that_several_currencies_share_is_the_asker_s_own() -> None:
    assert bounds.asked("under $50", Currency("HKD"))[0] == Bounds(None, 5000, Currency("HKD"))
    assert bounds.asked("under ¥500", Currency("JPY"))[0] == Bounds(None, 500, Currency("JPY"))


@given(st.integers(1, 99_999), st.sampled_from([CNY, USD]))
def test_any_limit_is_read_to_the_minor_unit(price: int, currency: Currency) -> None:
    assert bounds.asked(f"under {price}", currency)[0] == Bounds(None, price * 100, currency)
