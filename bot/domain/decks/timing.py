"""When a promoter's deck of the day is due, and how long it takes to go through it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.posts import slots
from bot.domain.programmes import SlotPlan

LEAD = timedelta(minutes=60)
"""So long before the first slot, where the settings say nothing else."""
DAWN = time(7)
"""Nobody is woken before: local time of the group, unless the first slot is as early."""
HORIZON_DAYS = 8
"""Every weekday comes within so many days: a group without a slot in them has none."""
CARD_SECONDS = 10
"""To look at one card and to tap: six of them are about a minute."""


def due_at(opens_at: datetime, zone: ZoneInfo, lead: timedelta) -> datetime:
    """When the deck is due whose first slot opens at ``opens_at`` (aware), in aware UTC."""
    day = opens_at.astimezone(zone).date()
    dawn = datetime.combine(day, DAWN, zone).astimezone(UTC)
    early = opens_at - lead
    return max(early, dawn) if dawn < opens_at else early


def first_opening(plans: Sequence[SlotPlan], day: date, zone: ZoneInfo) -> datetime | None:
    """When the first slot of the local ``day`` opens; None on a day without one."""
    found = [slots.window(plan, day, zone).opens_at for plan in plans if slots.is_on(plan, day)]
    return min(found, default=None)


def next_day(
    plans: Sequence[SlotPlan], after: datetime, zone: ZoneInfo, *, beyond: date | None
) -> tuple[date, datetime] | None:
    """The first local day, beyond the day ``beyond``, whose first slot opens after ``after``.

    With that opening; None for a group that has no slot within a week.
    """
    today = after.astimezone(zone).date()
    for ahead in range(HORIZON_DAYS):
        day = today + timedelta(days=ahead)
        if beyond is None or day > beyond:
            opens_at = first_opening(plans, day, zone)
            if opens_at is not None and opens_at > after:
                return day, opens_at
    return None


def minutes(cards: int) -> int:
    """About how many minutes ``cards`` take; at least one."""
    return max(1, round(cards * CARD_SECONDS / 60))
