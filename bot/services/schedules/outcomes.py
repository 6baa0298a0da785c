"""What comes of looking at a schedule and of changing it: views, changes, refusals."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.programmes import SlotPlan
from bot.domain.records import Group, PersonId
from bot.domain.schedules.rules import Blackout, Bounds, Quiet


class Refusal(StrEnum):
    """Why nothing was changed; each is a text of the chat."""

    FIXED = "fixed"
    EARLY = "early"
    LATE = "late"
    SHORT = "short"
    TOO_MANY = "too_many"
    NO_GROUP = "no_group"
    NO_SLOT = "no_slot"
    MISSPELT = "misspelt"
    NO_BLACKOUT = "no_blackout"
    TOO_MANY_BLACKOUTS = "too_many_blackouts"
    PAST = "past"
    QUIET_LONG = "quiet_long"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed."""

    reason: Refusal
    bounds: Bounds = Bounds()
    slot: str = ""
    """What a name that there is not may have been meant for."""


@dataclass(frozen=True, slots=True)
class Changed:
    """It was changed for ``groups``."""

    groups: int
    plan: SlotPlan | None = None
    is_silent: bool = False
    """Whether the slot now lies wholly in quiet hours, so that it posts nothing."""


@dataclass(frozen=True, slots=True)
class SlotView:
    """A slot as its promoter sees it."""

    plan: SlotPlan
    is_own: bool
    """Whether the promoter, or somebody for the group, set it."""
    is_silent: bool
    """Whether quiet hours cover it wholly."""
    is_cut: bool
    """Whether quiet hours cover a part of it."""


@dataclass(frozen=True, slots=True)
class Season:
    """A festival that is on or comes, with its days."""

    title: str
    starts_on: date
    ends_on: date
    has_slots: bool = False
    """Whether the programme has slots for it alone."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """What holds in some scope: all own groups of a promoter, or one of them."""

    scope: str
    slots: tuple[SlotView, ...]
    quiets: tuple[tuple[str, Quiet], ...]
    """Quiet hours by the kind of scope that they are from: "programme", "promoter" or "group"."""
    blackouts: tuple[tuple[str, Blackout], ...]
    """What is not over yet, the earliest first."""


@dataclass(frozen=True, slots=True)
class View:
    """A promoter's schedule: what holds in all own groups, and where single ones differ."""

    promoter_id: PersonId
    groups: tuple[Group, ...]
    scheme: Scheme
    """Of all own groups, or of ``group``."""
    group: Group | None
    bounds: Bounds
    next_at: datetime | None
    """When the next slot opens that posts."""
    next_slot: str | None
    differing: tuple[Group, ...] = ()
    """Groups with a schedule of their own, where ``scheme`` is that of all."""
    seasons: tuple[Season, ...] = field(default=())
