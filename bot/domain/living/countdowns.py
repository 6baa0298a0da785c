"""When a coupon ends, and the few steps at which a post says how long it still lasts."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.domain.catalogue.stating import ends_on
from bot.domain.records import Offer

STEPS = (24, 6, 1)
"""Hours before the end at which it is said; in between the post stays as it is."""
OVER = len(STEPS) + 1
"""The step after the last one: the coupon has ended."""


def ends_at(offer: Offer, zone: ZoneInfo) -> datetime | None:
    """When the coupon's last day is over in ``zone``, where its words name a last day."""
    day = ends_on(offer.facts.coupon, offer.seen_at.astimezone(zone).date())
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(), zone)


def step_at(end: datetime | None, now: datetime) -> int:
    """0 before the countdown begins, then 1, 2, 3 with STEPS, and OVER from the end on."""
    if end is None:
        return 0
    if now >= end:
        return OVER
    return sum(end - now <= timedelta(hours=hours) for hours in STEPS)


def next_step_at(end: datetime | None, now: datetime) -> datetime | None:
    """When the next step comes; None when there is none."""
    if end is None:
        return None
    steps = [*(end - timedelta(hours=hours) for hours in STEPS), end]
    return next((at for at in steps if at > now), None)
