"""Blackout dates as people write them: one day, or from one to another, and why."""

from collections.abc import Iterable
from datetime import date

from bot.domain.posts.characters import cleaned, shortened
from bot.domain.schedules.rules import Blackout
from bot.errors import InputError

REASON_LIMIT = 60
"""Characters of a reason: it stands in a line of /schedule."""
DAYS_LIMIT = 60
"""Days in one go; a longer silence is a pause."""


def parse_blackout(text: str, reason: str = "") -> Blackout:
    """Read "2026-12-24" or "2026-12-24..2026-12-26" with its ``reason``.

    Raises InputError with a sentence for the one who wrote it.
    """
    first, dots, last = text.strip().replace("…", "..").partition("..")
    starts_on, ends_on = _day(first), _day(last if dots else first)
    if starts_on is None or ends_on is None:
        raise InputError(f"“{text}” is no date such as 2026-12-24 or 2026-12-24..2026-12-26.")
    if ends_on < starts_on:
        raise InputError(f"“{text}” ends before it begins.")
    if (ends_on - starts_on).days >= DAYS_LIMIT:
        raise InputError(f"“{text}” is more than {DAYS_LIMIT} days.")
    return Blackout(starts_on, ends_on, shortened(cleaned(reason), REASON_LIMIT))


def blackout_on(day: date, blackouts: Iterable[Blackout]) -> Blackout | None:
    """The first of ``blackouts`` that holds the local ``day``; None on other days."""
    return next((one for one in blackouts if one.holds(day)), None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if len(text.strip()) == 10 else None
    except ValueError:
        return None
