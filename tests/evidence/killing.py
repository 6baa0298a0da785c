"""Children that are killed: forked from a server that has imported everything, so they are cheap.

A child's work is a coroutine function at the top of a module; it gets a ``Wire`` to say how far it
is, and whatever it was given that can be pickled.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from multiprocessing import connection, get_context
from multiprocessing.context import ForkServerProcess
from typing import Any

Work = Callable[..., Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Wire:
    """What a child says to the process that bore it."""

    pipe: connection.Connection

    def say(self, word: Any) -> None:
        """Say ``word``, anything that can be pickled; nobody need listen."""
        with contextlib.suppress(BrokenPipeError):
            self.pipe.send(word)


@dataclass
class Child:
    """A process of its own that does a work until it is done or killed."""

    process: ForkServerProcess
    pipe: connection.Connection

    async def heard(self, timeout_seconds: float = 60.0) -> Any:
        """The next thing that the child says; raises EOFError when it is gone."""
        async with asyncio.timeout(timeout_seconds):
            await _readable(self.pipe.fileno())
        return self.pipe.recv()

    def stall(self) -> None:
        """Stop it where it stands, as a machine that swaps does."""
        self._signal(signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on as if nothing had been."""
        self._signal(signal.SIGCONT)

    async def kill(self) -> bool:
        """Kill it without a word of warning; whether that is what it died of."""
        self.process.kill()
        return await self.ended() == -signal.SIGKILL

    async def kill_and_hear(self) -> list[Any]:
        """Kill it; everything that it had said and nobody had heard yet."""
        self.process.kill()
        async with asyncio.timeout(60):
            await _readable(self.process.sentinel)
        words: list[Any] = []
        with contextlib.suppress(EOFError):
            while True:
                words.append(self.pipe.recv())
        await self.ended()
        return words

    async def ended(self, timeout_seconds: float = 60.0) -> int:
        """Wait until it is gone; its exit code, below zero for a signal."""
        async with asyncio.timeout(timeout_seconds):
            await _readable(self.process.sentinel)
        self.process.join()
        self.pipe.close()
        return self.process.exitcode or 0

    def _signal(self, number: int) -> None:
        if self.process.pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)


@dataclass(frozen=True)
class Nursery:
    """Bears children that have everything of ``modules`` imported before they are born."""

    modules: Sequence[str]

    def bear(self, work: Work, *given: Any) -> Child:
        """A child that runs ``work(wire, *given)`` in a loop of its own."""
        context = get_context("forkserver")
        # Before the first child the server starts; after that these names change nothing.
        context.set_forkserver_preload(["__main__", *self.modules])
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_live, args=(work, theirs, given), daemon=True)
        process.start()
        theirs.close()
        return Child(process, ours)


def _live(work: Work, pipe: connection.Connection, given: tuple[Any, ...]) -> None:
    asyncio.run(work(Wire(pipe), *given))


async def _readable(number: int) -> None:
    """Wait until there is something to read at a file descriptor, or its other end is gone."""
    loop, found = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(number, found.set)
    try:
        await found.wait()
    finally:
        loop.remove_reader(number)
