"""When an edit may go: far below Telegram's limit, within the pace of the bot, after its posts."""

import asyncio
from dataclasses import dataclass, field

from bot.domain.posts.budgets import Ticket
from bot.services.posts.pacing import Pacing

PER_SECOND = 10.0
"""Edits of one bot, a third of what Telegram takes of everything together."""
BESIDE_POSTS_PER_SECOND = 3.0
"""While posts wait for their turn."""
CHAT_SECONDS = 15.0
"""Between two edits in one chat: 4 a minute of the 20 messages that a group takes."""
CHATS_KEPT = 10_000


@dataclass
class Turns:
    """Edits share the pace of the outbox: Telegram counts both together."""

    pacing: Pacing
    per_second: float = PER_SECOND
    _next_at: float = 0.0
    _chats: dict[int, float] = field(default_factory=dict)
    """By chat: when it may see the next edit."""

    def chat_free_in(self, chat_id: int) -> float:
        """Seconds until a chat may see an edit; 0 when it may now."""
        wait = self._chats.get(chat_id, 0.0) - self.pacing.clock()
        return max(0.0, wait, self.pacing.free_in(chat_id))

    async def take(self, chat_id: int) -> Ticket:
        """Wait until an edit may go, and count it; give the ticket back when it was answered."""
        while (wait := self._next_at - self.pacing.clock()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(wait)
        await self.pacing.room()
        at = self.pacing.clock()
        slow = BESIDE_POSTS_PER_SECOND if self.pacing.waiting else self.per_second
        self._next_at = max(at, self._next_at) + 1.0 / min(slow, self.per_second)
        if len(self._chats) >= CHATS_KEPT:
            self._chats = {chat: until for chat, until in self._chats.items() if until > at}
        self._chats[chat_id] = at + CHAT_SECONDS
        return self.pacing.depart(chat_id)
