"""When a pool closes: after some hours, or at the day's cut-off in the group's own time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.pools.pools import HOURS_LIMIT, SEATS_LIMIT, SIZE_LEAST, SIZE_LIMIT
from bot.domain.posts.slots import window
from bot.domain.programmes import PoolRules, SlotPlan

SHORTEST = timedelta(minutes=30)
"""A pool that would close sooner closes at the next cut-off: nobody could see it in time."""


def deadline(rules: PoolRules, now: datetime, zone: ZoneInfo, hours: int | None = None) -> datetime:
    """When a pool opened ``now`` (aware) closes, aware UTC.

    ``hours`` are the promoter's own; where the programme has a cut-off [S4], that decides.
    """
    if rules.cut_off is None:
        return now + timedelta(hours=hours or rules.hours)
    # As a slot of its own, it is right on both sides of a daylight-saving change.
    plan = SlotPlan("cut_off", rules.cut_off, rules.cut_off)
    day = now.astimezone(zone).date()
    while True:
        closes_at = window(plan, day, zone).opens_at
        if closes_at >= now + SHORTEST:
            return closes_at
        day += timedelta(days=1)


def seats(rules: PoolRules, size: int) -> int:
    """How many may join a pool of ``size``: with a cut-off everybody until then, else ``size``."""
    return size if rules.cut_off is None else max(size, SEATS_LIMIT)


def is_sized(size: int, hours: int | None) -> bool:
    """Whether a pool of ``size`` people and ``hours`` is within the limits."""
    is_long = hours is not None and not 1 <= hours <= HOURS_LIMIT
    return SIZE_LEAST <= size <= SIZE_LIMIT and not is_long
