"""Who came by which link, as counts."""

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from bot.domain.people.cohorts import SPANS, Day, Stay, gone_within, member_of, stays, told
from bot.domain.records import GroupId
from tests.cast import NOON

DAY = date(2026, 11, 1)


def test_nobody_is_found_without_the_secret_nor_met_in_two_groups() -> None:
    known = member_of(b"secret", GroupId(1), 3001)
    assert known == member_of(b"secret", GroupId(1), 3001)
    others = [member_of(b"other", GroupId(1), 3001), member_of(b"secret", GroupId(2), 3001)]
    assert known not in others
    assert len(known) == 32


def test_leaving_counts_in_every_span_that_was_not_over() -> None:
    assert gone_within(NOON, NOON + timedelta(days=1)) == (1, 1, 1)
    assert gone_within(NOON, NOON + timedelta(days=1, seconds=1)) == (0, 1, 1)
    assert gone_within(NOON, NOON + timedelta(days=28)) == (0, 0, 1)
    assert gone_within(NOON, NOON + timedelta(days=29)) == (0, 0, 0)


def test_only_days_that_lie_far_enough_back_are_counted() -> None:
    days = [Day(DAY, 10, (1, 2, 3)), Day(DAY + timedelta(days=7), 5, (2, 2, 2))]
    assert stays(days, DAY + timedelta(days=1)) == (Stay(1, 0, 0), Stay(7, 0, 0), Stay(28, 0, 0))
    assert stays(days, DAY + timedelta(days=9)) == (Stay(1, 15, 12), Stay(7, 10, 8), Stay(28, 0, 0))
    assert stays(days, DAY + timedelta(days=60))[2] == Stay(28, 15, 10)


@given(some.lists(some.tuples(some.integers(0, 40), some.integers(0, 40)), max_size=30))
def test_counts_come_out_as_if_everybody_were_followed(people: list[tuple[int, int]]) -> None:
    today = 45
    days: dict[int, tuple[int, Any]] = {}
    for came, stayed_for in people:
        start = NOON + timedelta(days=came)
        left = start + timedelta(days=stayed_for)
        is_gone = came + stayed_for <= today
        gone = gone_within(start, left) if is_gone else (0, 0, 0)
        before = days.get(came, (0, (0, 0, 0)))
        days[came] = (before[0] + 1, tuple(map(sum, zip(before[1], gone, strict=True))))
    rows = [Day(DAY + timedelta(days=day), *told) for day, told in days.items()]
    for stay in stays(rows, DAY + timedelta(days=today)):
        old = [(came, lasted) for came, lasted in people if came + stay.days < today]
        assert stay.came == len(old)
        assert stay.stayed == sum(lasted > stay.days for _, lasted in old)
    assert len(SPANS) == 3


def test_fewer_than_three_people_are_nobodys_figure() -> None:
    assert [told(count) for count in (0, 2, 3, 40)] == [None, None, 3, 40]
