"""What comes of handing groups on, leaving them, copying them, and of links into them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.people.cohorts import Stay
from bot.domain.people.copying import Settings
from bot.domain.people.handovers import Refusal, Transfer
from bot.domain.programmes import SlotPlan
from bot.domain.records import Group, GroupId, Promoter


@dataclass(frozen=True)
class Disconnected:
    """A group was taken out; ``departure`` is the chat that the bot is to leave."""

    group: Group
    departure: int
    withdrawn: int
    """Posts that will not be sent."""
    pools: int
    """Pools that were ended."""


@dataclass(frozen=True)
class Refused:
    """A group is not handed on, and why; ``limit`` is the cap that is met."""

    reason: Refusal
    limit: int = 0


@dataclass(frozen=True)
class Handover:
    """A group on its way, with both sides; ``receiver`` is None before anybody accepted."""

    transfer: Transfer
    group: Group
    giver: Promoter
    receiver: Promoter | None
    is_new: bool = True
    """Whether this call brought it this far; False where an earlier one did."""


@dataclass(frozen=True)
class Row:
    """One own group in a copy: whether it is ticked, and what of it would change."""

    group: Group
    is_ticked: bool
    parts: tuple[str, ...]
    before: Settings
    after: Settings


@dataclass(frozen=True)
class Plan:
    """A copy that is put together: from which group, with which settings, to which others."""

    id: int
    source: Group
    settings: Settings
    slots: tuple[SlotPlan, ...]
    """The slots of the source as they open, whoever set them."""
    rows: tuple[Row, ...]
    fingerprint: str

    @property
    def ticked(self) -> tuple[Row, ...]:
        """The rows of the groups that are ticked."""
        return tuple(row for row in self.rows if row.is_ticked)


class Fate(StrEnum):
    """What became of one group in a copy."""

    COPIED = "copied"
    SAME = "same"
    """It stood so already."""
    UNDONE = "undone"
    CHANGED_SINCE = "changed_since"
    """Something was set by hand since the copy: it stays as it is."""
    GONE = "gone"
    """It is not the promoter's any more."""


@dataclass(frozen=True)
class Copied:
    """A copy that was made or taken back, group by group; ``until`` it can be undone."""

    id: int
    source: Group
    fates: Mapping[GroupId, Fate]
    groups: Mapping[GroupId, Group]
    until: datetime | None


@dataclass(frozen=True)
class Changed:
    """Something stands otherwise than it was shown; nothing was done."""

    plan: Plan


class NoCopy(StrEnum):
    """Why a copy cannot be made or undone."""

    OLD = "old"
    """It was put together too long ago, was made before, or is none."""
    NOBODY = "nobody"
    """No group is ticked."""
    LATE = "late"
    """It can be undone no more."""


class NoLink(StrEnum):
    """Why no link is made."""

    NAMELESS = "nameless"
    LONG = "long"
    MANY = "many"
    GONE = "gone"


@dataclass(frozen=True)
class Cohort:
    """A link into a group and what became of those who came by it; None is fewer than three."""

    id: int
    name: str
    url: str
    made_at: datetime
    is_revoked: bool
    came: int | None
    has_anybody: bool
    stays: tuple[tuple[Stay, int | None], ...]
    claimed: int | None
    pooled: int | None
