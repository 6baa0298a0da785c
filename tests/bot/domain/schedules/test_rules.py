"""What a schedule's rules say of themselves."""

from zoneinfo import ZoneInfo

from bot.domain.posts.slots import is_on, is_within, last_instant, parse_clock
from bot.domain.programmes import SlotPlan, all_slots
from bot.domain.schedules.blackouts import parse_blackout
from bot.domain.schedules.rules import Quiet
from tests.cast import NOON
from tests.schemes import PROGRAMMES


def test_quiet_hours_are_written_as_they_are_read() -> None:
    assert str(Quiet("22:00", "08:00")) == "22:00-08:00"


def test_a_festivals_slot_opens_on_its_days_alone() -> None:
    plan = SlotPlan("night", "20:00", "20:30", during=("12-20", "01-05"))
    days = {text: parse_blackout(f"2026-{text}").starts_on for text in ("12-31", "01-05", "07-01")}
    assert [is_on(plan, day) for day in days.values()] == [True, True, False]
    assert is_within(("06-01", "06-18"), parse_blackout("2026-06-18").starts_on)


def test_a_programme_has_the_slots_of_its_festivals_too() -> None:
    names = [plan.name for plan in all_slots(PROGRAMMES["fenxiang"])]
    assert names == ["morning", "noon", "evening", "night", "late"]


def test_the_last_instant_of_a_clock_is_the_first_where_it_comes_once() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    day = NOON.astimezone(zone).date()
    assert last_instant(day, parse_clock("12:00"), zone) == NOON
