"""The festivals that come: a programme's own and the house's, by the calendar."""

from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.catalogue.festivals import SEASONS, days_of
from bot.domain.posts.slots import is_within
from bot.domain.programmes import Festival, Programme

LOOKED_AHEAD_DAYS = 60
LONGEST_DAYS = 31
"""A festival that has begun is followed to its end."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coming:
    """A festival with the days that it has this time."""

    festival: Festival
    starts_on: date
    ends_on: date


def coming(programme: Programme, day: date, *, days: int = LOOKED_AHEAD_DAYS) -> list[Coming]:
    """Festivals on ``day`` or within so many days, the earliest first.

    Of two that share their name the programme's own counts.
    """
    found: dict[str, Coming] = {}
    for ahead in range(days + LONGEST_DAYS):
        on = day + ahead * DAY
        for festival in _on(programme, on):
            known = found.get(festival.name)
            if known is None:
                if ahead <= days:
                    found[festival.name] = Coming(festival, on, on)
            elif known.ends_on == on - DAY:
                found[festival.name] = Coming(known.festival, known.starts_on, on)
    return sorted(found.values(), key=lambda each: (each.starts_on, each.festival.name))


def _on(programme: Programme, day: date) -> list[Festival]:
    own = [each for each in programme.festivals if is_within((each.starts, each.ends), day)]
    known = {each.name for each in programme.festivals}
    for season in SEASONS:
        days = days_of(season, day)
        if days is not None and season.name not in known:
            starts, ends = days
            title = {"zh": season.zh, "en": season.en}
            own.append(Festival(season.name, title, f"{starts:%m-%d}", f"{ends:%m-%d}"))
    return own
