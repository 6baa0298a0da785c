"""Which festival a day belongs to, by rules that hold in every year."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.catalogue.festivals import NEW_YEARS, SEASONS, days_of, season_at
from tests.schemes import PROGRAMMES

SHANGHAI = ZoneInfo("Asia/Shanghai")
BY_NAME = {season.name: season for season in SEASONS}


def named(year: int, month: int, day: int, programme: str = "fenxiang") -> str | None:
    found = season_at(datetime(year, month, day, 4, tzinfo=UTC), PROGRAMMES[programme], SHANGHAI)
    return None if found is None else found.name


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ((2026, 11, 11), "double_eleven"),
        ((2026, 6, 18), "six_eighteen"),
        ((2027, 6, 1), "six_eighteen"),
        ((2026, 11, 27), "black_friday"),
        ((2027, 11, 26), "black_friday"),
        ((2026, 12, 12), "double_twelve"),
        ((2026, 12, 31), "year_end"),
        ((2027, 1, 5), "year_end"),
        ((2027, 1, 20), "spring"),
        ((2028, 1, 4), "year_end"),
        ((2028, 1, 10), "spring"),
        ((2026, 11, 22), None),
        ((2040, 2, 1), None),
    ],
)
def test_a_day_has_the_name_of_its_festival(day: tuple[int, int, int], name: str | None) -> None:
    assert named(*day) == name


def test_a_festival_is_named_in_both_languages() -> None:
    found = season_at(datetime(2026, 11, 11, 4, tzinfo=UTC), PROGRAMMES["fenxiang"], SHANGHAI)
    assert found is not None
    assert found.title == {"zh": "双11", "en": "11.11"}
    assert (found.starts, found.ends) == ("11-01", "11-11")


def test_a_programmes_own_festival_goes_before_the_houses() -> None:
    assert named(2026, 9, 15, "yundian") == "launch"
    assert named(2026, 9, 15) is None


def test_a_day_begins_and_ends_where_the_festival_is() -> None:
    fenxiang = PROGRAMMES["fenxiang"]
    last = datetime(2026, 11, 11, 15, 59, tzinfo=UTC)
    assert season_at(last, fenxiang, SHANGHAI) is not None
    assert season_at(datetime(2026, 11, 11, 16, 0, tzinfo=UTC), fenxiang, SHANGHAI) is None
    # In New York it is still Thanksgiving's Wednesday, and then Thursday.
    assert season_at(datetime(2026, 11, 26, 4, 59, tzinfo=UTC), fenxiang, SHANGHAI) is None
    assert season_at(datetime(2026, 11, 26, 5, 0, tzinfo=UTC), fenxiang, SHANGHAI) is not None


def test_thanksgiving_is_the_fourth_thursday() -> None:
    for year, day in ((2026, 26), (2027, 25), (2028, 23), (2029, 22), (2030, 28), (2035, 22)):
        found = days_of(BY_NAME["black_friday"], date(year, 11, day))
        assert found is not None
        assert found[0] == date(year, 11, day)
        assert found[0].weekday() == 3


def test_a_festival_over_the_turn_of_the_year_is_one() -> None:
    whole = (date(2026, 12, 20), date(2027, 1, 5))
    assert days_of(BY_NAME["year_end"], date(2026, 12, 20)) == whole
    assert days_of(BY_NAME["year_end"], date(2027, 1, 5)) == whole
    assert days_of(BY_NAME["year_end"], date(2027, 1, 6)) is None


def test_chinese_years_are_written_down_for_years_to_come() -> None:
    assert [day.year for day in NEW_YEARS] == list(range(2026, 2036))
    assert all(date(day.year, 1, 21) <= day <= date(day.year, 2, 20) for day in NEW_YEARS)
