"""What comes of looking after groups: how each stands, and why one is not opened again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.health.rules import HealthRules
from bot.domain.health.signals import Sums
from bot.domain.health.standings import Health
from bot.domain.records import Group


@dataclass(frozen=True, slots=True)
class Standing:
    """A group and what is remembered of it; None before its first night."""

    group: Group
    health: Health | None


@dataclass(frozen=True, slots=True)
class View:
    """A group as its promoter looks at it: the last weeks of seven days, the latest first."""

    group: Group
    health: Health | None
    weeks: Sequence[Sums]
    rules: HealthRules
    more_than: int


class Refusal(StrEnum):
    """Why a group is not opened again."""

    NOT_CLOSED = "not_closed"
    SMALL = "small"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Refused:
    """It stays closed; ``bound`` is how many members or groups are asked for."""

    why: Refusal
    bound: int = 0


@dataclass(frozen=True, slots=True)
class Reopened:
    """It is open again and active."""

    group: Group
