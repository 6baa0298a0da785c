"""Many chats at once, but one after the other within a chat."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE_LIMIT = 64
"""Updates worked on at the same time; more would only wait for the database."""


class InOrder(BaseUpdateProcessor):
    """Works on many updates at once and keeps the order within each chat."""

    def __init__(self, limit: int = AT_ONCE_LIMIT) -> None:
        """``limit`` updates are worked on at the same time."""
        super().__init__(limit)
        self._turns: dict[int, tuple[asyncio.Lock, int]] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn, then work on the update."""
        async with self._turn(_chat_of(update)):
            await coroutine

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @asynccontextmanager
    async def _turn(self, chat_id: int) -> AsyncIterator[None]:
        lock, waiting = self._turns.get(chat_id, (asyncio.Lock(), 0))
        self._turns[chat_id] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._turns[chat_id]
            if waiting == 1:
                del self._turns[chat_id]
            else:
                self._turns[chat_id] = (lock, waiting - 1)


def _chat_of(update: object) -> int:
    if not isinstance(update, Update):
        return 0
    if update.effective_chat is not None:
        return update.effective_chat.id
    return update.effective_user.id if update.effective_user is not None else 0
