"""Signs of life that the doors report while they work: ticks, updates, answers of Telegram."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FORGOTTEN_AFTER = timedelta(minutes=2)
"""An outage or an answer that nobody repeated for so long says nothing of now.

A poll ends within 35 s and is tried again within 30 s more."""


class Trouble(StrEnum):
    """Why Telegram is of no use; a closed list, for a fault's own words may hold the token."""

    UNREACHABLE = "unreachable"
    FAULTY = "faulty answers"
    TOKEN_REFUSED = "token refused"  # noqa: S105 - a reason
    OTHER_POLLER = "another program polls"


@dataclass(frozen=True, slots=True)
class Outage:
    """One door of one bot that gets nothing from Telegram."""

    bot_id: int
    door: str
    """"polling" hears, "chat" answers people, "outbox" sends posts."""
    trouble: Trouble
    since: datetime


class Pulse:
    """What the doors report about themselves, in memory."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """``now`` is the clock that ages are measured by."""
        self._now = now
        self._beats: dict[str, datetime] = {}
        self._within: dict[str, timedelta] = {}
        self._stumbling: set[str] = set()
        self._lag: timedelta | None = None
        self._reached: dict[tuple[int, str], datetime] = {}
        self._missed: dict[tuple[int, str], tuple[Trouble, datetime, datetime]] = {}

    # ---- the clock

    def expect(self, job: str, *, within: timedelta) -> None:
        """From now on ``job`` must beat at least every ``within``, or the clock has stalled."""
        self._within[job] = within
        self._beats.setdefault(job, self._now())

    def beat(self, job: str) -> None:
        """``job`` ran just now, to its end."""
        self._beats[job] = self._now()
        self._stumbling.discard(job)

    def stumble(self, job: str) -> None:
        """``job`` ran just now and ended in an error: the clock ticks, the work is not done."""
        self._beats[job] = self._now()
        self._stumbling.add(job)

    def leave(self, job: str) -> None:
        """Another process does ``job`` now: nothing is expected of it here."""
        for known in (self._within, self._beats):
            known.pop(job, None)
        self._stumbling.discard(job)

    def ages(self) -> dict[str, timedelta]:
        """How long ago each job ran, or was first expected to."""
        return {job: self._now() - at for job, at in sorted(self._beats.items())}

    def stalled(self) -> list[str]:
        """The jobs that are later than they may be."""
        ages = self.ages()
        return [job for job, within in sorted(self._within.items()) if ages[job] > within]

    def stumbling(self) -> list[str]:
        """The jobs whose last run ended in an error."""
        return sorted(self._stumbling)

    # ---- Telegram

    def updated(self, sent_at: datetime) -> None:
        """An update of Telegram, sent at ``sent_at``, is being handled just now."""
        self._lag = max(self._now() - sent_at, timedelta(0))

    @property
    def lag(self) -> timedelta | None:
        """How late the newest update was handled; None before the first."""
        return self._lag

    def reached(self, bot_id: int, door: str) -> None:
        """Telegram answered ``door`` of this bot as it should."""
        self._reached[bot_id, door] = self._now()
        # What one door hears holds for the others, which may be silent for long: the same
        # Telegram answers the same token. Who else polls is the polling door's own affair.
        self._missed = {
            (bot, missed): told
            for (bot, missed), told in self._missed.items()
            if bot != bot_id or (missed != door and told[0] is Trouble.OTHER_POLLER)
        }

    def missed(self, bot_id: int, door: str, trouble: Trouble) -> None:
        """Telegram did not answer ``door`` of this bot, or not as it should."""
        _, since, _ = self._missed.get((bot_id, door), (trouble, self._now(), self._now()))
        self._missed[bot_id, door] = (trouble, since, self._now())

    def outages(self) -> tuple[Outage, ...]:
        """The doors that Telegram is closed to."""
        return tuple(
            Outage(bot_id, door, trouble, since)
            for (bot_id, door), (trouble, since, told) in sorted(self._missed.items())
            if self._now() - told < FORGOTTEN_AFTER
        )

    @property
    def is_telegram_known(self) -> bool:
        """Whether any door heard something of Telegram lately, good or bad."""
        heard = [*self._reached.values(), *(told for _, _, told in self._missed.values())]
        return any(self._now() - at < FORGOTTEN_AFTER for at in heard)


def trouble_of(status: int | None) -> Trouble | None:
    """What the HTTP ``status`` of an answer says of Telegram as a whole; None for nothing bad.

    Every other 4xx is about one chat or one message, and an answer all the same.
    """
    if status is None:
        return Trouble.UNREACHABLE
    if status >= 500:
        return Trouble.FAULTY
    return {401: Trouble.TOKEN_REFUSED, 409: Trouble.OTHER_POLLER}.get(status)
