"""Choosing topics: which slot of a forum goes into which, by its promoter or administrators."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.living.topics import OTHERS, Place
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId
from bot.services.posts.scheduling import plans_of
from storage.database import Database
from storage.living import topics
from storage.people import people


@dataclass(frozen=True)
class Choosing:
    """Topics of forums; the door has asked before whether somebody may change them."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def names(self, group: Group) -> tuple[str, ...]:
        """What may be given a topic in a group: its slots, one-tap sends, pools, and the rest."""
        async with self.database.read() as connection:
            plans = (await plans_of(connection, self.programmes, [group]))[group.id]
        return tuple(dict.fromkeys([*(plan.name for plan in plans), *OTHERS]))

    async def places(self, group_id: GroupId) -> dict[str, Place]:
        """The topics of a group, by what goes there."""
        async with self.database.read() as connection:
            return (await topics.list_of(connection, [group_id])).get(group_id, {})

    async def put(self, group_id: GroupId, slot: str, thread_id: int, *, by: str) -> None:
        """Let posts of a slot go into a topic from now on; ``by`` goes into the audit log."""
        async with self.database.write() as connection:
            at = self.now()
            await topics.put(connection, group_id, slot, thread_id, at)
            await people.append_audit(
                connection, at, by, "topic", f"group:{group_id}", f"{slot} {thread_id}"
            )

    async def drop(self, group_id: GroupId, slot: str, *, by: str) -> bool:
        """Let a slot have no topic of its own; False when it had none."""
        async with self.database.write() as connection:
            was_set = await topics.drop(connection, group_id, slot)
            if was_set:
                await people.append_audit(
                    connection, self.now(), by, "topic", f"group:{group_id}", f"{slot} off"
                )
        return was_set

    async def reopened(self, group_id: GroupId, thread_id: int) -> bool:
        """Somebody opened a topic again: posts go there again; False when they did anyway."""
        async with self.database.write() as connection:
            return await topics.mark_open(connection, group_id, thread_id)
