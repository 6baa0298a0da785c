"""What the clock does for posts: slots open, the outbox drains, and what is doubtful is said."""

import time

from bot.services.publishing import GROUPS_AT_ONCE, Publishing
from bot.services.scheduling import GROUPS_AT_ONCE as ADOPTED_AT_ONCE
from bot.services.scheduling import Scheduling
from bot.services.sending import Sending

TICK_SECONDS = 5.0
"""A tick with more to do goes on in the next one, so that the clock is seen to run."""


async def open_slots(publishing: Publishing) -> int:
    """Plan the openings that are due, batch by batch; how many."""
    count, ends = 0, time.monotonic() + TICK_SECONDS
    while time.monotonic() < ends:
        planned = await publishing.plan_due(GROUPS_AT_ONCE)
        count += planned
        if planned == 0:
            break
    return count


async def adopt_groups(scheduling: Scheduling) -> int:
    """Make the openings of groups that were connected since the last tick; how many groups."""
    count, ends = 0, time.monotonic() + TICK_SECONDS
    while time.monotonic() < ends:
        adopted = await scheduling.adopt()
        count += adopted
        if adopted < ADOPTED_AT_ONCE:
            break
    return count


async def drain_outbox(sending: Sending) -> int:
    """Send what is due; how many posts were sent."""
    return (await sending.send_due()).sent


async def tell_notices(sending: Sending) -> int:
    """Tell people in private what waits to be told; how many notices."""
    return await sending.notify()


async def doubt_left(sending: Sending) -> int:
    """Declare posts uncertain that a worker left half-sent; how many."""
    return await sending.recover()
