"""A programme is data: who may join, what is posted when, and the dated terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.growth.levels import STANDARD, Rung
from bot.domain.health.rules import HealthRules
from bot.domain.schedules.rules import Blackout, Bounds, Quiet, Warmth


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
class Community:
    """万物心选 [S4]: the shop's owner, and the gold owner in whose community the shop stands."""

    owner_bps: int
    gold_bps: int


@dataclass(frozen=True, slots=True)
class Terms:
    """The dated rules by which a programme's shares are made, from ``from_at`` on."""

    programme: str
    from_at: datetime
    split: Levels | Pool | Community
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
    during: tuple[str, str] | None = None
    """First and last day, "MM-DD", of the festival that has this slot; None for ordinary ones."""
    is_off: bool = False
    """Whether somebody who may has switched it off."""


@dataclass(frozen=True, slots=True)
class Question:
    """A training question: texts by language, the right choice by index."""

    text: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    answer: int


@dataclass(frozen=True, slots=True)
class Vertical:
    """A ready narrowing of the catalogue that a group may choose (京小家 [S0,S1])."""

    title: Mapping[str, str]
    categories: tuple[str, ...]


class Range(StrEnum):
    """What a brand's shop guide may post (云店 [S0,S1])."""

    OWN_BRAND = "own_brand"
    OWN_PLUS_MALL = "own_plus_mall"


@dataclass(frozen=True, slots=True)
class Scope:
    """From ``from_at`` on, promoters bound to a brand may post ``range``."""

    from_at: datetime
    range: Range


@dataclass(frozen=True, slots=True)
class Festival:
    """Days of every year in which a slot's script is the festival's: "MM-DD" to "MM-DD"."""

    name: str
    title: Mapping[str, str]
    starts: str
    ends: str
    """Earlier than ``starts`` means the next year."""
    slots: tuple[SlotPlan, ...] = ()
    """Windows that open on its days, beside the ordinary ones."""


@dataclass(frozen=True, slots=True)
class Coupon:
    """What each direct invitation brings the inviter: never cash, never paid out [S4]."""

    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True)
class PoolRules:
    """What a programme says of its pools (拼团 [S3,S4])."""

    size: int
    """How many people make a pool."""
    hours: int
    """How long it stays open."""
    cut_off: str | None = None
    """"HH:MM" local at which a pool closes each day at the latest; None is by hours alone."""
    has_pickup: bool = False
    """Whether whoever joins is asked for a pick-up point."""


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
    rate_min_bps: int | None = None
    """Bounds of an offer's commission; one outside, or one that states none, is not posted."""
    rate_max_bps: int | None = None
    verticals: Mapping[str, Vertical] = field(default_factory=dict)
    """The first is that of groups that chose none."""
    scopes: tuple[Scope, ...] = ()
    """By date, the earliest first; none where promoters are not bound to a brand."""
    festivals: tuple[Festival, ...] = ()
    has_own_stock: bool = False
    """Whether promoters may offer goods of their own (社会化库存 [S2])."""
    coupon: Coupon | None = None
    pools: PoolRules | None = None
    can_buy: bool = False
    """Whether members have links for purchases of their own (自购)."""
    can_share: bool = False
    """Whether members have links to share outside of groups."""
    rungs: tuple[Rung, ...] = STANDARD
    """The three levels of a promoter [S4], what each asks for and brings; pay is no part of it."""
    health: HealthRules = HealthRules()
    """When one of its groups is on probation, and for how long."""
    bounds: Bounds = Bounds()
    """Within what promoters may change the slots of their groups."""
    quiet: Quiet | None = None
    blackouts: tuple[Blackout, ...] = ()
    warmth: Warmth | None = None


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


def own_bps(split: Levels | Pool | Community) -> int:
    """What the promoter of the link has of a commission, in basis points."""
    match split:
        case Levels():
            return split.first_bps
        case Pool():
            return split.partner_bps
    return split.owner_bps


def terms_at(programme: Programme, moment: datetime) -> Terms:
    """The terms of ``programme`` in force at ``moment``; the earliest ones before their date."""
    in_force = [terms for terms in programme.terms if terms.from_at <= moment]
    return in_force[-1] if in_force else programme.terms[0]


def range_at(programme: Programme, moment: datetime) -> Range | None:
    """What promoters bound to a brand may post at ``moment``; None where nobody is bound.

    Before the first date it is what that one says.
    """
    if not programme.scopes:
        return None
    in_force = [scope for scope in programme.scopes if scope.from_at <= moment]
    return (in_force[-1] if in_force else programme.scopes[0]).range


def all_slots(programme: Programme) -> tuple[SlotPlan, ...]:
    """The ordinary slots of ``programme`` and those of its festivals."""
    return (*programme.slots, *(plan for each in programme.festivals for plan in each.slots))


def festival_on(programme: Programme, day: date) -> Festival | None:
    """The festival of ``programme`` on ``day``, the first that holds it; None in ordinary days."""
    today = f"{day:%m-%d}"
    for festival in programme.festivals:
        is_one_year = festival.starts <= festival.ends
        begun, open_ = festival.starts <= today, today <= festival.ends
        if (begun and open_) if is_one_year else (begun or open_):
            return festival
    return None
