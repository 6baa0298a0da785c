"""Slot arithmetic in eight zones: gaps, double hours, midnight, weekdays, spreading, reading."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posts import slots
from bot.domain.posts.slots import Window
from bot.domain.programmes import SlotPlan
from bot.domain.records import GroupId
from bot.errors import InputError

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Shanghai",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "UTC",
)
BERLIN = ZoneInfo("Europe/Berlin")
CLOCKS = ("00:00", "00:30", "01:30", "02:00", "02:15", "02:30", "03:00", "08:00", "23:30")


def utc(*parts: int) -> datetime:
    """An instant in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def year(first: date) -> list[date]:
    """366 days from ``first`` on."""
    return [first + timedelta(days=number) for number in range(366)]


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("opens", CLOCKS)
@pytest.mark.parametrize("days", [slots.EVERY_DAY, (0, 1, 2, 3, 4), (6,)])
# 2018 was the last year in which São Paulo changed its clocks, at midnight.
@pytest.mark.parametrize("first", [date(2018, 1, 1), date(2026, 1, 1)])
def test_each_matching_local_day_has_exactly_one_window(
    zone_name: str, opens: str, days: tuple[int, ...], first: date
) -> None:
    zone = ZoneInfo(zone_name)
    plan = SlotPlan("x", opens, "04:00", days)
    found: list[tuple[date, Window]] = []
    last = first - timedelta(days=1)
    while True:
        last, window = slots.following(plan, last, zone)
        if last > first + timedelta(days=365):
            break
        found.append((last, window))
    assert [day for day, _ in found] == [day for day in year(first) if day.weekday() in days]
    for (_, earlier), (_, later) in zip(found, found[1:], strict=False):
        assert earlier.opens_at < earlier.closes_at <= later.opens_at


@given(
    zone_name=st.sampled_from(ZONES),
    day=st.dates(date(2017, 1, 1), date(2027, 12, 31)),
    opens=st.times(),
    closes=st.times(),
)
def test_a_window_begins_at_its_clock_time_or_right_after_a_gap(
    zone_name: str, day: date, opens: object, closes: object
) -> None:
    zone = ZoneInfo(zone_name)
    first, last = f"{opens:%H:%M}", f"{closes:%H:%M}"
    if first == last:
        return
    window = slots.window(SlotPlan("x", first, last), day, zone)
    wall = window.opens_at.astimezone(zone)
    assert timedelta(0) < window.length <= timedelta(hours=25)
    if f"{wall:%H:%M}" != first:
        before = (window.opens_at - timedelta(seconds=1)).astimezone(zone)
        assert wall.utcoffset() != before.utcoffset()
        assert before.replace(tzinfo=None) < datetime.combine(day, opens)  # type: ignore[arg-type]
    assert wall.fold == 0


@given(
    zone_name=st.sampled_from(ZONES),
    seconds=st.integers(0, 9 * 366 * 86_400),
    opens=st.sampled_from(CLOCKS),
    days=st.sets(st.integers(0, 6), min_size=1),
)
def test_the_next_window_is_the_first_that_is_not_closed(
    zone_name: str, seconds: int, opens: str, days: set[int]
) -> None:
    after = utc(2018, 1, 1) + timedelta(seconds=seconds)
    zone = ZoneInfo(zone_name)
    plan = SlotPlan("x", opens, "01:00", tuple(sorted(days)))
    day, window = slots.next_window(plan, after, zone)
    assert window.closes_at > after
    assert day.weekday() in days
    today = after.astimezone(zone).date()
    earlier = [today + timedelta(days=number) for number in range(-2, 10)]
    for other in earlier:
        if other < day and other.weekday() in days:
            assert slots.window(plan, other, zone).closes_at <= after


def test_a_time_that_does_not_exist_is_the_first_instant_after_the_gap() -> None:
    window = slots.window(SlotPlan("x", "02:30", "04:00"), date(2026, 3, 29), BERLIN)
    assert window == Window(utc(2026, 3, 29, 1), utc(2026, 3, 29, 2))


def test_a_window_inside_a_gap_keeps_its_usual_length() -> None:
    window = slots.window(SlotPlan("x", "02:10", "02:40"), date(2026, 3, 29), BERLIN)
    assert window == Window(utc(2026, 3, 29, 1), utc(2026, 3, 29, 1, 30))


def test_a_time_that_comes_twice_is_the_first_of_the_two() -> None:
    window = slots.window(SlotPlan("x", "02:30", "03:30"), date(2026, 10, 25), BERLIN)
    assert window == Window(utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 2, 30))


def test_a_gap_at_midnight_moves_the_opening_into_the_same_day() -> None:
    zone = ZoneInfo("America/Sao_Paulo")
    window = slots.window(SlotPlan("x", "00:00", "01:30"), date(2018, 11, 4), zone)
    assert window == Window(utc(2018, 11, 4, 3), utc(2018, 11, 4, 3, 30))


