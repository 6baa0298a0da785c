"""Watching over the house: does the database answer, does the clock tick, is anything late."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage import watching
from storage.database import Database

LATE_AFTER = timedelta(minutes=2)
"""An opening that was not planned within this is overdue: two ticks and some patience."""
ANSWER_WITHIN_SECONDS = 5.0
"""A database that takes longer for a sign of life is as good as gone."""
TOTALS_FRESH_FOR = timedelta(minutes=1)
"""The totals read whole tables: once a minute is enough for any graph."""

logger = logging.getLogger(__name__)


class Pulse:
    """What the doors report about themselves, in memory: ticks of the clock, lag of updates."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """``now`` is the clock that ages are measured by."""
        self._now = now
        self._beats: dict[str, datetime] = {}
        self._within: dict[str, timedelta] = {}
        self._lag: timedelta | None = None

    def expect(self, job: str, *, within: timedelta) -> None:
        """From now on ``job`` must beat at least every ``within``, or the clock has stalled."""
        self._within[job] = within
        self._beats.setdefault(job, self._now())

    def beat(self, job: str) -> None:
        """``job`` ran just now."""
        self._beats[job] = self._now()

    def updated(self, sent_at: datetime) -> None:
        """An update of Telegram, sent at ``sent_at``, is being handled just now."""
        self._lag = max(self._now() - sent_at, timedelta(0))

    def ages(self) -> dict[str, timedelta]:
        """How long ago each job ran, or was first expected to."""
        return {job: self._now() - at for job, at in sorted(self._beats.items())}

    def stalled(self) -> list[str]:
        """The jobs that are later than they may be."""
        ages = self.ages()
        return [job for job, within in sorted(self._within.items()) if ages[job] > within]

    @property
    def lag(self) -> timedelta | None:
        """How late the newest update was handled; None before the first."""
        return self._lag


@dataclass(frozen=True, slots=True)
class Health:
    """How things stand; without a database the figures out of it are None."""

    is_database_well: bool
    stalled: tuple[str, ...]
    """Jobs of the clock that did not tick in time."""
    ages: Mapping[str, timedelta]
    update_lag: timedelta | None
    openings_overdue: int | None = None
    outbox_age: timedelta | None = None
    """How long the oldest due post has been waiting; zero when none is."""
    uncertain_posts: int | None = None

    @property
    def is_well(self) -> bool:
        """Whether to go on sending requests here: the database answers and the clock ticks."""
        return self.is_database_well and not self.stalled

    @property
    def last_tick_age(self) -> timedelta | None:
        """Age of the newest tick of any job; None where no clock runs."""
        return min(self.ages.values(), default=None)


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts over everything, as of the last reading."""

    posts: Mapping[str, int]
    conversions: Mapping[str, int]
    person_clicks: int
    other_clicks: int
    read_at: datetime


@dataclass(frozen=True)
class Watching:
    """Health and figures for whoever watches from outside."""

    database: Database
    now: Callable[[], datetime]
    pulse: Pulse
    _totals: dict[str, Totals] = field(default_factory=dict, init=False)

    async def health(self) -> Health:
        """How things stand now; never raises for a database that is gone."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN_SECONDS):
                return await self._health()
        except Exception:
            logger.exception("the database gives no sign of life")
        return Health(
            is_database_well=False,
            stalled=tuple(self.pulse.stalled()),
            ages=self.pulse.ages(),
            update_lag=self.pulse.lag,
        )

    async def totals(self) -> Totals | None:
        """Counts over everything, at most a minute old; None when the database is gone."""
        known = self._totals.get("last")
        if known is not None and self.now() - known.read_at < TOTALS_FRESH_FOR:
            return known
        try:
            async with self.database.read() as connection:
                people, others = await watching.total_clicks(connection)
                totals = Totals(
                    posts=await watching.count_posts(connection),
                    conversions=await watching.count_conversions(connection),
                    person_clicks=people,
                    other_clicks=others,
                    read_at=self.now(),
                )
        except Exception:
            logger.exception("the totals cannot be read")
            return None
        self._totals["last"] = totals
        return totals

    async def _health(self) -> Health:
        now = self.now()
        await self.database.check()
        async with self.database.read() as connection:
            oldest = await watching.find_oldest_due(connection, now)
            return Health(
                is_database_well=True,
                stalled=tuple(self.pulse.stalled()),
                ages=self.pulse.ages(),
                update_lag=self.pulse.lag,
                openings_overdue=await watching.count_overdue(connection, now - LATE_AFTER),
                outbox_age=timedelta(0) if oldest is None else now - oldest,
                uncertain_posts=await watching.count_uncertain(connection),
            )
