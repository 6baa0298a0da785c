"""Where in a forum a post goes: the slot's own topic, the one for anything, else General."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.posts.notices import Notice
from bot.domain.posts.sends import SLOT as SEND
from bot.domain.records import GroupId, PersonId

ANY, POOL = "any", "pool"
"""What may be given a topic beside the slots: whatever has none of its own, and pools."""
OTHERS = (SEND, POOL, ANY)


@dataclass(frozen=True, slots=True)
class Place:
    """A topic as it was named; without ``thread_id`` one is wanted and nobody has named it."""

    thread_id: int | None
    is_shut: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something may be put there, as far as is known."""
        return self.thread_id is not None and not self.is_shut


def thread_for(places: Mapping[str, Place], slot: str) -> int | None:
    """The topic for what ``slot`` ("send", "pool") says; None is General.

    A topic that is shut is passed over: the one for anything may still be open.
    """
    for name in (slot, ANY):
        place = places.get(name)
        if place is not None and place.is_open:
            return place.thread_id
    return None


def topic_shut(
    group_id: GroupId, promoter_id: PersonId, *, title: str, slot: str, at: datetime
) -> Notice:
    """A topic takes nothing any more; its promoter is told once each time, with what to do."""
    return Notice(
        key=f"topic:{group_id}:{slot}:{int(at.timestamp())}",
        person_id=promoter_id,
        text=f"topic.shut_{slot}" if slot in (SEND, POOL) else "topic.shut",
        words={"title": title} | ({} if slot in (SEND, POOL) else {"slot": slot, "name": slot}),
    )
