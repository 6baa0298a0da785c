"""The parts that only one process does at a time: contended for, done while held, given up."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from storage.database import is_passing
from storage.leading import Leading

AGAIN_SECONDS = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shift:
    """One holding of a place, from taking it to losing it."""

    place: str
    leading: Leading
    over: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the work is to end: the place is lost, given back, or the process stops."""

    @property
    def is_ours(self) -> bool:
        """Whether the place is still ours, also while its work comes to an end."""
        return self.leading.is_held(self.place)

    @property
    def may_act(self) -> bool:
        """Whether to begin anything for the place; to be asked right before each act."""
        return self.is_ours and not self.over.is_set()


Work = Callable[[Shift], Awaitable[object]]
"""What is done for a place until its shift is over."""


async def lead(leading: Leading, works: Mapping[str, Work], stop: asyncio.Event) -> None:
    """Contend for every place of ``works`` until ``stop``, and do its work while it is held.

    A work that ends with an error ends this too, with the same error; but for the database's,
    after which it begins again.
    """
    shifts: dict[str, tuple[Shift, asyncio.Task[object]]] = {}
    stopping = asyncio.create_task(stop.wait())
    try:
        while shifts or not stop.is_set():
            await leading.beat()
            await _settle(leading, shifts, is_stopping=stop.is_set())
            if not stop.is_set():
                _begin(leading, works, shifts)
            elif not shifts:
                break
            waiting: set[asyncio.Task[object]] = {task for _, task in shifts.values()}
            if not stop.is_set():
                waiting.add(stopping)
            await _pause(waiting, leading.pace.beat_seconds)
    finally:
        stopping.cancel()
        for _, task in shifts.values():
            task.cancel()
        await asyncio.gather(*(task for _, task in shifts.values()), return_exceptions=True)
        await leading.close()


async def _settle(
    leading: Leading,
    shifts: dict[str, tuple[Shift, asyncio.Task[object]]],
    *,
    is_stopping: bool,
) -> None:
    """End shifts whose place is lost or is to be given back, and give back what is not used."""
    kept = [] if is_stopping else list(leading.held)[: leading.share]
    for name, (shift, task) in list(shifts.items()):
        if name not in kept:
            shift.over.set()
        if task.done():
            del shifts[name]
            task.result()
    for name in reversed(list(leading.held)):
        if name in kept or name in shifts:
            break
        await leading.give_back(name)


def _begin(
    leading: Leading,
    works: Mapping[str, Work],
    shifts: dict[str, tuple[Shift, asyncio.Task[object]]],
) -> None:
    for name in leading.held:
        if name not in shifts and leading.is_held(name):
            shift = Shift(name, leading)
            shifts[name] = (shift, asyncio.create_task(_work(works[name], shift)))


async def _work(work: Work, shift: Shift) -> object:
    try:
        return await work(shift)
    except Exception as fault:
        if not is_passing(fault):
            raise
    # A database that goes away for a while ends no process: the place is contended for again.
    log.warning("%s broke off: the database does not answer", shift.place)
    with suppress(TimeoutError):
        async with asyncio.timeout(AGAIN_SECONDS):
            await shift.over.wait()
    return None


async def _pause(tasks: set[asyncio.Task[object]], seconds: float) -> None:
    """Wait until one of ``tasks`` is done, at most ``seconds``."""
    if tasks:
        await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    else:
        await asyncio.sleep(seconds)
