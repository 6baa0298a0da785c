"""Where a group stands from day to day: active, on probation with a way back, or closed [§3]."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.health.fatigue import Rest
from bot.domain.health.rules import HealthRules
from bot.domain.health.signals import Sums
from bot.domain.programmes import BASIS_POINTS
from bot.domain.records import GroupId, GroupState

MONTH = timedelta(days=28)
"""Conversion per member is held against the group's own 28 days before [S2]."""
COUNTED_DAYS = 21
"""Of those so many must have been counted, or nothing is compared."""
LEAST_PROBATION = timedelta(days=3)
"""No group comes back sooner: a single good day is no recovery."""
SHOWN_BETTER = timedelta(days=7)
"""What is counted (orders, posts taken away) must have been better for so long."""
TRIAL = timedelta(days=14)
"""Whether conversion recovered is seen by the last days of a probation: a late start counts."""
GRACE = timedelta(days=7)
"""After a recovery a group is left alone for so long."""
RECOVERED_PERCENT = 75
"""Of its earlier conversion; half was the decline, so that nothing flaps between the two."""
MILLION = 1_000_000
PERCENT_BPS = BASIS_POINTS // 100


class Cause(StrEnum):
    """Why a group is on probation, the gravest first."""

    FLOOR = "floor"
    RIGHTS = "rights"
    REMOVED = "removed"
    CONVERSION = "conversion"


@dataclass(frozen=True, slots=True)
class Health:
    """What is remembered of a group from one evaluation to the next; days are UTC."""

    group_id: GroupId
    evaluated_on: date
    """All days before it are counted and judged."""
    was_active: bool = False
    """A group that never was warms up as long as it needs."""
    below_since: date | None = None
    """Since when it is at its floor or below, after having been active."""
    lacking_since: date | None = None
    """Since when the bot is without a right that it needs."""
    probation_since: date | None = None
    probation_until: date | None = None
    cause: Cause | None = None
    baseline_micro: int | None = None
    """Orders a million member-days in the 28 days that its decline was held against."""
    recovered_on: date | None = None
    closed_on: date | None = None
    rest: Rest = field(default_factory=Rest)
    share_bps: int = 0
    """What is left out of its selling posts, whatever for."""
    suggest_on: date | None = None
    """When its posting times are looked at again."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the day found of a group."""

    members: int
    more_than: int
    """The programme's floor [S0]."""
    missing_rights: Collection[str]
    week: Sums
    """The last seven days."""
    month: Sums
    """The last 28 days."""
    earlier: Sums
    """The 28 days before those."""
    trial: Sums
    """The last days of the probation, at most TRIAL."""


def conversion_micro(sums: Sums) -> int:
    """Orders a million members and days; 0 where nothing was counted."""
    return sums.orders * MILLION // sums.member_days if sums.member_days else 0


def turned(
    state: GroupState, health: Health, seen: Seen, rules: HealthRules, today: date
) -> tuple[GroupState, Health]:
    """Where a group stands from ``today`` on, and what is remembered of it.

    A closed one stays closed until somebody opens it again, and says why.
    """
    if state == GroupState.CLOSED:
        return state, health
    health = _marked(state, health, seen, rules, today)
    if state == GroupState.PROBATION:
        state, health = _tried(health, seen, today)
    elif (found := _cause(health, seen, rules, today)) is not None:
        state = GroupState.PROBATION
        health = replace(
            health,
            probation_since=today,
            probation_until=today + timedelta(days=rules.probation_days),
            cause=found,
            baseline_micro=conversion_micro(seen.earlier),
        )
    return state, replace(health, share_bps=share(state, health.rest, rules))


def share(state: GroupState, rest: Rest, rules: HealthRules) -> int:
    """What is left out of a group's selling posts, in basis points."""
    on_probation = state == GroupState.PROBATION
    least = rules.probation_share_percent * PERCENT_BPS if on_probation else 0
    return max(rest.share_bps, least)


def postponed(health: Health, days: int) -> Health:
    """A group that was paused or lost for ``days`` loses nothing of its time to recover."""
    if health.probation_until is None or days <= 0:
        return health
    return replace(health, probation_until=health.probation_until + timedelta(days=days))


def reopened(health: Health, today: date) -> Health:
    """A fresh start, as if the group had just recovered."""
    return Health(
        health.group_id,
        health.evaluated_on,
        was_active=True,
        recovered_on=today,
        suggest_on=health.suggest_on,
    )


def _marked(
    state: GroupState, health: Health, seen: Seen, rules: HealthRules, today: date
) -> Health:
    """Since when the group is small, and since when the bot is without a right."""
    was_active = health.was_active or state in (GroupState.ACTIVE, GroupState.PROBATION)
    is_small = was_active and seen.members <= seen.more_than
    is_lacking = not set(rules.rights).isdisjoint(seen.missing_rights)
    return replace(
        health,
        was_active=was_active,
        below_since=(health.below_since or today) if is_small else None,
        lacking_since=(health.lacking_since or today) if is_lacking else None,
    )


def _cause(health: Health, seen: Seen, rules: HealthRules, today: date) -> Cause | None:
    """The gravest reason for a probation that begins ``today``; None where all is well."""
    if health.recovered_on is not None and today - health.recovered_on < GRACE:
        return None
    reasons = {
        Cause.FLOOR: _has_lasted(health.below_since, rules.floor_days, today),
        Cause.RIGHTS: _has_lasted(health.lacking_since, rules.rights_days, today),
        Cause.REMOVED: seen.week.removed >= rules.removed_posts,
        Cause.CONVERSION: has_declined(health, seen, rules, today),
    }
    return next((cause for cause, holds in reasons.items() if holds), None)


def has_declined(health: Health, seen: Seen, rules: HealthRules, today: date) -> bool:
    """Whether conversion per member fell, in a group large enough for it to be watched [S2]."""
    month, earlier = seen.month, seen.earlier
    if health.recovered_on is not None and today - health.recovered_on < 2 * MONTH:
        # Its bad days are still among those that would be compared.
        return False
    return (
        seen.members >= rules.mark_members
        and min(month.days, earlier.days) >= COUNTED_DAYS
        and earlier.orders >= rules.decline_orders
        and month.orders * earlier.member_days * 100
        <= earlier.orders * month.member_days * rules.decline_percent
    )


def _tried(health: Health, seen: Seen, today: date) -> tuple[GroupState, Health]:
    since, until = health.probation_since or today, health.probation_until or today
    # Whoever recovers on the last day has recovered.
    if today - since >= LEAST_PROBATION and _is_better(health, seen, today - since):
        recovered = replace(
            health,
            probation_since=None,
            probation_until=None,
            cause=None,
            baseline_micro=None,
            recovered_on=today,
        )
        return GroupState.ACTIVE, recovered
    if today >= until:
        return GroupState.CLOSED, replace(health, closed_on=today)
    return GroupState.PROBATION, health


def _is_better(health: Health, seen: Seen, tried: timedelta) -> bool:
    """Whether what brought the probation is over; small groups and silent bots stay in any case."""
    if health.below_since is not None or health.lacking_since is not None:
        return False
    match health.cause:
        case Cause.REMOVED:
            return tried >= SHOWN_BETTER and seen.week.removed == 0
        case Cause.CONVERSION:
            needed = (health.baseline_micro or 0) * RECOVERED_PERCENT
            return tried >= SHOWN_BETTER and conversion_micro(seen.trial) * 100 >= needed
    return True


def _has_lasted(since: date | None, days: int, today: date) -> bool:
    return since is not None and today - since >= timedelta(days=days)
