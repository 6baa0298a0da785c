"""A programme is data: who may join, what is posted when, and the dated terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Levels:
    """Two-level terms [S1]: basis points to the promoter and to the direct inviter."""

    first_bps: int
    second_bps: int


@dataclass(frozen=True, slots=True)
class Pool:
    """Profit split terms, 三毛五 [S2]: partner (the promoter), team, company, in basis points."""

    partner_bps: int
    team_bps: int
    company_bps: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The dated rules by which a programme's shares are made, from ``from_at`` on."""

    programme: str
    from_at: datetime
    split: Levels | Pool
    hold_days: int
    is_self_purchase_paid: bool = True


@dataclass(frozen=True, slots=True)
class SlotPlan:
    """A slot as data: name, window in the group's own time, weekdays 0 = Monday … 6."""

    name: str
    opens: str
    """"HH:MM" local."""
    closes: str
    """"HH:MM" local; earlier than ``opens`` means the next day."""
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Question:
    """A training question: texts by language, the right choice by index."""

    text: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    answer: int


@dataclass(frozen=True, slots=True)
class Programme:
    """A scheme as data, read from ``bot/programmes/NAME.toml``."""

    name: str
    title: Mapping[str, str]
    source: str
    """Source documents, e.g. "[S0,S1]"."""
    more_than_members: int
    """Floor: picks are posted only above this number of members [S0]."""
    groups_limit: int
    """Groups a promoter may connect at most [S1]."""
    shortlist_size: int
    picks_per_slot: int
    repeat_days: int
    """An offer does not return to a group within this many days."""
    freshness_hours: int
    """An offer whose data is older is not posted."""
    slots: tuple[SlotPlan, ...]
    terms: tuple[Terms, ...]
    weights: Mapping[str, float]
    """Weight of each of the eight factors."""
    price_currency: str | None = None
    """The band's currency; an offer in another one is not compared with it."""
    price_min_minor: int | None = None
    price_max_minor: int | None = None
    categories: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    marketplaces: tuple[str, ...] = ()
    is_training_required: bool = True
    questions: tuple[Question, ...] = ()
    scripts: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """slot name (or "any") → language → variants of the opening line (话术)."""
    invitation: str = "person"
    """Who may invite: "person", "batch" or "shop"."""


FACTORS = (
    "marketplace_rank",
    "bot_rank",
    "demand",
    "coupon",
    "commission",
    "stock",
    "quality",
    "value",
)
"""The eight factors [S1] in the order in which they are shown."""


BASIS_POINTS = 10_000
"""A whole, in basis points."""


def terms_at(programme: Programme, moment: datetime) -> Terms:
    """The terms of ``programme`` in force at ``moment``; the earliest ones before their date."""
    in_force = [terms for terms in programme.terms if terms.from_at <= moment]
    return in_force[-1] if in_force else programme.terms[0]
