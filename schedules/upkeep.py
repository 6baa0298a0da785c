"""What the clock does to keep the house in order: what is old is forgotten."""

from datetime import timedelta

from bot.services.filing import Filing
from bot.services.links.tracking import Tracking
from bot.services.questions.forgetting import Forgetting

CLICKS_KEPT_FOR = timedelta(days=90)
"""Single clicks are deleted after this; the counts by the hour stay.

PostgreSQL drops them by whole months, so there they stay up to a month longer.
"""


async def forget_clicks(tracking: Tracking) -> int:
    """Delete the single clicks that are old enough and in no month; how many. Nightly."""
    return await tracking.forget_clicks(older_than=CLICKS_KEPT_FOR)


async def forget_questions(forgetting: Forgetting) -> int:
    """Empty the words of old questions and delete the oldest, wishes too; how many. Nightly."""
    return await forgetting.forget_old()


async def turn_months(filing: Filing) -> int:
    """Make the months to come, and drop those of clicks that are old enough; how many."""
    return len(await filing.turn(clicks_kept_for=CLICKS_KEPT_FOR))


async def rotate_visitor_key(tracking: Tracking) -> int:
    """Delete the keys of days that are over; how many. After midnight UTC, and harmless often."""
    return await tracking.rotate()
