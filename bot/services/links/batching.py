"""Doing together what is asked in one turn of the loop: one transaction for many requests."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar

from bot.errors import TemporaryError

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

PATIENCE_SECONDS = 8.0
"""A database that takes longer hangs; a marketplace waits ten seconds and reports again."""

logger = logging.getLogger(__name__)


class Batching(Generic[Asked, Answer]):
    """Collects what callers ask while the last batch is at work, then does it all at once.

    An answer is given only after ``work`` returned: what writes in it is committed by then.
    """

    def __init__(
        self,
        work: Callable[[Sequence[Asked]], Awaitable[Sequence[Answer]]],
        *,
        at_once: int = 2_000,
        waiting_limit: int = 20_000,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """``work`` answers a batch in its order; at most ``waiting_limit`` may be waiting.

        Nobody waits longer than ``patience_seconds`` for a batch that is at work.
        """
        self._work = work
        self._at_once = at_once
        self._waiting_limit = waiting_limit
        self._patience_seconds = patience_seconds
        self._waiting: dict[asyncio.Future[Answer], Asked] = {}
        self._worker: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Answer:
        """The answer to ``asked``, once the batch it went with is done.

        Raises TemporaryError when the batch failed (nothing of it is tried again), took too long
        (it may yet be done), or too many are waiting already.
        """
        if len(self._waiting) >= self._waiting_limit:
            raise TemporaryError("Too many requests at once.")
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[future] = asked
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._run())
        return await future

    async def close(self) -> None:
        """Wait until everything asked is answered."""
        if self._worker is not None:
            await self._worker

    async def _run(self) -> None:
        while self._waiting:
            # Whoever else asks in this turn of the loop goes along.
            await asyncio.sleep(0)
            batch = list(islice(self._waiting.items(), self._at_once))
            for future, _asked in batch:
                del self._waiting[future]
            # Who went away before the work began is not counted.
            await self._do([pair for pair in batch if not pair[0].done()])

    async def _do(self, batch: list[tuple[asyncio.Future[Answer], Asked]]) -> None:
        if not batch:
            return
        working = asyncio.ensure_future(self._work([asked for _future, asked in batch]))
        while not (await asyncio.wait({working}, timeout=self._patience_seconds))[0]:
            # What hangs may yet be done, once: who asks again finds it so.
            _give_up([*(future for future, _asked in batch), *self._waiting])
            self._waiting.clear()
        try:
            answers = working.result()
        except Exception:
            logger.exception("a batch of %d failed", len(batch))
            _give_up([future for future, _asked in batch])
            return
        for (future, _asked), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)


def _give_up(futures: Sequence[asyncio.Future[Any]]) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(TemporaryError("The database does not answer."))
