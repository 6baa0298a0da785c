"""Whether a slot that a promoter wants lies within what the programme allows, and why not."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from enum import StrEnum

from bot.domain.catalogue.spelling import slips, tolerance
from bot.domain.posts.slots import EVERY_DAY, parse_clock
from bot.domain.programmes import SlotPlan
from bot.domain.schedules.rules import Bounds

SHORTEST_MINUTES = 10
"""A shorter window would leave no time to spread posts in."""


class Broken(StrEnum):
    """Which bound a wish breaks; each is a text of the chat."""

    FIXED = "fixed"
    EARLY = "early"
    LATE = "late"
    SHORT = "short"
    TOO_MANY = "too_many"


def broken(plan: SlotPlan, all_plans: Collection[SlotPlan], bounds: Bounds) -> Broken | None:
    """The bound that ``plan`` breaks among ``all_plans`` of its group; None when it breaks none.

    The plan of the same name is the one that it takes the place of; where that is a festival's,
    so is this. One that is off breaks none but the first.
    """
    if not bounds.may_change:
        return Broken.FIXED
    if plan.is_off:
        return None
    opens, closes = parse_clock(plan.opens), parse_clock(plan.closes)
    if opens < parse_clock(bounds.earliest):
        return Broken.EARLY
    if closes > parse_clock(bounds.latest) or closes <= opens:
        return Broken.LATE
    length = timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)
    if length < timedelta(minutes=SHORTEST_MINUTES):
        return Broken.SHORT
    if any(one.name == plan.name and one.during is not None for one in all_plans):
        return None
    others = [one for one in all_plans if one.name != plan.name and not one.is_off]
    for day in EVERY_DAY:
        # A festival's own slots come on top of the ordinary ones.
        beside = sum(day in one.days and one.during is None for one in others)
        if day in plan.days and beside + 1 > bounds.at_most:
            return Broken.TOO_MANY
    return None


def meant(name: str, names: Iterable[str]) -> str | None:
    """Which of ``names`` somebody may have misspelt as ``name``; None where it is a name anew."""
    return next(
        (known for known in names if slips(name, known, limit=tolerance(known)) is not None), None
    )


def moved(plan: SlotPlan, minutes: int) -> SlotPlan | None:
    """``plan`` earlier or later by so many minutes; None where it would cross midnight."""
    opens, closes = (_minutes(text) + minutes for text in (plan.opens, plan.closes))
    if opens < 0 or closes >= 24 * 60 or closes <= opens:
        return None
    return SlotPlan(plan.name, _text(opens), _text(closes), plan.days, during=plan.during)


def _minutes(text: str) -> int:
    clock = parse_clock(text)
    return clock.hour * 60 + clock.minute


def _text(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
