"""What the clock does to keep the house in order: counting members, forgetting what is old."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.services.connecting import Connecting
from bot.services.tracking import Tracking

CLICKS_KEPT_FOR = timedelta(days=90)
"""Single clicks are deleted after this; the counts by the hour stay."""
GROUPS_A_TICK = 200
"""A tick counts the members of so many groups at most: Telegram allows about 30 calls a second."""

CountMembers = Callable[[int], Awaitable[int | None]]
"""Members of a chat by its id; None when Telegram does not tell now."""


async def recount_members(connecting: Connecting, count: CountMembers) -> int:
    """Count the members of the groups that are due, once a day each; how many were counted.

    The floor [S0] is applied anew with each count.
    """
    counted = 0
    for group in await connecting.to_recheck(GROUPS_A_TICK):
        members = await count(group.chat_id)
        if members is not None:
            await connecting.counted(group.chat_id, members)
            counted += 1
    return counted


async def forget_clicks(tracking: Tracking) -> int:
    """Delete the single clicks that are old enough; how many. Nightly."""
    return await tracking.forget_clicks(older_than=CLICKS_KEPT_FOR)


async def rotate_visitor_key(tracking: Tracking) -> int:
    """Delete the keys of days that are over; how many. After midnight UTC, and harmless often."""
    return await tracking.rotate()
