"""Watching over the house: what answers, what can be written, what ticks, and what is late."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import uuid4

from bot.services.asking import Asking
from bot.services.pulses import Outage, Pulse
from storage import watching
from storage.database import Database
from storage.questions import questions

LATE_AFTER = timedelta(minutes=2)
"""An opening that was not planned within this is overdue: two ticks and some patience."""
ANSWER_WITHIN_SECONDS = 4.0
"""A database that takes longer is as good as gone; a checker waits five seconds."""
TOTALS_FRESH_FOR = timedelta(minutes=1)
"""The totals read whole tables: once a minute is enough for any graph."""
WRITTEN_FRESH_FOR = timedelta(seconds=10)
"""Whoever asks for health, however often, causes no more writes than this."""
REFUSED_FRESH_FOR = timedelta(seconds=15)
"""So long a refused write of anybody counts, though the trial of our own went through."""

LOCKED_AFTER = timedelta(seconds=30)
"""A writer who holds SQLite's one place longer is stuck, or a person at a prompt."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Writes:
    """Whether the database can be written, as of ``at``; the reason when it cannot."""

    at: datetime
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What only the database knows."""

    openings_overdue: int
    outbox_age: timedelta
    """How long the oldest due post has been waiting; zero when none is."""
    uncertain_posts: int
    house: str | None
    """By which an address can be seen to lead here."""


@dataclass(frozen=True, slots=True)
class Health:
    """How things stand; without a database there are no figures."""

    at: datetime
    stalled: tuple[str, ...]
    """Jobs of the clock that did not tick in time."""
    ages: Mapping[str, timedelta]
    update_lag: timedelta | None
    stumbling: tuple[str, ...] = ()
    """Jobs whose last tick ended in an error."""
    outages: tuple[Outage, ...] = ()
    is_telegram_known: bool = False
    """Whether anything was heard of Telegram lately; a web side alone hears nothing."""
    figures: Figures | None = None
    database_trouble: str | None = None
    writes: Writes | None = None
    disk_free_bytes: int | None = None
    """Where SQLite's file lies; None for PostgreSQL, whose disk is another machine's."""

    @property
    def is_database_well(self) -> bool:
        """Whether the database answers, in time and with all its tables."""
        return self.figures is not None

    @property
    def can_write(self) -> bool:
        """Whether nothing is known against writing."""
        return self.writes is None or self.writes.trouble is None

    @property
    def is_well(self) -> bool:
        """Whether to send requests here: the database answers and takes writes, the clock ticks.

        Telegram is not asked about: without it clicks and postbacks go on.
        """
        return self.is_database_well and self.can_write and not self.stalled

    @property
    def is_whole(self) -> bool:
        """Whether nothing at all wants looking at."""
        return self.is_well and not self.outages and not self.stumbling

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
    questions: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """Of the last day: by the answer's kind, and by who worded it."""


@dataclass
class _Known:
    """What was found out last."""

    totals: Totals | None = None
    writes: Writes | None = None
    refused: Writes | None = None
    waiting_since: datetime | None = None
    """When our trial of writing began to wait for somebody else's writing."""
    trouble: str | None = None
    """What was last said in the log, so that an outage is told once and not at each question."""


@dataclass(frozen=True)
class Watching:
    """Health and figures for whoever watches from outside; nothing here raises or hangs."""

    database: Database
    now: Callable[[], datetime]
    pulse: Pulse
    _known: _Known = field(default_factory=_Known, init=False)
    _reading: Asking[Figures] = field(init=False, repr=False)
    _writing: Asking[Writes] = field(init=False, repr=False)
    _counting: Asking[Totals] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Hear of refused writes, and prepare the three questions to the database."""
        watching.on_refusal(self.database, self._refused)
        object.__setattr__(self, "_reading", Asking(self._read))
        object.__setattr__(self, "_writing", Asking(self._write))
        object.__setattr__(self, "_counting", Asking(self._count))

    async def health(self) -> Health:
        """How things stand now, told within ANSWER_WITHIN_SECONDS and a moment."""
        figures, trouble = None, None
        try:
            figures = await self._reading.within(ANSWER_WITHIN_SECONDS)
        except Exception as fault:
            trouble = watching.trouble_of(fault)
        self._say(trouble)
        return Health(
            at=self.now(),
            stalled=tuple(self.pulse.stalled()),
            ages=self.pulse.ages(),
            update_lag=self.pulse.lag,
            stumbling=tuple(self.pulse.stumbling()),
            outages=self.pulse.outages(),
            is_telegram_known=self.pulse.is_telegram_known,
            figures=figures,
            database_trouble=trouble,
            writes=self._writes() if figures is not None else None,
            disk_free_bytes=self.database.place.free_bytes(),
        )

    async def totals(self) -> Totals | None:
        """Counts over everything, at most a minute old; None when the database is gone."""
        known = self._known.totals
        if known is not None and self.now() - known.read_at < TOTALS_FRESH_FOR:
            return known
        try:
            self._known.totals = await self._counting.within(ANSWER_WITHIN_SECONDS)
        except Exception as fault:
            logger.warning("the totals cannot be read: %s", watching.trouble_of(fault))
            return None
        return self._known.totals

    def _writes(self) -> Writes | None:
        """The worse of what we tried ourselves and what anybody was refused lately."""
        refused = self._known.refused
        if refused is not None and self.now() - refused.at < REFUSED_FRESH_FOR:
            return refused
        return self._known.writes

    def _refused(self, trouble: str) -> None:
        self._known.refused = Writes(self.now(), trouble)

    async def _read(self) -> Figures:
        now = self.now()
        await self.database.check()
        self.database.place.check()
        async with self.database.read() as connection:
            oldest = await watching.find_oldest_due(connection, now)
            found = Figures(
                openings_overdue=await watching.count_overdue(connection, now - LATE_AFTER),
                outbox_age=timedelta(0) if oldest is None else now - oldest,
                uncertain_posts=await watching.count_uncertain(connection),
                house=await watching.find_house(connection),
            )
        known = self._known.writes
        if known is None or now - known.at >= WRITTEN_FRESH_FOR:
            await self._try_writing()
        return found

    async def _try_writing(self) -> None:
        known, now = self._known, self.now()
        try:
            known.writes = await self._writing.within(ANSWER_WITHIN_SECONDS / 2)
        except TimeoutError:
            # A long import is no fault: the others wait for it too, and get their turn.
            known.waiting_since = known.waiting_since or now
            if now - known.waiting_since >= LOCKED_AFTER:
                known.writes = Writes(now, "locked")
            return
        except Exception as fault:
            known.writes = Writes(now, watching.trouble_of(fault))
        known.waiting_since = None

    async def _write(self) -> Writes:
        async with self.database.write() as connection:
            await watching.try_writing(connection, self.now(), uuid4().hex)
        return Writes(self.now())

    async def _count(self) -> Totals:
        async with self.database.read() as connection:
            people, others = await watching.total_clicks(connection)
            return Totals(
                posts=await watching.count_posts(connection),
                conversions=await watching.count_conversions(connection),
                person_clicks=people,
                other_clicks=others,
                read_at=self.now(),
                questions=await questions.count_since(connection, self.now() - timedelta(days=1)),
            )

    def _say(self, trouble: str | None) -> None:
        writes, found = self._writes(), trouble
        if found is None and writes is not None and writes.trouble is not None:
            found = f"writes fail: {writes.trouble}"
        if found == self._known.trouble:
            return
        self._known.trouble = found
        if found is None:
            logger.info("the database is well again")
        else:
            logger.error("the database: %s", found)
