"""When a group's people click, and what of its posting times that speaks for moving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.programmes import SlotPlan

ASKED_EVERY = timedelta(days=30)
DECLINED_FOR = timedelta(days=90)
"""A promoter who said no to a slot's new time is not asked about it for so long."""
LOOKED_BACK = timedelta(days=28)
"""Posts of so many days are looked at."""

DAYS_AT_LEAST, CLICKS_AT_LEAST = 14, 30
THERE_AT_LEAST = 10
"""Clicks in an hour of which fewer are chance."""
TIMES_OWN_PERCENT = 150
"""So much better than the slot's own best hour must another one be: posting itself draws clicks."""
FIRST_HOUR, LAST_HOUR = 7, 22
"""No post is moved into the night."""
APART_MINUTES = 60
DAY_MINUTES = 24 * 60

Hours = Mapping[tuple[str, int], int]
"""Clicks of people on the posts of a slot in an hour of the group's own day, 0 to 23."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A slot's window that would meet its people better, and the clicks that say so."""

    slot: str
    opens: str
    closes: str
    hour: int
    """Its first hour, in which so many clicked:"""
    clicks: int
    own_clicks: int
    """Clicks in the best hour of the slot as it is."""
    old_opens: str
    old_closes: str


def suggested(
    plans: Sequence[SlotPlan], hours: Hours, days: Mapping[str, int], declined: Sequence[str] = ()
) -> Suggestion | None:
    """The one change of ``plans`` that would gain the most clicks; None where none is worth it.

    ``days`` are those on which each slot had posts; slots in ``declined`` are left as they are.
    """
    found = [
        each
        for plan in plans
        if plan.name not in declined and days.get(plan.name, 0) >= DAYS_AT_LEAST
        if (each := _moved(plan, plans, hours)) is not None
    ]
    return min(found, key=lambda each: (each.own_clicks - each.clicks, each.slot), default=None)


def _moved(plan: SlotPlan, plans: Sequence[SlotPlan], hours: Hours) -> Suggestion | None:
    own = {hour: count for (slot, hour), count in hours.items() if slot == plan.name}
    if sum(own.values()) < CLICKS_AT_LEAST:
        return None
    start, length = _minutes(plan.opens), _length(plan)
    within = {minute % DAY_MINUTES // 60 for minute in range(start, start + length)}
    own_clicks = max(own.get(hour, 0) for hour in within)
    others = [other for other in plans if other.name != plan.name]
    free = [
        hour
        for hour in sorted(own, key=lambda hour: (-own[hour], hour))
        if hour not in within
        and FIRST_HOUR <= hour <= LAST_HOUR
        and all(_is_apart(hour * 60, length, other) for other in others)
    ]
    if not free or own[free[0]] < THERE_AT_LEAST:
        return None
    hour = free[0]
    if own[hour] * 100 < own_clicks * TIMES_OWN_PERCENT:
        return None
    closes = (hour * 60 + length) % DAY_MINUTES
    return Suggestion(
        plan.name, f"{hour:02}:00", f"{closes // 60:02}:{closes % 60:02}",
        hour, own[hour], own_clicks, plan.opens, plan.closes,
    )  # fmt: skip


def _is_apart(start: int, length: int, other: SlotPlan) -> bool:
    """Whether a window of ``length`` minutes from ``start`` keeps its distance from ``other``."""
    begins, lasts = _minutes(other.opens), _length(other)
    ahead, behind = (begins - start) % DAY_MINUTES, (start - begins) % DAY_MINUTES
    return ahead >= length + APART_MINUTES and behind >= lasts + APART_MINUTES


def _length(plan: SlotPlan) -> int:
    return (_minutes(plan.closes) - _minutes(plan.opens)) % DAY_MINUTES


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])
