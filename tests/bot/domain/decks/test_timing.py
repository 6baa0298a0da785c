"""When a deck is due: so long before the first slot, at night never unless the slot is as early."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.decks.timing import LEAD, due_at, first_opening, minutes, next_day
from bot.domain.programmes import SlotPlan

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
MORNING = SlotPlan("morning", "08:00", "08:30")
EVENING = SlotPlan("evening", "19:30", "20:00", days=(5, 6))
SATURDAY = date(2026, 11, 21)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A local time as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("opens", "lead", "due"),
    [
        ("08:00", LEAD, "07:00"),
        ("09:30", LEAD, "08:30"),
        ("07:30", LEAD, "07:00"),
        ("07:00", LEAD, "06:00"),
        ("05:00", LEAD, "04:00"),
        ("12:00", timedelta(hours=12), "07:00"),
    ],
)
def test_nobody_is_woken_for_a_deck(opens: str, lead: timedelta, due: str) -> None:
    found = due_at(at(f"2026-11-21T{opens}"), SHANGHAI, lead)
    assert found == at(f"2026-11-21T{due}")


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_seven_is_seven_on_the_days_of_the_clocks_change(day: str) -> None:
    assert due_at(at(f"{day}T08:00", BERLIN), BERLIN, timedelta(hours=8)) == at(
        f"{day}T07:00", BERLIN
    )


def test_the_first_slot_of_a_day_is_the_earliest_that_opens_on_it() -> None:
    assert first_opening([EVENING, MORNING], SATURDAY, SHANGHAI) == at("2026-11-21T08:00")
    assert first_opening([EVENING], SATURDAY, SHANGHAI) == at("2026-11-21T19:30")
    assert first_opening([EVENING], SATURDAY + timedelta(days=2), SHANGHAI) is None


def test_the_next_day_is_the_first_whose_first_slot_is_still_ahead() -> None:
    early, late = at("2026-11-21T07:50"), at("2026-11-21T08:00")
    plans = [MORNING, EVENING]
    assert next_day(plans, early, SHANGHAI, beyond=None) == (SATURDAY, at("2026-11-21T08:00"))
    sunday = SATURDAY + timedelta(days=1)
    assert next_day(plans, late, SHANGHAI, beyond=None) == (sunday, at("2026-11-22T08:00"))
    assert next_day(plans, early, SHANGHAI, beyond=SATURDAY) == (sunday, at("2026-11-22T08:00"))
    far = next_day([EVENING], at("2026-11-22T19:30"), SHANGHAI, beyond=None)
    assert far == (SATURDAY + timedelta(days=7), at("2026-11-28T19:30"))
    assert next_day([], early, SHANGHAI, beyond=None) is None


def test_six_cards_take_about_a_minute() -> None:
    assert [minutes(count) for count in (0, 1, 6, 12, 60)] == [1, 1, 1, 2, 10]
