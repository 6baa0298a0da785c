"""Many chats at once, but one after the other within a chat."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE_LIMIT = 64
"""Updates worked on at the same time; more would only wait for the database."""
ASIDE_LIMIT = 256
"""Updates that may wait beside them for something slower than the database."""


class Turn:
    """An update's place in the row of its chat; leaving it lets the next one go ahead."""

    def __init__(self, on_aside: Callable[[], None] | None = None) -> None:
        """``on_aside`` is called when the work goes on outside the row."""
        self._on_aside = on_aside
        self._held: list[Callable[[], None]] = []

    def hold(self, release: Callable[[], None]) -> None:
        """Keep something that ``release`` gives back when the turn is left."""
        self._held.append(release)

    def leave(self) -> None:
        """Give back what is held; a second time changes nothing."""
        while self._held:
            self._held.pop()()

    def step_aside(self) -> None:
        """Leave the row with work still to do: it holds up nobody from here on."""
        self.leave()
        if self._on_aside is not None:
            self._on_aside()


_TURN: ContextVar[Turn | None] = ContextVar("turn", default=None)


def begin(turn: Turn) -> None:
    """Let the update that this task handles have ``turn``."""
    _TURN.set(turn)


def step_aside() -> None:
    """Let others of the chat go ahead of what the update at hand still waits for.

    It counts as handled no sooner for that: Telegram is told when the handler is done.
    """
    turn = _TURN.get()
    if turn is not None:
        turn.step_aside()


class InOrder(BaseUpdateProcessor):
    """Works on many updates at once and keeps the order within each chat."""

    def __init__(self, limit: int = AT_ONCE_LIMIT) -> None:
        """``limit`` updates are worked on at the same time."""
        super().__init__(limit + ASIDE_LIMIT)
        self._places = asyncio.Semaphore(limit)
        self._turns: dict[int, tuple[asyncio.Lock, int]] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's turn, then work on the update."""
        turn = _TURN.get() or Turn()
        begin(turn)
        async with self._row(_chat_of(update), turn):
            await coroutine

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    @asynccontextmanager
    async def _row(self, chat_id: int, turn: Turn) -> AsyncIterator[None]:
        lock, waiting = self._turns.get(chat_id, (asyncio.Lock(), 0))
        self._turns[chat_id] = (lock, waiting + 1)
        try:
            await lock.acquire()
            turn.hold(lock.release)
            # Those who wait for their chat take no place away from other chats.
            await self._places.acquire()
            turn.hold(self._places.release)
            yield
        finally:
            turn.leave()
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
