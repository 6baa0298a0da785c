"""Asking what may never answer: one question at a time, and a bound on the waiting."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Generic, TypeVar

from bot.errors import TemporaryError

Answer = TypeVar("Answer")


async def within(seconds: float, question: Coroutine[Any, Any, Answer]) -> Answer:
    """The answer to ``question``, asked for somebody who does not wait for ever.

    Raises TemporaryError after ``seconds``; the question is taken back when that is possible.
    """
    asking = asyncio.create_task(question)
    if not (await asyncio.wait({asking}, timeout=seconds))[0]:
        asking.cancel()
        raise TemporaryError("The database does not answer.")
    return asking.result()


class Asking(Generic[Answer]):
    """One question that many ask at once and that is put once.

    Giving up the wait and ending the question are two things: a driver may need its server even
    to take back a question. Until the last one has ended no other is put, so that a database
    that hangs holds one connection, not one for each who asks.
    """

    def __init__(self, ask: Callable[[], Awaitable[Answer]]) -> None:
        """``ask`` puts the question."""
        self._ask = ask
        self._task: asyncio.Task[Answer] | None = None

    async def within(self, seconds: float) -> Answer:
        """The answer, shared with whoever else is waiting for it.

        Raises TimeoutError after ``seconds``, and whatever the question raises.
        """
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._put())
        task = self._task
        await asyncio.wait({task}, timeout=seconds)
        if not task.done():
            task.cancel()
        if not task.done() or task.cancelled():
            raise TimeoutError
        return task.result()

    async def _put(self) -> Answer:
        return await self._ask()
