"""Within what a promoter may move slots."""

from dataclasses import replace

import pytest

from bot.domain.programmes import SlotPlan
from bot.domain.schedules.bounds import Broken, broken, meant, moved
from bot.domain.schedules.rules import Bounds

BOUNDS = Bounds(earliest="07:00", latest="22:00", at_most=2)
MORNING, EVENING = SlotPlan("morning", "08:00", "08:30"), SlotPlan("evening", "19:30", "20:00")


@pytest.mark.parametrize(
    ("opens", "closes", "wanted"),
    [
        ("07:00", "07:10", None),
        ("21:50", "22:00", None),
        ("06:59", "07:30", Broken.EARLY),
        ("21:30", "22:01", Broken.LATE),
        ("21:30", "01:00", Broken.LATE),
        ("12:00", "12:09", Broken.SHORT),
    ],
)
def test_a_slot_lies_between_the_bounds_and_is_long_enough(
    opens: str, closes: str, wanted: Broken | None
) -> None:
    assert broken(SlotPlan("evening", opens, closes), [MORNING, EVENING], BOUNDS) is wanted


def test_no_day_has_more_slots_than_the_programme_allows() -> None:
    noon = SlotPlan("noon", "12:00", "12:30")
    assert broken(noon, [MORNING, EVENING], BOUNDS) is Broken.TOO_MANY
    assert broken(noon, [MORNING, replace(EVENING, is_off=True)], BOUNDS) is None
    assert broken(noon, [replace(MORNING, days=(0,)), replace(EVENING, days=(1,))], BOUNDS) is None
    festive = replace(EVENING, during=("11-01", "11-11"))
    assert broken(noon, [MORNING, festive], BOUNDS) is None


def test_a_festival_s_slot_that_is_moved_is_one_still() -> None:
    festive = SlotPlan("late", "21:00", "21:30", during=("11-01", "11-11"))
    later = SlotPlan("late", "21:10", "21:40")
    assert broken(later, [MORNING, EVENING, festive], BOUNDS) is None
    assert broken(later, [MORNING, EVENING], BOUNDS) is Broken.TOO_MANY


def test_a_name_that_is_misspelt_is_known_and_one_that_is_new_is_not() -> None:
    names = ["morning", "noon", "evening", "晚场"]
    assert meant("mornnig", names) == "morning"
    assert meant("evning", names) == "evening"
    assert meant("nooon", names) == "noon"
    assert meant("dawn", names) is None
    assert meant("下午", names) is None


def test_a_slot_that_is_off_breaks_nothing_but_what_is_fixed() -> None:
    night = SlotPlan("night", "03:00", "03:01", is_off=True)
    assert broken(night, [], BOUNDS) is None
    assert broken(night, [], replace(BOUNDS, may_change=False)) is Broken.FIXED


def test_a_slot_is_moved_by_minutes_and_never_over_midnight() -> None:
    assert moved(MORNING, -30) == SlotPlan("morning", "07:30", "08:00")
    assert moved(SlotPlan("a", "00:10", "01:00"), -30) is None
    assert moved(SlotPlan("a", "23:00", "23:40"), 30) is None
    assert moved(SlotPlan("a", "23:00", "01:00"), 30) is None
