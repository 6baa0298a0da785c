"""The timetable as data: what the clock does, how often, and how late it may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

SECOND = timedelta(seconds=1)
STALLED_AFTER = timedelta(seconds=60)
"""A job that did not run for this long, or for three of its intervals, has stalled."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """One job: either ``every`` so long, or at the ``cron`` fields, in UTC.

    A late run is made once, not once for each that was missed (``coalesce``), and never beside
    one that is still running: the tables know what is due, so nothing is lost by it.
    """

    name: str
    part: str
    """Which part of ``haowu run --only`` it belongs to: "clock" or "outbox"."""
    every: timedelta | None = None
    cron: Mapping[str, int] | None = None
    misfire_grace_time: timedelta = timedelta(seconds=30)
    """APScheduler drops a later run silently; its own default is one second."""
    coalesce: bool = True
    max_instances: int = 1
    is_eager: bool = False
    """Whether a run that did something is followed at once by the next: there may be more."""

    @property
    def stalled_after(self) -> timedelta:
        """After so long without a run something is wrong."""
        return max(STALLED_AFTER, 3 * self.every) if self.every else DAY + STALLED_AFTER


TIMETABLE = (
    Row("slots", "clock", every=SECOND, is_eager=True),
    Row("adopt", "clock", every=5 * SECOND, is_eager=True),
    Row("outbox", "outbox", every=SECOND, is_eager=True),
    Row("notices", "outbox", every=2 * SECOND),
    Row("doubt", "outbox", every=10 * SECOND),
    Row("pool_messages", "outbox", every=2 * SECOND),
    Row("living", "outbox", every=5 * SECOND, is_eager=True),
    Row("polls", "outbox", every=60 * SECOND, is_eager=True),
    Row("pool_deadlines", "clock", every=5 * SECOND, is_eager=True),
    Row("pool_prices", "clock", every=60 * SECOND),
    Row("pool_words", "clock", every=5 * SECOND, is_eager=True),
    Row("pool_names", "clock", cron={"hour": 3, "minute": 53}, misfire_grace_time=DAY / 2),
    Row("growth", "clock", every=60 * SECOND),
    Row("tags", "clock", every=600 * SECOND),
    Row("departures", "clock", every=20 * SECOND, is_eager=True),
    Row("cohorts", "clock", cron={"hour": 3, "minute": 29}, misfire_grace_time=DAY / 2),
    Row("health", "clock", every=600 * SECOND, is_eager=True),
    Row("new_groups", "clock", every=3600 * SECOND),
    Row("rankings", "clock", every=60 * SECOND),
    Row("decks", "clock", every=60 * SECOND, is_eager=True),
    Row("greetings", "clock", every=10 * SECOND),
    Row("recheck", "clock", every=60 * SECOND),
    Row("release", "clock", every=60 * SECOND),
    Row("replay", "clock", every=3600 * SECOND),
    Row("months", "clock", every=6 * 3600 * SECOND),
    Row("visitor_keys", "clock", every=3600 * SECOND),
    Row("questions", "clock", cron={"hour": 3, "minute": 41}, misfire_grace_time=DAY / 2),
    Row("clicks", "clock", cron={"hour": 3, "minute": 17}, misfire_grace_time=DAY / 2),
)
"""Local time is no business of this table: slots are windows in the groups' own time, by data."""
