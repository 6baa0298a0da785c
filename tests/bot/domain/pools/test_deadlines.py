"""When a pool closes, on both sides of everything that clocks do."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.pools.deadlines import deadline, is_sized, seats
from bot.domain.programmes import PoolRules
from tests.bot.domain.pools.builders import NOON

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
BY_HOURS, BY_DAY = PoolRules(3, 24), PoolRules(10, 24, cut_off="22:00", has_pickup=True)


def test_by_hours_it_is_the_programmes_or_the_promoters_own() -> None:
    assert deadline(BY_HOURS, NOON, SHANGHAI) == NOON + timedelta(hours=24)
    assert deadline(BY_HOURS, NOON, SHANGHAI, 2) == NOON + timedelta(hours=2)


@pytest.mark.parametrize(
    ("local", "closes"),
    [
        ("2026-11-22 12:00", "2026-11-22 22:00"),
        ("2026-11-22 21:30", "2026-11-22 22:00"),
        ("2026-11-22 21:31", "2026-11-23 22:00"),
        ("2026-11-22 23:59", "2026-11-23 22:00"),
    ],
)
def test_the_cut_off_is_todays_while_there_is_time_to_see_it(local: str, closes: str) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=SHANGHAI)
    found = deadline(BY_DAY, now, SHANGHAI, hours=1).astimezone(SHANGHAI)
    assert f"{found:%Y-%m-%d %H:%M}" == closes


def test_a_cut_off_in_the_missing_hour_is_the_first_moment_after_it() -> None:
    rules = PoolRules(10, 24, cut_off="02:30")
    now = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)
    assert deadline(rules, now, BERLIN) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_pool_by_hours_has_as_many_seats_as_it_wants_people() -> None:
    assert seats(BY_HOURS, 3) == 3
    assert seats(BY_DAY, 10) == 1000


@pytest.mark.parametrize(
    ("size", "hours", "is_within"),
    [(2, None, True), (500, 72, True), (1, None, False), (501, None, False), (5, 0, False),
     (5, 73, False), (5, 1, True)],
)  # fmt: skip
def test_sizes_and_hours_have_limits(size: int, hours: int | None, is_within: bool) -> None:
    assert is_sized(size, hours) is is_within
