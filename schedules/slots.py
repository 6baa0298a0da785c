"""What the clock does for posts: slots open, the outbox drains, and what is doubtful is said."""

from typing import TYPE_CHECKING

from bot.services.posts.publishing import Publishing
from bot.services.posts.scheduling import Scheduling
from bot.services.posts.sending import Sending

if TYPE_CHECKING:
    from bot.services.schedules.closing import Closing


async def open_slots(publishing: Publishing) -> int:
    """Plan a batch of the openings that are due; how many."""
    return await publishing.plan_due()


async def adopt_groups(scheduling: Scheduling) -> int:
    """Make the openings of a batch of groups that were connected lately; how many groups."""
    return await scheduling.adopt()


async def drain_outbox(sending: Sending) -> int:
    """Send what is due; how many posts were sent."""
    return (await sending.send_due()).sent


async def tell_notices(sending: Sending) -> int:
    """Tell people in private what waits to be told; how many notices."""
    return await sending.notify()


async def doubt_left(sending: Sending) -> int:
    """Declare posts uncertain that a worker left half-sent; how many."""
    return await sending.recover()


async def close_polls(closing: "Closing") -> int:
    """Close the polls that have been open for a day; how many."""
    return await closing.close_due()
