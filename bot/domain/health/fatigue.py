"""How tired a group is of selling posts: learned from what it answers, against its own past [§5].

Telegram tells bots of no mutes and counts no views in groups: falling clicks stand for both.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from bot.domain.health.signals import Sums
from bot.domain.programmes import BASIS_POINTS

HIGHEST = 3
STEP_BPS = 2500
"""Each level leaves out a quarter of the selling posts more."""

RECENT, BEFORE = timedelta(days=7), timedelta(days=28)
"""What was answered lately is held against the days before, never against other groups."""

UP_AFTER, DOWN_AFTER = timedelta(days=2), timedelta(days=7)
"""A change is given so long to show its effect: quick to spare a group, slow to come back."""
RENEWED_AFTER = timedelta(days=28)
"""Clicks that stay low for so long are the new normal: fewer posts did not bring them back."""
KEPT_FOR = timedelta(days=30)
"""So long a promoter's own word stands against the rule."""

UNWELCOME_AT_LEAST, POSTS_AT_LEAST = 5, 3
"""Less evidence changes nothing."""
HISTORY_POSTS, HISTORY_CLICKS = 20, 30
"""A past of fewer says nothing of what is usual in the group."""
CLICKED_POSTS = 7
MILLI = 1000
LOW_PERMILLE, HIGH_PERMILLE = 3, 20
"""Per post and of all members: below the first nobody is tired, above the second everybody is."""
LOW_MILLI, HIGH_MILLI = 500, 1000
"""The same in small groups: half a person a post, and one."""
TIMES_USUAL = 2
CALM_PERCENT, FALLEN_PERCENT, RISEN_PERCENT = 60, 50, 75
"""Between tired and calm lies a gap in which nothing changes: no group goes up and down."""


class Sign(StrEnum):
    """By what a group was found to be tired."""

    ANSWERS = "answers"
    CLICKS = "clicks"


@dataclass(frozen=True, slots=True)
class Rest:
    """How much rest a group has from selling posts, and since when."""

    level: int = 0
    since: date | None = None
    """The day of the last change: what was answered before it has had its effect."""
    sign: Sign | None = None
    tolerance_milli: int | None = None
    """Unwelcome answers per thousand posts that the group bears; kept from before the trouble."""
    clicks_milli: int | None = None
    """Clicks per thousand posts before the trouble."""
    kept_until: date | None = None
    """Until then the promoter wants every post."""

    @property
    def share_bps(self) -> int:
        """What is left out of the selling posts, in basis points."""
        return min(self.level * STEP_BPS, BASIS_POINTS)


def tolerance(before: Sums, members: int) -> int:
    """How many unwelcome answers per thousand posts a group of ``members`` bears.

    Twice what was usual ``before``, within bounds by its size; the upper bound where too little
    is known of its past.
    """
    low = max(LOW_MILLI, members * LOW_PERMILLE)
    high = max(HIGH_MILLI, members * HIGH_PERMILLE)
    if before.posts < HISTORY_POSTS:
        return high
    usual = before.unwelcome * MILLI // before.posts
    return min(max(usual * TIMES_USUAL, low), high)


def judged(rest: Rest, recent: Sums, before: Sums, members: int, today: date) -> Rest:
    """The rest that a group has from ``today`` on: a step more, a step less, or as it was.

    ``recent`` are the last seven days, or those since ``rest.since`` where that is later;
    ``before`` the four weeks ahead of the last seven days. The more unwelcome answers there are
    in ``recent``, the higher is the level; with everything else the same it never sinks by them.
    """
    if rest.kept_until is not None and today < rest.kept_until:
        return rest
    borne = tolerance(before, members) if rest.level == 0 else rest.tolerance_milli or 0
    if _has_stood(rest, UP_AFTER, today) and rest.level < HIGHEST and _is_tired(recent, borne):
        return _raised(rest, Sign.ANSWERS, borne, before, today)
    if rest.level == 0:
        if _has_fallen(recent, before) and _has_stood(rest, RECENT, today):
            return _raised(rest, Sign.CLICKS, borne, before, today)
        return rest
    if _has_stood(rest, DOWN_AFTER, today) and _is_calm(rest, recent, borne, today):
        if rest.level == 1:
            return Rest(since=today)
        return replace(rest, level=rest.level - 1, since=today)
    return rest


def kept(today: date) -> Rest:
    """The rest of a group whose promoter wants every post again, for KEPT_FOR."""
    return Rest(since=today + KEPT_FOR, kept_until=today + KEPT_FOR)


def _has_stood(rest: Rest, long: timedelta, today: date) -> bool:
    return rest.since is None or today - rest.since >= long


def _is_tired(recent: Sums, borne: int) -> bool:
    return (
        recent.posts >= POSTS_AT_LEAST
        and recent.unwelcome >= UNWELCOME_AT_LEAST
        and recent.unwelcome * MILLI > borne * recent.posts
    )


def _has_fallen(recent: Sums, before: Sums) -> bool:
    """Whether a post is followed by half as many people as it used to be."""
    return (
        before.posts >= HISTORY_POSTS
        and before.clicks >= HISTORY_CLICKS
        and recent.posts >= CLICKED_POSTS
        and recent.clicks * before.posts * 100 < before.clicks * recent.posts * FALLEN_PERCENT
    )


def _is_calm(rest: Rest, recent: Sums, borne: int, today: date) -> bool:
    if recent.unwelcome * MILLI * 100 > borne * max(1, recent.posts) * CALM_PERCENT:
        return False
    if rest.sign != Sign.CLICKS or _has_stood(rest, RENEWED_AFTER, today):
        return True
    usual = rest.clicks_milli or 0
    return recent.clicks * MILLI * 100 >= usual * recent.posts * RISEN_PERCENT


def _raised(rest: Rest, sign: Sign, borne: int, before: Sums, today: date) -> Rest:
    if rest.level:
        return replace(rest, level=rest.level + 1, since=today, sign=sign)
    usual = before.clicks * MILLI // before.posts if before.posts else 0
    return Rest(1, today, sign, borne, usual)
