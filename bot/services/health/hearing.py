"""What groups answer posts with, counted as it comes; who it was is read and not kept."""

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.health.signals import AFTER_A_POST, disliked
from bot.domain.records import Group, GroupId
from storage.database import Connection, Database
from storage.health import days
from storage.people import groups

REMEMBERED = 4096
"""Telegram may deliver an update twice; within a process it is counted once."""
REACTED_TO = timedelta(days=7)
"""Whoever dislikes an older post says nothing of the present ones."""

Update = tuple[int | None, int]
"""Which bot was told, and under which number."""


@dataclass(frozen=True)
class Hearing:
    """Counters of each group's day, and nobody's name."""

    database: Database
    now: Callable[[], datetime]
    _heard: OrderedDict[Update, None] = field(
        default_factory=OrderedDict, init=False, repr=False, compare=False
    )

    async def left(self, chat_id: int, update: Update) -> None:
        """Somebody left the chat of their own will."""
        now = self.now()
        async with self.database.write() as connection:
            group = await self._group(connection, chat_id, update)
            if group is None:
                return
            soon = await days.is_after_post(connection, group.id, now - AFTER_A_POST)
            await days.add(connection, group.id, now.date(), leaves=1, leaves_after=int(soon))

    async def joined(self, chat_id: int, update: Update) -> None:
        """Somebody joined the chat."""
        async with self.database.write() as connection:
            group = await self._group(connection, chat_id, update)
            if group is not None:
                await days.add(connection, group.id, self.now().date(), joins=1)

    async def reacted(
        self,
        chat_id: int,
        message_id: int,
        old: Collection[str],
        new: Collection[str],
        update: Update,
    ) -> None:
        """Somebody's reactions to a message, as emoji, are ``new`` and were ``old``."""
        change = disliked(new) - disliked(old)
        if change == 0:
            return
        async with self.database.write() as connection:
            group = await self._posted(connection, chat_id, message_id, update)
            if group is not None:
                await days.add(connection, group.id, self.now().date(), downs=change)

    async def counted(self, chat_id: int, message_id: int, downs: int, update: Update) -> None:
        """A message has ``downs`` dislikes in all, from people whom Telegram does not name."""
        today = self.now().date()
        async with self.database.write() as connection:
            group = await self._posted(connection, chat_id, message_id, update)
            if group is None:
                return
            more = await days.set_downs(connection, group.id, message_id, downs, today)
            if more:
                await days.add(connection, group.id, today, downs=more)

    async def removed(self, group_id: GroupId) -> None:
        """A post of ours is not in the group any more, and we did not take it away."""
        async with self.database.write() as connection:
            await days.add(connection, group_id, self.now().date(), removed=1)

    async def _posted(
        self, connection: Connection, chat_id: int, message_id: int, update: Update
    ) -> Group | None:
        """The group, where the message is a post of ours of the last days."""
        group = await self._group(connection, chat_id, update)
        since = self.now().date() - REACTED_TO
        if group is None or not await days.is_post(connection, group.id, message_id, since):
            return None
        return group

    async def _group(self, connection: Connection, chat_id: int, update: Update) -> Group | None:
        if update in self._heard:
            return None
        self._heard[update] = None
        if len(self._heard) > REMEMBERED:
            self._heard.popitem(last=False)
        return await groups.find_by_chat(connection, chat_id)
