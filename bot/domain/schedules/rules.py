"""What a programme says of its schedule: bounds, quiet hours, blackout dates, warm posts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Bounds:
    """Within what a promoter may move the slots of the own groups; clocks are the groups' own."""

    may_change: bool = True
    earliest: str = "06:00"
    """"HH:MM" before which no slot opens."""
    latest: str = "23:00"
    """"HH:MM" after which none is open."""
    at_most: int = 6
    """Slots that open on one day."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of every day in which nothing is posted, in the group's own time."""

    starts: str
    """"HH:MM" local."""
    ends: str
    """"HH:MM" local; not later than ``starts`` means the next day."""

    def __str__(self) -> str:
        return f"{self.starts}-{self.ends}"


@dataclass(frozen=True, slots=True)
class Blackout:
    """Whole days, in the group's own time, on which no slot opens, and why."""

    starts_on: date
    ends_on: date
    """The last one."""
    reason: str = ""
    id: int = 0
    """Of one that was set by hand; 0 for a programme's own."""

    def holds(self, day: date) -> bool:
        """Whether the local ``day`` is one of them."""
        return self.starts_on <= day <= self.ends_on

    def __str__(self) -> str:
        if self.starts_on == self.ends_on:
            return self.starts_on.isoformat()
        return f"{self.starts_on}..{self.ends_on}"


class Kind(StrEnum):
    """What a post that sells nothing is [S2]."""

    GREETING = "greeting"
    TIP = "tip"
    THANKS = "thanks"
    POLL = "poll"


PLAIN = (Kind.GREETING, Kind.TIP, Kind.THANKS)
"""Those that are a text."""


@dataclass(frozen=True, slots=True)
class PollPlan:
    """A question to the group: texts by language, answers in the same order in each."""

    name: str
    question: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    is_wish: bool = False
    """Whether its answers name what the group would like to see offered."""


@dataclass(frozen=True, slots=True)
class Warmth:
    """The share of posts that sell nothing and keep a group warm [S2]."""

    one_in: int = 6
    """Of so many openings one sells nothing."""
    polls_days: int = 7
    """Between two polls of a group lie at least so many days."""
    after_days: int = 3
    """A new group is first shown what it is for."""
    texts: Mapping[str, Mapping[str, tuple[str, ...]]] | None = None
    """Kind → language → variants."""
    polls: tuple[PollPlan, ...] = ()