def test_a_day_that_a_zone_left_out_moves_to_the_instant_after_it() -> None:
    zone = ZoneInfo("Pacific/Apia")
    window = slots.window(SlotPlan("x", "08:00", "09:00"), date(2011, 12, 30), zone)
    assert window == Window(utc(2011, 12, 30, 10), utc(2011, 12, 30, 11))


def test_half_an_hour_of_summer_time_is_known() -> None:
    zone = ZoneInfo("Australia/Lord_Howe")
    window = slots.window(SlotPlan("x", "02:15", "03:00"), date(2026, 10, 4), zone)
    assert window.opens_at == utc(2026, 10, 3, 15, 30)
    assert window.length == timedelta(minutes=30)


def test_a_window_over_midnight_closes_on_the_next_day() -> None:
    plan = SlotPlan("late", "22:30", "01:00")
    window = slots.window(plan, date(2026, 11, 22), ZoneInfo("Asia/Shanghai"))
    assert window == Window(utc(2026, 11, 22, 14, 30), utc(2026, 11, 22, 17))
    found = slots.next_window(plan, utc(2026, 11, 22, 16, 30), ZoneInfo("Asia/Shanghai"))
    assert found == (date(2026, 11, 22), window)


def test_posts_are_spread_in_the_window_and_stay_where_they_are() -> None:
    window = Window(utc(2026, 11, 22, 8), utc(2026, 11, 22, 9))
    due = [slots.spread(ordinal, 3, window, "7/2026-11-22") for ordinal in range(3)]
    assert due == [slots.spread(ordinal, 3, window, "7/2026-11-22") for ordinal in range(3)]
    for ordinal, at in enumerate(due):
        begin = window.opens_at + timedelta(minutes=18) * ordinal
        assert begin <= at < begin + slots.SPREAD


@given(st.integers(1, 10), st.integers(0, 10**9), st.timedeltas(timedelta(seconds=2), timedelta(1)))
def test_no_post_falls_due_outside_its_window(count: int, seed: int, length: timedelta) -> None:
    window = Window(utc(2026, 11, 22, 8), utc(2026, 11, 22, 8) + length)
    due = [slots.spread(ordinal, count, window, str(seed)) for ordinal in range(count)]
    assert due == sorted(due)
    assert window.opens_at <= due[0]
    assert due[-1] < window.closes_at


def test_groups_of_one_slot_do_not_all_fall_due_at_once() -> None:
    window = Window(utc(2026, 11, 22, 8), utc(2026, 11, 22, 9))
    due = {slots.spread(0, 1, window, str(group)).second for group in range(500)}
    assert due == set(range(30))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("08:00-09:30", ("08:00", "09:30")),
        (" 22:30 – 01:00 ", ("22:30", "01:00")),
        ("00:00-23:59", ("00:00", "23:59")),
    ],
)
def test_a_window_is_read(text: str, wanted: tuple[str, str]) -> None:
    assert slots.parse_window(text) == wanted


@pytest.mark.parametrize(
    "text",
    ["", "08:00", "8:00-9:00", "08:00-24:00", "08:60-09:00", "08:00-08:00", "０8:00-09:00",
     "08.00-09.00", "08:00-09:00-10:00", "aa:bb-cc:dd"],
)  # fmt: skip
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        slots.parse_window(text)


@pytest.mark.parametrize(
    ("text", "wanted", "written"),
    [
        ("daily", (0, 1, 2, 3, 4, 5, 6), "daily"),
        ("mon-fri", (0, 1, 2, 3, 4), "mon-fri"),
        ("Sat, Sun", (5, 6), "sat,sun"),
        ("fri-mon", (0, 4, 5, 6), "mon,fri,sat,sun"),
        ("mon,wed,fri", (0, 2, 4), "mon,wed,fri"),
        ("tue", (1,), "tue"),
        ("mon-sun", (0, 1, 2, 3, 4, 5, 6), "daily"),
    ],
)
def test_days_are_read_and_written(text: str, wanted: tuple[int, ...], written: str) -> None:
    assert slots.parse_days(text) == wanted
    assert slots.days_text(wanted) == written
    assert slots.parse_days(written) == wanted


@pytest.mark.parametrize("text", ["", "mo", "mon-", "-fri", "mon;tue", "weekdays", "mon-fri-sat"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        slots.parse_days(text)


def test_an_opening_is_known_by_group_day_and_slot() -> None:
    day, at = date(2026, 11, 22), utc(2026, 11, 22)
    opening = slots.Opening(GroupId(7), "noon", day, at, at + timedelta(hours=1))
    assert opening.key == (7, day, "noon")
