"""Putting the messages of pools into their groups, once, and editing them as their counters move.

Many taps make few edits: a message is edited at most every few seconds, with what holds then, and
what it shows already is never sent again.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.delivery import Delivered, Lost, Moved, Outcome, Refused, Retry, Shut, Uncertain, Unpaid
from bot.domain.living.topics import POOL
from bot.domain.pools import boards
from bot.domain.pools.boards import Board
from bot.domain.pools.pools import Pool, Standing
from bot.domain.texts import Texts
from bot.services.living import placing
from bot.services.pools.outcomes import Own
from bot.services.pools.pooling import owned
from bot.services.posts.pacing import Pacing
from storage.database import Database
from storage.people import groups
from storage.pools import boards as messages
from storage.pools import pickups
from storage.posts import notices

logger = logging.getLogger(__name__)

EDIT_SECONDS = 5.0
"""Between two edits in one chat: 12 a minute of the 20 messages that a group takes, which leaves
room for the posts beside them."""
AT_ONCE = 20
"""Pools looked at in one tick."""
SENDING_LIMIT = timedelta(seconds=60)
"""A message still ``sending`` after it was left by a crash."""


class Shower(Protocol):
    """Puts messages into chats: ``bot.delivery.Delivery``, or a stand-in."""

    async def send(
        self, chat_id: int, rendered: Board, file_id: str | None, *, thread_id: int | None = None
    ) -> Outcome:
        """Put a message into a chat, or a topic of it."""
        ...

    async def edit(
        self, chat_id: int, message_id: int, rendered: Board, *, is_picture: bool
    ) -> Outcome:
        """Put it in the place of what a message says."""
        ...


@dataclass(frozen=True)
class Showing:
    """The messages of one bot's pools, kept by one worker."""

    database: Database
    shower: Shower
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]
    public_url: str
    bot_id: int
    is_first: bool = True
    """Whether this bot also serves groups of which no bot is known."""
    pacing: Pacing | None = None
    """The outbox's, where they share one bot: Telegram counts both together."""
    clock: Callable[[], float] = time.monotonic
    edit_seconds: float = EDIT_SECONDS
    _not_before: dict[int, float] = field(default_factory=dict, init=False, repr=False)
    """By chat: when it may be written to again."""

    async def show_due(self) -> int:
        """Send and edit what is due; how many messages were touched."""
        async with self.database.glance() as connection:
            if not await messages.has_unshown(connection, self.bot_id, is_first=self.is_first):
                return 0
        async with self.database.read() as connection:
            found = await messages.list_unshown(
                connection, self.bot_id, AT_ONCE * 5, is_first=self.is_first
            )
            known = await owned(connection, found)
        by_chat: dict[int, list[Own]] = defaultdict(list)
        for own in known:
            by_chat[own.group.chat_id].append(own)
        free = [chat_id for chat_id in by_chat if self._is_free(chat_id)][: self._room()]
        touched = await asyncio.gather(*(self._show_in(by_chat[chat_id]) for chat_id in free))
        return sum(touched)

    async def recover(self) -> int:
        """Declare messages uncertain that a crash left half-sent; they are never sent again."""
        async with self.database.write() as connection:
            before = self.now() - SENDING_LIMIT
            return await messages.doubt(connection, before, self.bot_id, is_first=self.is_first)

    def _is_free(self, chat_id: int) -> bool:
        until = self._not_before.get(chat_id, 0.0)
        if until and until <= self.clock():
            del self._not_before[chat_id]
        is_open = self.pacing is None or self.pacing.is_open(chat_id)
        return until <= self.clock() and is_open

    def _room(self) -> int:
        """How many messages may be touched now; posts that wait keep half of what there is."""
        if self.pacing is None:
            return AT_ONCE
        free = self.pacing.room_now()
        return min(AT_ONCE, (free + 1) // 2 if self.pacing.waiting else free)

    @asynccontextmanager
    async def _paced(self, chat_id: int) -> AsyncIterator[None]:
        """What is said meanwhile counts against the pace of the bot."""
        ticket = self.pacing.depart(chat_id) if self.pacing else None
        try:
            yield
        finally:
            if self.pacing and ticket:
                self.pacing.arrive(ticket)

    async def _show_in(self, waiting: list[Own]) -> int:
        """Touch one message of a chat; those that show all there is are passed over."""
        for own in waiting:
            if await self._show(own):
                chat_id = own.group.chat_id
                earliest = self.clock() + self.edit_seconds
                self._not_before[chat_id] = max(earliest, self._not_before.get(chat_id, 0.0))
                return 1
        return 0

    async def _show(self, own: Own) -> bool:
        """Send or edit one message; False when nothing had to be said."""
        pool = own.pool
        if pool.standing == Standing.PLANNED:
            return await self._send(own)
        if pool.standing == Standing.SENDING:
            await self.recover()
            return False
        if pool.standing != Standing.SENT or pool.message_id is None:
            await self._shown(pool, None)
            return False
        board = await self._board(own)
        if board.digest == pool.shown_digest:
            await self._shown(pool, None)
            return False
        chat_id = pool.chat_id or own.group.chat_id
        async with self._paced(chat_id):
            outcome = await self.shower.edit(
                chat_id, pool.message_id, board, is_picture=pool.is_picture
            )
        match outcome:
            case Delivered():
                await self._shown(pool, board.digest)
            case Retry():
                self._wait(own.group.chat_id, outcome.after)
            case Uncertain():
                # An edit does no harm twice: it is made again with what holds then.
                logger.info("the edit of pool %d is in doubt: %s", pool.id, outcome.reason)
            case Moved() | Lost() | Refused() | Shut() | Unpaid():
                logger.warning("the message of pool %d is out of reach: %s", pool.id, outcome)
                await self._shown(pool, None)
        return True

    async def _send(self, own: Own) -> bool:
        """Reserve, send, mark: whatever happens between, it is not sent a second time."""
        pool, chat_id = own.pool, own.group.chat_id
        board = await self._board(own)
        async with self.database.write() as connection:
            if not await messages.reserve(connection, pool.id, self.now(), chat_id=chat_id):
                return False
            thread_id = await placing.place_of(connection, pool.group_id, POOL)
        async with self._paced(chat_id):
            outcome = await self.shower.send(chat_id, board, None, thread_id=thread_id)
        standing, message_id, is_picture = Standing.FAILED, None, False
        match outcome:
            case Delivered():
                standing, message_id = Standing.SENT, outcome.message_id
                is_picture = outcome.file_id is not None
            case Retry():
                standing = Standing.PLANNED
                self._wait(chat_id, outcome.after)
            case Moved():
                standing = Standing.PLANNED
                async with self.database.write() as connection:
                    await groups.move(connection, chat_id, outcome.chat_id, self.now())
            case Shut() if thread_id is not None:
                # Certainly not there: it goes to General at the next tick.
                standing = Standing.PLANNED
                await self._shut(own, thread_id)
            case Uncertain():
                standing = Standing.UNCERTAIN
        if standing in (Standing.FAILED, Standing.UNCERTAIN):
            logger.warning("the message of pool %d is %s: %s", pool.id, standing, outcome)
        async with self.database.write() as connection:
            await messages.mark_standing(
                connection, pool.id, standing, message_id=message_id, is_picture=is_picture
            )
            if standing != Standing.PLANNED:
                digest = board.digest if standing == Standing.SENT else None
                await messages.mark_shown(connection, pool.id, pool.version, digest)
        return True

    async def _shut(self, own: Own, thread_id: int) -> None:
        async with self.database.write() as connection:
            told = await placing.shut(
                connection,
                own.group.id,
                own.group.promoter_id,
                thread_id,
                title=own.group.title,
                slot=POOL,
                now=self.now(),
            )
            await notices.add(connection, told, self.now())

    async def _shown(self, pool: Pool, digest: str | None) -> None:
        async with self.database.write() as connection:
            await messages.mark_shown(connection, pool.id, pool.version, digest)

    async def _board(self, own: Own) -> Board:
        pool, names = own.pool, tuple[str, ...]()
        if pool.has_pickup:
            async with self.database.glance() as connection:
                points = await pickups.list_of(connection, pool.group_id)
            names = tuple(point.name for point in points)
        scene = boards.Scene(
            pool,
            own.offer,
            ZoneInfo(own.group.timezone),
            together_url=f"{self.public_url}/r/{pool.together_code}",
            alone_url=f"{self.public_url}/r/{pool.alone_code}",
            pickups=names,
        )
        return boards.board(scene, self.texts[own.group.language])

    def _wait(self, chat_id: int, after: timedelta) -> None:
        self._not_before[chat_id] = self.clock() + after.total_seconds()
