"""A click's id sorts by time; its visitor is a network that only today's key can tell apart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.links.clicks import TICK_MS, click_id, tick_of, truncated, visitor

NUMBERS = st.integers(0, (1 << 40) - 1)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_ids_sort_by_tick_and_then_by_number(a: int, b: int, c: int, d: int) -> None:
    assert (click_id(a, b) < click_id(c, d)) == ((a, b) < (c, d))
    assert len(click_id(a, b)) == 16


def test_a_tick_is_sixteen_milliseconds() -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    assert tick_of(moment + timedelta(milliseconds=TICK_MS)) == tick_of(moment) + 1


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", None),
        (None, None),
        ("testclient", None),
    ],
)
def test_only_the_network_of_an_address_is_taken(address: str | None, network: str | None) -> None:
    assert truncated(address) == network


def test_neighbours_are_one_visitor_until_the_key_changes() -> None:
    first = visitor(b"today", "203.0.113.1")
    assert first == visitor(b"today", "203.0.113.254")
    assert first != visitor(b"today", "203.0.114.1")
    assert first != visitor(b"tomorrow", "203.0.113.1")
    assert first is not None
    assert len(first) == 32
    assert visitor(b"today", None) is None
