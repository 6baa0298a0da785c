"""APScheduler ticks by the timetable; a job's error is logged, and the next tick comes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from schedules.timetable import TIMETABLE, Row

logger = logging.getLogger(__name__)

Action = Callable[[], Awaitable[object]]


class Pulse(Protocol):
    """Where ticks are told, for whoever asks whether the clock runs."""

    def expect(self, job: str, *, within: Any) -> None:
        """``job`` is to run at least every ``within``."""
        ...

    def beat(self, job: str) -> None:
        """``job`` ran to its end."""
        ...

    def stumble(self, job: str) -> None:
        """``job`` ran and ended in an error."""
        ...


class Clock:
    """Ticks ``actions`` by their rows of the timetable while it is started."""

    def __init__(
        self,
        actions: Mapping[str, Action],
        pulse: Pulse,
        timetable: Sequence[Row] = TIMETABLE,
    ) -> None:
        """``actions`` by the name of a row; rows without an action are another process's work."""
        # "Still running" is no fault here: the next tick goes on where this one is.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler: Any = AsyncIOScheduler(timezone=UTC)
        self._at_work: set[asyncio.Task[Any]] = set()
        self._is_stopping = False
        # In step, so that an idle house wakes up once a second, not once for each row.
        self._first = datetime.now(UTC)
        for row in timetable:
            if row.name in actions:
                pulse.expect(row.name, within=row.stalled_after)
                self._add(row, self._guarded(row, actions[row.name], pulse))

    def start(self) -> None:
        """Begin to tick in the running loop; what ticks by an interval does so at once."""
        self._scheduler.start()

    async def stop(self, timeout_seconds: float = 15.0) -> None:
        """Tick no more, and let ticks that are at work come to their own end.

        APScheduler's own shutdown cancels them, in the middle of a transaction or of a post.
        """
        self._is_stopping = True
        self._scheduler.pause()
        # A tick that was submitted a moment ago begins in the next turn of the loop.
        await asyncio.sleep(0)
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=timeout_seconds)
        self._scheduler.shutdown(wait=False)

    def jobs(self) -> list[Any]:
        """APScheduler's own jobs, to be looked at."""
        return list(self._scheduler.get_jobs())

    def _add(self, row: Row, action: Action) -> None:
        at_once: dict[str, Any] = {"next_run_time": self._first} if row.every else {}
        self._scheduler.add_job(
            action,
            _trigger(row),
            id=row.name,
            name=row.name,
            misfire_grace_time=int(row.misfire_grace_time.total_seconds()),
            coalesce=row.coalesce,
            max_instances=row.max_instances,
            **at_once,
        )

    def _guarded(self, row: Row, action: Action, pulse: Pulse) -> Action:
        async def tick() -> None:
            task = asyncio.current_task()
            assert task is not None  # noqa: S101 - a coroutine of APScheduler's runs in a task
            self._at_work.add(task)
            try:
                while await action() and row.is_eager and not self._is_stopping:
                    pulse.beat(row.name)
                pulse.beat(row.name)
            except Exception:
                logger.exception("tick %s failed", row.name)
                pulse.stumble(row.name)
            finally:
                self._at_work.discard(task)

        return tick


def _trigger(row: Row) -> Any:
    if row.every is not None:
        return IntervalTrigger(seconds=row.every.total_seconds(), timezone=UTC)
    return CronTrigger(timezone=UTC, **dict(row.cron or {}))
