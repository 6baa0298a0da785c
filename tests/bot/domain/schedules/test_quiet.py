"""Quiet hours over windows: never a moment of them is left open, in any zone, on any day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posts.slots import Window
from bot.domain.schedules.quiet import SHORTEST, is_quiet, open_parts, quiet_until
from bot.domain.schedules.rules import Quiet

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = Quiet("22:00", "08:00")
ZONES = (
    "Asia/Shanghai",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
)

clocks = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
quiets = st.builds(Quiet, clocks, clocks).filter(lambda quiet: quiet.starts != quiet.ends)
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
# Two years hold every change of every clock; that of a European autumn is drawn often.
moments = (st.integers(0, 730 * 24 * 60) | st.integers(296 * 24 * 60, 305 * 24 * 60)).map(
    lambda minutes: BEGIN + timedelta(minutes=minutes)
)


def at(clock: str, day: int = 22) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}").replace(tzinfo=SHANGHAI)


def window(opens: str, closes: str, last: int = 22) -> Window:
    return Window(at(opens), at(closes, last))


def test_a_window_outside_of_quiet_hours_is_left_as_it_is() -> None:
    assert open_parts(window("12:00", "12:30"), (NIGHT,), SHANGHAI) == (window("12:00", "12:30"),)


def test_a_window_that_reaches_into_quiet_hours_is_cut() -> None:
    assert open_parts(window("21:30", "23:00"), (NIGHT,), SHANGHAI) == (window("21:30", "22:00"),)
    assert open_parts(window("07:00", "08:30"), (NIGHT,), SHANGHAI) == (window("08:00", "08:30"),)


def test_quiet_hours_in_the_middle_leave_both_ends() -> None:
    parts = open_parts(window("21:00", "09:00", 23), (NIGHT,), SHANGHAI)
    assert parts == (window("21:00", "22:00"), Window(at("08:00", 23), at("09:00", 23)))


def test_a_window_that_falls_wholly_into_them_has_nothing_left() -> None:
    assert open_parts(window("23:00", "02:00", 23), (NIGHT,), SHANGHAI) == ()
    assert open_parts(window("21:59", "23:00"), (Quiet("21:59", "08:00"),), SHANGHAI) == ()


def test_less_than_a_minute_is_nothing() -> None:
    opened = Window(at("21:59") + timedelta(seconds=30), at("23:00"))
    assert open_parts(opened, (NIGHT,), SHANGHAI) == ()


def test_quiet_time_ends_when_the_last_of_them_ends() -> None:
    assert quiet_until(at("12:00"), (NIGHT,), SHANGHAI) is None
    assert quiet_until(at("23:00"), (NIGHT,), SHANGHAI) == at("08:00", 23)
    both = (NIGHT, Quiet("07:30", "09:15"))
    assert quiet_until(at("23:00"), both, SHANGHAI) == at("09:15", 23)
    round_the_clock = (Quiet("00:00", "12:30"), Quiet("12:00", "00:30"))
    assert quiet_until(at("11:00"), round_the_clock, SHANGHAI) is None
    assert is_quiet(at("23:00"), (NIGHT,), SHANGHAI)
    assert not is_quiet(at("08:00"), (NIGHT,), SHANGHAI)


@pytest.mark.parametrize("clock", ["02:10", "02:50"])
def test_an_hour_that_comes_twice_is_quiet_both_times(clock: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    local = datetime.fromisoformat(f"2026-10-25T{clock}")
    for fold in (0, 1):
        moment = local.replace(tzinfo=berlin, fold=fold)
        assert is_quiet(moment, (Quiet("22:00", "03:00"),), berlin)
        assert is_quiet(moment, (Quiet("02:05", "02:55"),), berlin)


def test_hours_that_do_not_exist_on_a_day_cut_nothing() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    opens_at = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
    whole = Window(opens_at, opens_at + timedelta(hours=1))
    assert open_parts(whole, (Quiet("02:10", "02:40"),), berlin) == (whole,)


@given(moments, st.integers(1, 20 * 60), st.lists(quiets, max_size=3), st.sampled_from(ZONES))
def test_what_is_left_open_holds_no_quiet_moment(
    begins: datetime, minutes: int, several: list[Quiet], zone_name: str
) -> None:
    zone, hours = ZoneInfo(zone_name), tuple(several)
    whole = Window(begins, begins + timedelta(minutes=minutes))
    parts = open_parts(whole, hours, zone)
    for part in parts:
        assert whole.opens_at <= part.opens_at < part.closes_at <= whole.closes_at
        assert part == whole or part.length >= SHORTEST
        moment = part.opens_at
        while moment < part.closes_at:
            assert not _shows_quiet(moment, hours, zone)
            moment += timedelta(minutes=7)
        assert not _shows_quiet(part.closes_at - timedelta(seconds=1), hours, zone)
    assert not hours or list(parts) == sorted(parts, key=lambda part: part.opens_at)


def _shows_quiet(moment: datetime, several: tuple[Quiet, ...], zone: ZoneInfo) -> bool:
    """By the clock on the wall alone."""
    clock = f"{moment.astimezone(zone):%H:%M}"
    return any(
        each.starts <= clock < each.ends
        if each.starts < each.ends
        else clock >= each.starts or clock < each.ends
        for each in several
    )
