"""How much one person and one group may ask; counted in the database, so a restart frees nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.records import GroupId, PersonId
from storage.database import Connection
from storage.questions import questions
from storage.questions.questions import LIMITED, Recent

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

PERSON_A_MINUTE = 5
"""Nobody reads five answers in a minute; more is a script or a held key."""
PERSON_A_DAY = 40
"""A day of comparing everything; it bounds what one person can find out about orders and stock."""
GROUP_A_MINUTE = 30
"""Answers in the open share the 20 messages a minute that Telegram lets into a group with the
posts; most answers are seen by the asker alone, so somewhat more are let in."""
READ_LIMIT = 200
"""Rows that are looked at: more than all limits and the notes of them together."""


@dataclass(frozen=True, slots=True)
class Met:
    """A limit that was met: "person", "day" or "group"; ``is_told`` when it was said already."""

    kind: str
    is_told: bool


async def met(
    connection: Connection, person_id: PersonId | None, group_id: GroupId | None, now: datetime
) -> Met | None:
    """The limit that one more question at ``now`` would be above, if any."""
    if person_id is not None:
        own = await questions.list_recent(connection, person_id, now - DAY, READ_LIMIT)
        if (found := _over(own, "day", PERSON_A_DAY, now - DAY)) is not None:
            return found
        if (found := _over(own, "person", PERSON_A_MINUTE, now - MINUTE)) is not None:
            return found
    if group_id is None:
        return None
    of_all = await questions.list_recent_in(connection, group_id, now - MINUTE, READ_LIMIT)
    return _over(of_all, "group", GROUP_A_MINUTE, now - MINUTE)


def _over(recent: Sequence[Recent], kind: str, limit: int, since: datetime) -> Met | None:
    late = [each for each in recent if each.asked_at > since]
    if sum(each.state != LIMITED for each in late) < limit:
        return None
    return Met(kind, any(each.state == LIMITED and each.kind == kind for each in late))
