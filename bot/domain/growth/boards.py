"""Leaderboards of who wants to be seen: counts in, places out; never money, never recruits."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.domain.posts.characters import cleaned
from bot.domain.posts.claims import banned
from bot.domain.records import PersonId

PEOPLE_LEAST = 3
"""With fewer who want to be seen there is no board."""
SHOWN_LIMIT = 10
NAME_LIMIT = 24
"""Characters of a shown name."""
ACTS_OF_A_HELPER = 3
"""Open acts in a group within ACTS_FOR that make a helper of a member."""
ACTS_FOR = timedelta(days=30)

_LEADS_AWAY = re.compile(r"@|://|t\.me|www\.|[0-9][0-9 \-]{4,}[0-9]", re.IGNORECASE)
"""Accounts, addresses and telephone numbers: a board is no place to be written to from."""


class Span(StrEnum):
    """How far back a board of promoters counts."""

    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Place:
    """One line of a board."""

    place: int
    """Shared by who has the same count."""
    person_id: PersonId
    name: str
    count: int


def shown_name(wish: str) -> str | None:
    """A name as a board shows it; None for one that leads away, promises riches or says nothing."""
    name = " ".join(cleaned(wish).split())[:NAME_LIMIT].strip()
    if not name or _LEADS_AWAY.search(name) or banned(name):
        return None
    return name


def places(names: Mapping[PersonId, str], counts: Mapping[PersonId, int]) -> tuple[Place, ...]:
    """The board of those who have a name and a count, the most first, ties by their name.

    Empty where fewer than three want to be seen: nobody is to be guessed.
    """
    if len(names) < PEOPLE_LEAST:
        return ()
    ranked = sorted(
        (-count, names[person], person)
        for person, count in counts.items()
        if count > 0 and person in names
    )
    found: list[Place] = []
    for at, (less, name, person) in enumerate(ranked[:SHOWN_LIMIT], 1):
        is_tie = bool(found) and found[-1].count == -less
        found.append(Place(found[-1].place if is_tie else at, person, name, -less))
    return tuple(found)


def since(span: Span, now: datetime, zone: ZoneInfo) -> datetime:
    """When the running week (from Monday) or month began, as the house counts."""
    today = now.astimezone(zone).date()
    first = today - timedelta(days=today.weekday()) if span == Span.WEEK else today.replace(day=1)
    return datetime.combine(first, time(0), zone)


def month_of(moment: datetime, zone: ZoneInfo) -> date:
    """The first day of the month of ``moment``, as the house counts."""
    return moment.astimezone(zone).date().replace(day=1)


def month_span(month: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until before when a month goes."""
    following = (month + timedelta(days=31)).replace(day=1)
    return (
        datetime.combine(month, time(0), zone),
        datetime.combine(following, time(0), zone),
    )
