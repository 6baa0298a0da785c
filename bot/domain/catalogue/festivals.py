"""Shopping festivals as the house counts them, by rules that hold in every year."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.programmes import Festival, Programme, festival_on

SHANGHAI = "Asia/Shanghai"
THURSDAY = 3


@dataclass(frozen=True, slots=True)
class Season:
    """A festival's name by language, and by which rule its days are found."""

    name: str
    zh: str
    en: str
    rule: str
    """"days": ``starts`` to ``ends`` of a year; "thanksgiving" and "new_year": so many days from
    the fourth Thursday of November, or from the first day of the Chinese year."""
    starts: str | int
    ends: str | int
    zone: str = SHANGHAI
    """Where its days begin and end."""


SEASONS = (
    Season("double_eleven", "双11", "11.11", "days", "11-01", "11-11"),
    Season("six_eighteen", "618", "6.18", "days", "06-01", "06-18"),
    Season("black_friday", "黑五", "Black Friday", "thanksgiving", 0, 4, "America/New_York"),
    Season("double_twelve", "双12", "12.12", "days", "12-08", "12-12"),
    Season("spring", "年货节", "New Year shopping", "new_year", -21, -3),
    Season("year_end", "年终盛典", "Year end", "days", "12-20", "01-05"),
)
"""The first that holds a day is that day's. Our choice of days; a programme's own go before."""

NEW_YEARS = tuple(
    date.fromisoformat(day)
    for day in (
        "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03",
        "2031-01-23", "2032-02-11", "2033-01-31", "2034-02-19", "2035-02-08",
    )
)  # fmt: skip
"""First days of Chinese years: they follow the moon, so they are written down, not computed."""


def season_at(moment: datetime, programme: Programme, zone: ZoneInfo) -> Festival | None:
    """The festival at ``moment``: the programme's own in ``zone``, else the house's; or None."""
    own = festival_on(programme, moment.astimezone(zone).date())
    if own is not None:
        return own
    for season in SEASONS:
        day = moment.astimezone(ZoneInfo(season.zone)).date()
        found = days_of(season, day)
        if found is not None:
            starts, ends = found
            title = {"zh": season.zh, "en": season.en}
            return Festival(season.name, title, f"{starts:%m-%d}", f"{ends:%m-%d}")
    return None


def days_of(season: Season, day: date) -> tuple[date, date] | None:
    """First and last day of ``season`` where ``day`` lies in it; None on other days."""
    for year in (day.year - 1, day.year, day.year + 1):
        found = _days_in(season, year)
        if found is not None and found[0] <= day <= found[1]:
            return found
    return None


def _days_in(season: Season, year: int) -> tuple[date, date] | None:
    """The days of the season that begins with ``year``'s; None where nobody wrote them down."""
    if season.rule == "days":
        starts = date.fromisoformat(f"{year}-{season.starts}")
        ends = date.fromisoformat(f"{year}-{season.ends}")
        return starts, ends if starts <= ends else date.fromisoformat(f"{year + 1}-{season.ends}")
    middle = _thanksgiving(year) if season.rule == "thanksgiving" else _new_year(year)
    if middle is None:
        return None
    return middle + timedelta(int(season.starts)), middle + timedelta(int(season.ends))


def _thanksgiving(year: int) -> date:
    first = date(year, 11, 1)
    return first + timedelta((THURSDAY - first.weekday()) % 7 + 21)


def _new_year(year: int) -> date | None:
    return next((day for day in NEW_YEARS if day.year == year), None)
