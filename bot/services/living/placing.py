"""Into which topic of its forum each post goes, and what follows when Telegram refuses it there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.living.topics import thread_for, topic_shut
from bot.domain.posts.notices import Notice
from bot.domain.records import GroupId, PersonId
from storage.database import Connection
from storage.living import topics
from storage.posts.outbox import Claimed


async def placed(connection: Connection, claimed: Sequence[Claimed]) -> list[Claimed]:
    """Posts about to go, each with its topic; most groups are no forums and have none."""
    places = await topics.list_of(connection, {one.post.group_id for one in claimed})
    return [
        replace(one, thread_id=thread_for(places[one.post.group_id], one.post.slot))
        if one.post.group_id in places
        else one
        for one in claimed
    ]


async def place_of(connection: Connection, group_id: GroupId, slot: str) -> int | None:
    """The topic for one message of a group; None is General."""
    return thread_for((await topics.list_of(connection, [group_id])).get(group_id, {}), slot)


async def shut(
    connection: Connection,
    group_id: GroupId,
    promoter_id: PersonId,
    thread_id: int,
    *,
    title: str,
    slot: str,
    now: datetime,
) -> list[Notice]:
    """Put nothing into a topic any more; what its promoter is to be told, which is said once."""
    if not await topics.mark_shut(connection, group_id, thread_id, now):
        return []
    return [topic_shut(group_id, promoter_id, title=title, slot=slot, at=now)]
