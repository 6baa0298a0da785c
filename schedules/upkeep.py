"""What the clock does to keep the house in order: what is old is forgotten."""

from datetime import timedelta

from bot.services.links.tracking import Tracking

CLICKS_KEPT_FOR = timedelta(days=90)
"""Single clicks are deleted after this; the counts by the hour stay."""


async def forget_clicks(tracking: Tracking) -> int:
    """Delete the single clicks that are old enough; how many. Nightly."""
    return await tracking.forget_clicks(older_than=CLICKS_KEPT_FOR)


async def rotate_visitor_key(tracking: Tracking) -> int:
    """Delete the keys of days that are over; how many. After midnight UTC, and harmless often."""
    return await tracking.rotate()
