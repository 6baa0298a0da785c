"""The festivals that come."""

from dataclasses import replace
from datetime import date

from bot.domain.programmes import Festival
from bot.domain.schedules.seasons import coming
from tests.schemes import PROGRAMMES

PLAIN = replace(PROGRAMMES["fenxiang"], festivals=())


def test_those_of_the_house_come_with_their_days() -> None:
    found = coming(PLAIN, date(2026, 11, 10))
    assert [(each.festival.name, each.starts_on, each.ends_on) for each in found] == [
        ("double_eleven", date(2026, 11, 10), date(2026, 11, 11)),
        ("black_friday", date(2026, 11, 26), date(2026, 11, 30)),
        ("double_twelve", date(2026, 12, 8), date(2026, 12, 12)),
        ("year_end", date(2026, 12, 20), date(2027, 1, 5)),
    ]


def test_a_programmes_own_counts_before_that_of_the_house() -> None:
    own = Festival("double_twelve", {"en": "Our 12.12"}, "12-11", "12-12")
    programme = replace(PLAIN, festivals=(own,))
    found = {each.festival.name: each for each in coming(programme, date(2026, 12, 1))}
    assert found["double_twelve"].festival is own
    assert found["double_twelve"].starts_on == date(2026, 12, 11)


def test_of_two_seasons_of_one_festival_the_nearer_is_shown() -> None:
    own = Festival("half", {"en": "Half"}, "12-01", "12-02")
    programme = replace(PLAIN, festivals=(own,))
    found = [each for each in coming(programme, date(2026, 12, 1), days=400)
             if each.festival.name == "half"]  # fmt: skip
    assert [(each.starts_on, each.ends_on) for each in found] == [
        (date(2026, 12, 1), date(2026, 12, 2))
    ]
