"""Rates, counts, ratings and stock as feeds write them."""

import pytest

from bot.errors import InputError
from bot.marketplaces.feeds.numbers import read_count, read_rate, read_rating, read_stock


@pytest.mark.parametrize(
    ("text", "bps"),
    [("10%", 1000), ("10", 1000), ("0.1", 1000), ("12.5 %", 1250), ("12,5%", 1250), ("0%", 0),
     ("0.5%", 50), ("1", 100), ("100%", 10000)],
)  # fmt: skip
def test_a_rate_is_a_percentage_or_below_one_a_share(text: str, bps: int) -> None:
    assert read_rate(text) == bps


@pytest.mark.parametrize("text", ["", "ten", "-5%", "101%", "1e3", "9" * 20])
def test_a_rate_that_makes_no_sense_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="commission rate"):
        read_rate(text)


@pytest.mark.parametrize(
    ("text", "bps"),
    [("4.5", 9000), ("4,5", 9000), ("4.5/5", 9000), ("4.5 / 5", 9000), ("9/10", 9000),
     ("90%", 9000), ("90", 9000), ("9", 9000), ("5", 10000), ("0", 0), ("5/0", None),
     ("No rating available", None), ("", None), ("6/5", None), ("-1", None), ("4/x", None)],
)  # fmt: skip
def test_a_rating_is_a_share_of_the_best_mark_or_unknown(text: str, bps: int | None) -> None:
    assert read_rating(text) == bps


@pytest.mark.parametrize(
    ("text", "count"),
    [("12", 12), ("1,299", 1299), ("1200.0", 1200), ("10000+", 10000), ("1.5", None), ("", None),
     ("many", None), ("-3", None), ("9" * 13, None)],
)  # fmt: skip
def test_a_count_is_a_whole_number_or_unknown(text: str, count: int | None) -> None:
    assert read_count(text) == count


@pytest.mark.parametrize(
    ("cells", "pieces"),
    [
        ({"stock": "7"}, 7),
        ({"stock": "0", "availability": "in_stock"}, 0),
        ({"availability": "in stock"}, None),
        ({"availability": "out_of_stock"}, 0),
        ({"availability": "Out of Stock"}, 0),
        ({"availability": "https://schema.org/OutOfStock"}, 0),
        ({"availability": "preorder"}, None),
        ({"stock": "", "availability": "out of stock"}, 0),
        ({"stock": "plenty"}, None),
        ({}, None),
    ],
)
def test_stock_is_pieces_or_sold_out_or_unknown(cells: dict[str, str], pieces: int | None) -> None:
    assert read_stock(cells) == pieces
