"""Quiet hours laid over windows: what is left open, right over midnight and summer time."""

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.domain.posts.slots import Window, first_instant, last_instant, parse_clock
from bot.domain.schedules.rules import Quiet

SHORTEST = timedelta(minutes=1)
"""What is left of a window and shorter than this is nothing: a post would miss it."""
DAY = timedelta(days=1)
_CHAIN_LIMIT = 8
"""Quiet hours that follow on each other; more would cover the day and never end."""


@lru_cache(maxsize=4096)
def open_parts(window: Window, quiets: tuple[Quiet, ...], zone: ZoneInfo) -> tuple[Window, ...]:
    """The parts of ``window`` that lie in none of ``quiets``, the earliest first; maybe none.

    An hour that the clock shows twice is quiet both times.
    """
    parts = [window]
    for span in _spans(window, quiets, zone):
        parts = [
            Window(opens_at, closes_at)
            for part in parts
            for opens_at, closes_at in (
                (part.opens_at, min(part.closes_at, span.opens_at)),
                (max(part.opens_at, span.closes_at), part.closes_at),
            )
            if opens_at < closes_at
        ]
    return tuple(part for part in parts if part == window or part.length >= SHORTEST)


def quiet_until(moment: datetime, quiets: tuple[Quiet, ...], zone: ZoneInfo) -> datetime | None:
    """When the quiet time ends in which ``moment`` lies; None where it lies in none.

    None, too, where quiet hours follow on each other round the clock: there is no end.
    """
    until = moment
    for _ in range(_CHAIN_LIMIT):
        spans = _spans(Window(until, until + SHORTEST), quiets, zone)
        ends = [span.closes_at for span in spans if span.opens_at <= until < span.closes_at]
        if not ends:
            return until if until > moment else None
        until = max(ends)
    return None


def is_quiet(moment: datetime, quiets: tuple[Quiet, ...], zone: ZoneInfo) -> bool:
    """Whether ``moment`` lies in one of ``quiets``."""
    spans = _spans(Window(moment, moment + SHORTEST), quiets, zone)
    return any(span.opens_at <= moment < span.closes_at for span in spans)


def _spans(window: Window, quiets: tuple[Quiet, ...], zone: ZoneInfo) -> list[Window]:
    """Every quiet time that could touch ``window``, in real time."""
    found = []
    first = window.opens_at.astimezone(zone).date() - DAY
    last = window.closes_at.astimezone(zone).date()
    for quiet in quiets:
        starts, ends = parse_clock(quiet.starts), parse_clock(quiet.ends)
        day = first
        while day <= last:
            ends_on = day if ends > starts else day + DAY
            span = Window(first_instant(day, starts, zone), last_instant(ends_on, ends, zone))
            # Hours that fall into a gap do not exist on that day.
            found += [span] * (span.opens_at < span.closes_at)
            day += DAY
    return found
