"""When a group's people click, and what of its posting times that speaks for moving."""

from bot.domain.health.hours import Suggestion, suggested
from bot.domain.programmes import SlotPlan

MORNING = SlotPlan("morning", "08:00", "08:30")
NOON = SlotPlan("noon", "12:00", "12:30")
EVENING = SlotPlan("evening", "19:30", "20:00")
PLANS = (MORNING, NOON, EVENING)
DAYS = {"morning": 28, "noon": 28, "evening": 28}
CLICKED = {("noon", 12): 10, ("noon", 13): 6, ("noon", 16): 24, ("morning", 8): 50}


def test_the_hour_with_many_more_clicks_is_suggested_with_its_figures() -> None:
    assert suggested(PLANS, CLICKED, DAYS) == Suggestion(
        "noon", "16:00", "16:30", 16, 24, 10, "12:00", "12:30"
    )


def test_what_was_declined_is_not_suggested() -> None:
    assert suggested(PLANS, CLICKED, DAYS, declined=["noon"]) is None


def test_little_evidence_suggests_nothing() -> None:
    assert suggested(PLANS, CLICKED, {"noon": 13}) is None
    assert suggested(PLANS, {("noon", 16): 24, ("noon", 12): 5}, DAYS) is None
    assert suggested(PLANS, {("noon", 16): 9, ("noon", 17): 9, ("noon", 9): 9}, DAYS) is None
    thin = {("noon", hour): 9 for hour in range(14, 18)}
    assert suggested(PLANS, thin, DAYS) is None


def test_an_hour_that_is_hardly_better_is_not_worth_it() -> None:
    assert suggested(PLANS, {("noon", 12): 20, ("noon", 16): 29}, DAYS) is None
    assert suggested(PLANS, {("noon", 12): 20, ("noon", 16): 30}, DAYS) is not None


def test_no_slot_moves_into_the_night_or_next_to_another() -> None:
    at_night = {("evening", 23): 60, ("evening", 3): 60, ("evening", 19): 1}
    assert suggested(PLANS, at_night, DAYS) is None
    beside = {("noon", 20): 60, ("noon", 19): 60, ("noon", 8): 60, ("noon", 12): 1}
    assert suggested(PLANS, beside, DAYS) is None


def test_of_several_the_one_that_gains_most_is_suggested() -> None:
    both = {**CLICKED, ("evening", 19): 5, ("evening", 22): 40}
    found = suggested(PLANS, both, DAYS)
    assert found is not None
    assert (found.slot, found.opens, found.closes) == ("evening", "22:00", "22:30")


def test_a_window_over_midnight_keeps_its_length() -> None:
    late = SlotPlan("late", "23:30", "00:30")
    found = suggested([late], {("late", 21): 40, ("late", 0): 3}, {"late": 20})
    assert found is not None
    assert (found.opens, found.closes, found.own_clicks) == ("21:00", "22:00", 3)
