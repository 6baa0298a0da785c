"""Following a send: its message tells how it stands, until nothing is under way any more."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram.error import TelegramError

from bot.domain.posts.sends import WINDOW
from bot.errors import HaowuError

log = logging.getLogger(__name__)

LIMIT = 200
"""Sends followed at a time by one process; beyond, the button tells how they stand."""
LASTS_SECONDS = WINDOW.total_seconds() + 120
"""What was not sent in its window is marked late soon after it."""

Look = Callable[[], Awaitable[bool]]
"""Brings a message up to date; True when there is nothing more to come."""


@dataclass
class Following:
    """What one process follows; after a restart a press on "Result" begins anew."""

    seconds: float = 3.0
    """Between two looks: Telegram lets a message be edited about once a second."""
    slower: float = 1.3
    """By so much each wait is longer than the one before, up to ``longest``."""
    longest: float = 30.0
    _tasks: dict[tuple[int, int], asyncio.Task[None]] = field(default_factory=dict)

    def begin(self, chat_id: int, post_id: int, look: Look) -> None:
        """Look again and again, until ``look`` says it is over; once for each send."""
        key = chat_id, post_id
        if key in self._tasks or len(self._tasks) >= LIMIT:
            return
        task = asyncio.create_task(self._follow(look))
        self._tasks[key] = task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    def close(self) -> None:
        """Stop looking."""
        for task in list(self._tasks.values()):
            task.cancel()

    async def _follow(self, look: Look) -> None:
        wait, waited = self.seconds, 0.0
        while waited < LASTS_SECONDS:
            await asyncio.sleep(wait)
            waited += wait
            wait = min(wait * self.slower, max(self.longest, self.seconds))
            try:
                if await look():
                    return
            except (TelegramError, HaowuError) as fault:
                log.info("a send is not followed any more: %s", fault)
                return
