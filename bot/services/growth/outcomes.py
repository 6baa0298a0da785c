"""What comes of growing: progress, teams, words passed on, boards, and names beside members."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.growth.boards import Place, Span
from bot.domain.growth.levels import Level, Rung
from bot.domain.growth.progress import Step
from bot.domain.records import Currency, GroupId, Invitation, PersonId, Promoter


@dataclass(frozen=True)
class Progress:
    """How far a promoter is: what was done before, and what was found done just now."""

    rungs: tuple[Rung, ...]
    done: frozenset[str]
    level: Level | None
    """Reached; None is a newcomer."""
    step: Step
    card: tuple[Level, int] | None
    """The next tutorial that was not opened yet; None when all were."""


@dataclass(frozen=True)
class Mentee:
    """Somebody under a mentor's eyes: how far, and nothing of what is earned."""

    promoter: Promoter
    level: Level | None
    done: int
    """Of the tasks of the level that is worked on."""
    total: int


@dataclass(frozen=True)
class Seller:
    """What one directly invited promoter's orders come to for the inviter."""

    name: str
    orders: int
    share_minor: int
    currency: Currency


@dataclass(frozen=True)
class Total:
    """A month's orders through a team, their commission, and the own share of the second level."""

    currency: Currency
    orders: int
    commission_minor: int
    share_minor: int


@dataclass(frozen=True)
class Sales:
    """A page of who sold in a month."""

    month: date
    totals: tuple[Total, ...]
    sellers: tuple[Seller, ...]
    page: int
    has_more: bool


@dataclass(frozen=True)
class Mentees:
    """A page of those whom somebody mentors."""

    mentees: tuple[Mentee, ...]
    page: int
    has_more: bool


@dataclass(frozen=True)
class Invitations:
    """A page of own codes and of who joined: apart from sales, for nobody is paid for them."""

    codes: tuple[Invitation, ...]
    joined: tuple[Promoter, ...]
    total: int
    """Of who joined."""
    page: int
    has_more: bool


class Unrelayed(StrEnum):
    """Why words were not passed on."""

    NOBODY = "nobody"
    """There is no mentor, or the other one is gone."""
    MUTED = "muted"
    LIMIT = "limit"
    LONG = "long"
    EMPTY = "empty"
    GONE = "gone"
    """What was answered to is of another mentorship by now."""


class Unchosen(StrEnum):
    """Why somebody does not become a mentor."""

    SELF = "self"
    FULL = "full"
    NOT_OFFERED = "not_offered"
    NO_RIGHT = "no_right"
    CIRCLE = "circle"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Relayed:
    """Words that may be passed on now: to whom, from whom, and their number."""

    to: Promoter
    sender: Promoter
    number: int
    is_to_mentor: bool


@dataclass(frozen=True)
class Mentoring:
    """A promoter's mentor, and what the promoter offers to others."""

    mentor: Promoter | None
    is_inviter: bool
    is_muted: bool
    """By the promoter who asks."""
    mentees_limit: int
    """How many may choose the promoter; 0 where the level does not bring it."""
    is_offering: bool


@dataclass(frozen=True)
class Board:
    """A board; without places where too few want to be seen or nobody did anything."""

    places: tuple[Place, ...]
    is_few: bool
    is_shown: bool
    """Whether whoever asks is among those who want to be seen."""
    span: Span | None = None


@dataclass(frozen=True)
class Tagging:
    """What is to stand beside a member's name in a group; "" takes it away."""

    group_id: GroupId
    chat_id: int
    bot_id: int | None
    language: str
    person_id: PersonId
    telegram_id: int
    is_helper: bool
