"""Telling people in private what waits to be told: one bot's people, each notice at most once."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.delivery import Delivered, Retry
from bot.domain.posts.notices import Tap, is_over, taps, worded
from bot.domain.texts import Texts
from bot.services.posts.flights import Sender
from bot.services.posts.pacing import Pacing
from storage.database import Database
from storage.posts import notices
from storage.posts.notices import Addressed

logger = logging.getLogger(__name__)

NOTICES_AT_ONCE = 10


@dataclass(frozen=True)
class Telling:
    """The private side of the outbox: it shares the pace, for Telegram counts both together."""

    database: Database
    sender: Sender
    texts: Mapping[str, Texts]
    pacing: Pacing
    bot_id: int
    is_first: bool
    """Whether this bot also tells people of whom no bot is known."""

    now: Callable[[], datetime]

    async def tell_waiting(self) -> int:
        """Tell what waits; how many notices were told."""
        async with self.database.glance() as connection:
            if not await notices.has_waiting(connection):
                return 0
        async with self.database.write() as connection:
            waiting = await notices.claim(
                connection, NOTICES_AT_ONCE, bot_id=self.bot_id, is_first=self.is_first
            )
        states = {one.notice.key: await self._tell(one) for one in waiting}
        async with self.database.write() as connection:
            await notices.mark(connection, states)
        return sum(state == notices.TOLD for state in states.values())

    async def _tell(self, one: Addressed) -> str:
        if one.telegram_id is None or is_over(one.notice, self.now()):
            return notices.DROPPED
        if not self.pacing.is_open(one.telegram_id):
            return notices.WAITING
        texts = self.texts.get(one.language, self.texts["en"])
        html = worded(one.notice, texts)
        rows = [[Tap(texts(key), tap.data)] for key, tap in taps(one.notice)]
        await self.pacing.room()
        self.pacing.spend(one.telegram_id)
        match await self.sender.tell(one.telegram_id, html, rows):
            case Delivered():
                return notices.TOLD
            case Retry(after):
                self.pacing.pause(one.telegram_id, after.total_seconds())
                return notices.WAITING
            case outcome:
                logger.info("notice %s: %s", one.notice.key, outcome)
                return notices.DROPPED
