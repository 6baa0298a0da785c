"""Taking a group out: at once and for good, until its promoter connects it again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.people.handovers import Departure
from bot.domain.posts.notices import Notice
from bot.domain.records import Group, GroupId, PersonId
from bot.errors import InputError, NotFoundError
from bot.services.leaving.outcomes import Disconnected
from bot.services.pools.pooling import noted
from storage.database import Connection, Database
from storage.leaving import departures, transfers
from storage.people import groups, people
from storage.posts import notices

AT_ONCE = 20
"""Chats left in one round: two calls each, far below Telegram's 30 a second."""
BOARDS_WAIT = timedelta(minutes=2)
"""So long the bot stays until the messages of ended pools say how they ended."""


@dataclass(frozen=True)
class Disconnecting:
    """Groups that go, and the chats that the bot leaves after them."""

    database: Database
    now: Callable[[], datetime]

    async def disconnect(
        self, promoter_id: PersonId, group_id: GroupId, *, says_goodbye: bool
    ) -> Disconnected | None:
        """Take an own group out; None when it was out before.

        Nothing more is posted, what is unsent is withdrawn, pools end as by their promoter's
        hand; credit stays, and so do the settings. Raises NotFoundError for anybody else's group.
        """
        async with self.database.write() as connection:
            group = await groups.find(connection, group_id)
            if group is None or group.promoter_id != promoter_id:
                raise NotFoundError("No such group of yours.")
            reason = "its promoter took it out"
            return await self._out(
                connection, group, f"person:{promoter_id}", reason, says_goodbye=says_goodbye
            )

    async def order(
        self, group_id: GroupId, *, by: str, reason: str, says_goodbye: bool = True
    ) -> Disconnected | None:
        """The same by an operator; its promoter is told with the reason.

        Raises NotFoundError for no group, InputError without a reason.
        """
        if not reason.strip():
            raise InputError("This needs a reason: it takes somebody's group.")
        async with self.database.write() as connection:
            group = await groups.find(connection, group_id)
            if group is None:
                raise NotFoundError(f"There is no group {group_id}.")
            found = await self._out(connection, group, by, reason, says_goodbye=says_goodbye)
            if found is not None:
                words = {"title": group.title, "reason": reason.strip()}
                told = Notice(
                    f"disconnected:{found.departure}", group.promoter_id, "leaving.taken_out", words
                )
                await notices.add(connection, [told], self.now())
            return found

    async def leaving(self) -> list[Departure]:
        """The chats that the bot is to leave now, and has not left."""
        now = self.now()
        async with self.database.glance() as connection:
            found = await departures.list_pending(connection, AT_ONCE)
        if not found:
            return []
        async with self.database.write() as connection:
            await departures.drop_returned(connection, now)
            left = await departures.list_pending(connection, AT_ONCE)
            young = [each.group_id for each in left if now - each.asked_at < BOARDS_WAIT]
            showing = await departures.list_showing(connection, young)
        return [each for each in left if each.group_id not in showing]

    async def goodbye(self, departure: Departure) -> bool:
        """Whether the goodbye is to be said now: once, and only where it is wanted."""
        if not departure.says_goodbye or departure.said_at is not None:
            return False
        async with self.database.write() as connection:
            return await departures.claim_goodbye(connection, departure.id, self.now())

    async def left(self, departure: Departure) -> None:
        """The bot is out of the chat."""
        async with self.database.write() as connection:
            await departures.mark_left(connection, departure.id, self.now())

    async def _out(
        self, connection: Connection, group: Group, by: str, reason: str, *, says_goodbye: bool
    ) -> Disconnected | None:
        now = self.now()
        # Sends of its promoter and planners pass here one after the other.
        await people.lock(connection, group.promoter_id)
        await departures.hold(connection, group.id)
        if not await departures.mark_disconnected(connection, group.id, group.promoter_id, now):
            return None
        withdrawn = await departures.withdraw_posts(connection, group.id, now)
        ended = await departures.end_pools(connection, group.id, now)
        await noted(connection, ended, now)
        await transfers.withdraw(connection, group.id, now)
        number = await departures.add(connection, group, now, says_goodbye=says_goodbye)
        subject = f"group:{group.id}"
        await people.append_audit(connection, now, by, "disconnect", subject, reason.strip())
        return Disconnected(group, number, withdrawn, len(ended))
