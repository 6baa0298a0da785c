"""When a slot opens and closes in a group's own time, and what its key is."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.domain.links import chance
from bot.domain.programmes import SlotPlan
from bot.domain.records import GroupId
from bot.errors import InputError

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = tuple(range(7))

SPREAD = timedelta(seconds=30)
"""Keeps many groups from falling due in one second; the outbox's budget does the rest."""
_ROOM = 0.9
"""Share of a window in which posts fall due; the rest of it is left for sending them."""


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when a slot's posts may be sent; aware UTC, never empty."""

    opens_at: datetime
    closes_at: datetime

    @property
    def length(self) -> timedelta:
        """How long the window stays open in real time."""
        return self.closes_at - self.opens_at


class SlotKey(NamedTuple):
    """What makes one opening of a slot unique: our group, its local day, the slot's name."""

    group_id: GroupId
    day: date
    slot: str


@dataclass(frozen=True, slots=True)
class Opening:
    """The next opening of a group's slot: its local day, and its window in aware UTC."""

    group_id: GroupId
    slot: str
    day: date
    opens_at: datetime
    closes_at: datetime

    @property
    def key(self) -> SlotKey:
        """What makes it unique."""
        return SlotKey(self.group_id, self.day, self.slot)


def window(plan: SlotPlan, day: date, zone: ZoneInfo) -> Window:
    """The window of ``plan`` that opens on the local ``day`` in ``zone``.

    A local time that does not exist is the first instant after the gap, one that comes twice
    is the first of the two. A window whose both ends fall into a gap keeps its usual length.
    """
    opens, closes = parse_clock(plan.opens), parse_clock(plan.closes)
    closes_on = day if closes > opens else day + timedelta(days=1)
    opens_at, closes_at = first_instant(day, opens, zone), first_instant(closes_on, closes, zone)
    if closes_at <= opens_at:
        usual = datetime.combine(closes_on, closes) - datetime.combine(day, opens)
        closes_at = opens_at + usual
    return Window(opens_at, closes_at)


def is_on(plan: SlotPlan, day: date) -> bool:
    """Whether ``plan`` opens on the local ``day``: by its weekdays, and by its festival's days."""
    if day.weekday() not in plan.days:
        return False
    return plan.during is None or is_within(plan.during, day)


def is_within(during: tuple[str, str], day: date) -> bool:
    """Whether ``day`` lies in the days of every year from one "MM-DD" to another, both included."""
    today, (starts, ends) = f"{day:%m-%d}", during
    if starts <= ends:
        return starts <= today <= ends
    return today >= starts or today <= ends


def next_window(plan: SlotPlan, after: datetime, zone: ZoneInfo) -> tuple[date, Window]:
    """The first window that is not yet closed at ``after`` (aware), with its local day.

    A window that is open at ``after`` counts, so that a slot set or a group connected in the
    middle of it is still served.
    """
    # A window over midnight may have opened on the day before.
    day = after.astimezone(zone).date() - timedelta(days=1)
    while True:
        if is_on(plan, day):
            found = window(plan, day, zone)
            if found.closes_at > after:
                return day, found
        day += timedelta(days=1)


def following(plan: SlotPlan, day: date, zone: ZoneInfo) -> tuple[date, Window]:
    """The first window that opens on a later local day than ``day``, with its day."""
    while True:
        day += timedelta(days=1)
        if is_on(plan, day):
            return day, window(plan, day, zone)


def spread(ordinal: int, count: int, opening: Window, seed: str) -> datetime:
    """When the post ``ordinal`` (from 0) of ``count`` falls due in the window ``opening``.

    The window is cut into ``count`` parts; a post falls due at the begin of its own part, moved
    by a stable fraction of ``seed`` within SPREAD.
    """
    part = opening.length * _ROOM / count
    reach = min(part, SPREAD)
    return opening.opens_at + part * ordinal + reach * chance.fraction(f"{seed}/{ordinal}")


def parse_window(text: str) -> tuple[str, str]:
    """Read "HH:MM-HH:MM" as (opens, closes); closes before opens means the next day.

    Raises InputError with a sentence for the one who wrote it.
    """
    opens, dash, closes = text.strip().replace("–", "-").partition("-")
    opens, closes = opens.strip(), closes.strip()
    if not dash or not (_is_clock(opens) and _is_clock(closes)):
        raise InputError(f"“{text}” is not a window such as 08:00-09:30.")
    if opens == closes:
        raise InputError(f"“{text}” opens and closes at the same time.")
    return opens, closes


def parse_clock(text: str) -> time:
    """Read a checked "HH:MM"."""
    return time(int(text[:2]), int(text[3:]))


def parse_days(text: str) -> tuple[int, ...]:
    """Read "daily", "mon-fri", "sat,sun" or "fri-mon" as weekdays, 0 = Monday … 6, ascending.

    Raises InputError with a sentence for the one who wrote it.
    """
    folded = text.strip().lower()
    if folded == "daily":
        return EVERY_DAY
    found: set[int] = set()
    for part in folded.split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise InputError(f"“{text}” is not a list of days such as mon-fri or sat,sun.")
        start = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - start) % 7 if dash else 0
        found.update((start + step) % 7 for step in range(length + 1))
    return tuple(sorted(found))


def days_text(days: tuple[int, ...]) -> str:
    """Write weekdays as ``parse_days`` reads them: "daily", "mon-fri", "mon,wed,fri"."""
    if days == EVERY_DAY:
        return "daily"
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"
    return ",".join(WEEKDAYS[day] for day in days)


def _is_clock(text: str) -> bool:
    return (
        len(text) == 5
        and text[2] == ":"
        and (text[:2] + text[3:]).isascii()
        and (text[:2] + text[3:]).isdigit()
        and int(text[:2]) < 24
        and int(text[3:]) < 60
    )


def last_instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The same for a ``clock`` that is shown twice, but the second time."""
    wall = datetime.combine(day, clock)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    return second if _wall(second, zone) == wall else first_instant(day, clock, zone)


def first_instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The first instant at which the wall clock in ``zone`` shows ``clock`` on ``day`` or later."""
    wall = datetime.combine(day, clock)
    first = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if _wall(first, zone) == wall:
        return first
    # In a gap, fold 0 counts with the offset of before and lands behind the gap's end, fold 1
    # with the offset of after and lands ahead of it: the end lies between the two.
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    behind = first
    while behind - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((behind - before).total_seconds()) // 2)
        if _wall(middle, zone) < wall:
            before = middle
        else:
            behind = middle
    return behind


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
