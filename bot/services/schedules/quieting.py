"""What waits in the outbox already when quiet hours or a blackout are set: cut, or taken back."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from bot.domain.posts.slots import Window
from bot.domain.programmes import Programme
from bot.domain.records import Group
from bot.services.schedules.silence import read_silence
from storage.database import Connection
from storage.schedules import waiting

LOOKED_BACK = timedelta(days=2)
"""A post of an earlier day has missed its window, wherever on earth its group is."""
QUIET, BLACKOUT = "quiet", "blackout"


async def cut_planned(
    connection: Connection,
    programmes: Mapping[str, Programme],
    groups: Collection[Group],
    now: datetime,
) -> int:
    """Let no post that waits go out in quiet hours or on a blackout date; how many it changed.

    A post whose window is left open later waits until then; one that has nothing left is taken
    back, and says why.
    """
    since = now.date() - LOOKED_BACK
    found = await waiting.list_waiting(connection, [group.id for group in groups], since)
    if not found:
        return 0
    silence = await read_silence(connection, programmes, groups, since)
    by_id = {group.id: group for group in groups}
    changed = 0
    for post in found:
        group = by_id[post.group_id]
        if silence.blackout(group, post.day) is not None:
            changed += await waiting.take_back(connection, post.id, BLACKOUT)
            continue
        due = max(post.due_at, now)
        if due >= post.closes_at:
            continue
        window = Window(due, post.closes_at)
        parts = silence.open_parts(group, window)
        if not parts:
            changed += await waiting.take_back(connection, post.id, QUIET)
        elif parts[0] != window:
            changed += await waiting.narrow(
                connection, post.id, parts[0].opens_at, parts[0].closes_at
            )
    return changed
