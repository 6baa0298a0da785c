"""Who stands where on a board, and who does not."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.domain.growth.boards import (
    NAME_LIMIT,
    SHOWN_LIMIT,
    Span,
    month_of,
    month_span,
    places,
    shown_name,
    since,
)
from bot.domain.records import PersonId

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = {PersonId(1): "Lin", PersonId(2): "Chen", PersonId(3): "Zhao"}


def counts(*numbers: int) -> dict[PersonId, int]:
    return {PersonId(at): number for at, number in enumerate(numbers, 1)}


def test_the_most_stand_first_and_equals_share_a_place() -> None:
    found = places(NAMES, counts(2, 5, 2))
    assert [(one.place, one.name, one.count) for one in found] == [
        (1, "Chen", 5),
        (2, "Lin", 2),
        (2, "Zhao", 2),
    ]


def test_fewer_than_three_are_never_shown() -> None:
    two = {PersonId(1): "Lin", PersonId(2): "Chen"}
    assert places(two, counts(5, 5)) == ()


def test_whoever_did_not_ask_for_it_or_did_nothing_is_left_out() -> None:
    assert [one.name for one in places(NAMES, counts(0, 1, 0, 99))] == ["Chen"]


def test_a_board_is_short() -> None:
    many = {PersonId(at): f"P{at:02}" for at in range(1, 40)}
    assert len(places(many, counts(*range(1, 40)))) == SHOWN_LIMIT


@pytest.mark.parametrize(
    ("wish", "shown"),
    [
        ("林姐", "林姐"),
        ("  Lin \n the  great ", "Lin the great"),
        ("x" * 60, "x" * NAME_LIMIT),
        ("", None),
        ("\u200b", None),
        ("@lin_shop", None),
        ("t.me/lin", None),
        ("https://a.b", None),
        ("138 0013 8000", None),
        ("躺着赚钱", None),
        ("阳光 2026", "阳光 2026"),
    ],
)
def test_a_name_leads_nowhere_and_promises_nothing(wish: str, shown: str | None) -> None:
    assert shown_name(wish) == shown


def test_weeks_and_months_are_those_of_the_house() -> None:
    sunday = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    assert since(Span.WEEK, sunday, ZONE) == datetime(2026, 11, 16, tzinfo=ZONE)
    assert since(Span.MONTH, sunday, ZONE) == datetime(2026, 11, 1, tzinfo=ZONE)
    late = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
    assert month_of(late, ZONE) == date(2026, 12, 1)
    assert month_span(date(2026, 12, 1), ZONE) == (
        datetime(2026, 12, 1, tzinfo=ZONE),
        datetime(2027, 1, 1, tzinfo=ZONE),
    )
