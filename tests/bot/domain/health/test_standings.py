"""Where a group stands from day to day, and that no group goes to and fro."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.health.fatigue import Rest
from bot.domain.health.rules import HealthRules
from bot.domain.health.signals import Sums
from bot.domain.health.standings import (
    Cause,
    Health,
    Seen,
    conversion_micro,
    postponed,
    reopened,
    share,
    turned,
)
from bot.domain.records import GroupId, GroupState

TODAY = date(2026, 11, 22)
RULES = HealthRules()
WARMING, ACTIVE = GroupState.WARMING, GroupState.ACTIVE
PROBATION, CLOSED = GroupState.PROBATION, GroupState.CLOSED
NEW = Health(GroupId(7), TODAY)
GOOD_MONTH = Sums(days=28, member_days=28 * 250, orders=40)
WELL = Seen(250, 50, (), Sums(), GOOD_MONTH, GOOD_MONTH, Sums())


def days(count: int) -> timedelta:
    return timedelta(days=count)


def tried(cause: Cause, since: int, until: int = 13) -> Health:
    return replace(
        NEW,
        was_active=True,
        cause=cause,
        probation_since=TODAY - days(since),
        probation_until=TODAY + days(until),
        baseline_micro=5000,
    )


def test_a_healthy_group_stays_as_it_is() -> None:
    state, health = turned(ACTIVE, NEW, WELL, RULES, TODAY)
    assert state == ACTIVE
    assert health == replace(NEW, was_active=True)


def test_a_group_that_never_was_active_warms_up_as_long_as_it_needs() -> None:
    state, health = WARMING, NEW
    for night in range(40):
        seen = replace(WELL, members=20)
        state, health = turned(state, health, seen, RULES, TODAY + days(night))
    assert (state, health.below_since) == (WARMING, None)


def test_a_group_below_its_floor_for_a_week_is_on_probation() -> None:
    small, health, state = replace(WELL, members=50), replace(NEW, was_active=True), WARMING
    seen_on = []
    for night in range(8):
        state, health = turned(state, health, small, RULES, TODAY + days(night))
        seen_on.append(state)
    assert seen_on == [WARMING] * 7 + [PROBATION]
    assert (health.cause, health.probation_until) == (Cause.FLOOR, TODAY + days(28))
    assert health.share_bps == 5000


def test_one_day_above_the_floor_begins_the_count_anew() -> None:
    health = replace(NEW, was_active=True, below_since=TODAY - days(6))
    _, back = turned(ACTIVE, health, WELL, RULES, TODAY)
    assert back.below_since is None


def test_a_bot_that_may_not_post_for_a_week_brings_probation() -> None:
    seen = replace(WELL, missing_rights=("post", "joins"))
    health = replace(NEW, lacking_since=TODAY - days(7))
    assert turned(ACTIVE, health, seen, RULES, TODAY)[1].cause == Cause.RIGHTS
    joins = replace(WELL, missing_rights=("joins",))
    assert turned(ACTIVE, health, joins, RULES, TODAY)[0] == ACTIVE


def test_posts_that_are_taken_away_bring_probation() -> None:
    assert turned(ACTIVE, NEW, replace(WELL, week=Sums(removed=2)), RULES, TODAY)[0] == ACTIVE
    state, health = turned(ACTIVE, NEW, replace(WELL, week=Sums(removed=3)), RULES, TODAY)
    assert (state, health.cause) == (PROBATION, Cause.REMOVED)


@pytest.mark.parametrize(
    ("members", "orders", "earlier_orders", "counted", "declined"),
    [
        (250, 20, 40, 28, True),
        (250, 21, 40, 28, False),
        (199, 0, 40, 28, False),
        (250, 0, 11, 28, False),
        (250, 0, 40, 20, False),
    ],
    ids=["half", "a little more", "below the mark", "too few orders", "too few days"],
)
def test_conversion_per_member_is_watched_from_200_members_on(
    members: int, orders: int, earlier_orders: int, counted: int, declined: bool
) -> None:
    month = Sums(days=counted, member_days=250 * 28, orders=orders)
    earlier = replace(GOOD_MONTH, orders=earlier_orders)
    seen = replace(WELL, members=members, month=month, earlier=earlier)
    state, health = turned(ACTIVE, NEW, seen, RULES, TODAY)
    assert (state == PROBATION) is declined
    if declined:
        assert (health.cause, health.baseline_micro) == (Cause.CONVERSION, 5714)


def test_a_group_that_grew_is_measured_by_its_members_of_then() -> None:
    twice = Sums(days=28, member_days=28 * 500, orders=41)
    assert turned(ACTIVE, NEW, replace(WELL, month=twice), RULES, TODAY)[0] == ACTIVE


def test_a_recovered_group_is_left_alone_for_a_while() -> None:
    seen = replace(WELL, week=Sums(removed=9), month=replace(GOOD_MONTH, orders=0))
    fresh = replace(NEW, recovered_on=TODAY - days(6))
    assert turned(ACTIVE, fresh, seen, RULES, TODAY)[0] == ACTIVE
    assert turned(ACTIVE, replace(fresh, recovered_on=TODAY - days(7)), seen, RULES, TODAY)[0] == (
        PROBATION
    )
    declined = replace(WELL, month=replace(GOOD_MONTH, orders=0))
    for ago, state in ((55, ACTIVE), (56, PROBATION)):
        health = replace(NEW, recovered_on=TODAY - days(ago))
        assert turned(ACTIVE, health, declined, RULES, TODAY)[0] == state


def test_a_group_that_is_large_enough_again_recovers_after_three_days() -> None:
    assert turned(PROBATION, tried(Cause.FLOOR, 2), WELL, RULES, TODAY)[0] == PROBATION
    state, health = turned(PROBATION, tried(Cause.FLOOR, 3), WELL, RULES, TODAY)
    assert (state, health.recovered_on, health.cause, health.share_bps) == (ACTIVE, TODAY, None, 0)


def test_nothing_recovers_while_the_group_is_small_or_the_bot_silent() -> None:
    for seen in (replace(WELL, members=50), replace(WELL, missing_rights=("post",))):
        assert turned(PROBATION, tried(Cause.REMOVED, 9), seen, RULES, TODAY)[0] == PROBATION


def test_no_post_taken_away_for_a_week_is_better() -> None:
    assert turned(PROBATION, tried(Cause.REMOVED, 6), WELL, RULES, TODAY)[0] == PROBATION
    assert turned(PROBATION, tried(Cause.REMOVED, 7), WELL, RULES, TODAY)[0] == ACTIVE
    still = replace(WELL, week=Sums(removed=1))
    assert turned(PROBATION, tried(Cause.REMOVED, 7), still, RULES, TODAY)[0] == PROBATION


def test_three_quarters_of_the_earlier_conversion_are_a_recovery() -> None:
    health = tried(Cause.CONVERSION, 8)
    # 5000 a million member-days were usual; 3750 are asked for.
    for orders, state in ((7, PROBATION), (8, ACTIVE)):
        seen = replace(WELL, trial=Sums(days=8, member_days=2000, orders=orders))
        assert turned(PROBATION, health, seen, RULES, TODAY)[0] == state
    early = replace(health, probation_since=TODAY - days(6))
    assert turned(PROBATION, early, seen, RULES, TODAY)[0] == PROBATION


def test_who_does_not_recover_in_time_is_closed_and_stays_so() -> None:
    seen = replace(WELL, members=30)
    assert turned(PROBATION, tried(Cause.FLOOR, 20, 1), seen, RULES, TODAY)[0] == PROBATION
    state, health = turned(PROBATION, tried(Cause.FLOOR, 21, 0), seen, RULES, TODAY)
    assert (state, health.closed_on, health.share_bps) == (CLOSED, TODAY, 0)
    assert turned(CLOSED, health, WELL, RULES, TODAY) == (CLOSED, health)


def test_whoever_recovers_on_the_last_day_has_recovered() -> None:
    assert turned(PROBATION, tried(Cause.FLOOR, 21, 0), WELL, RULES, TODAY)[0] == ACTIVE


def test_days_without_the_bot_do_not_count_against_a_group() -> None:
    health = tried(Cause.FLOOR, 3)
    assert postponed(health, 4).probation_until == TODAY + days(17)
    assert postponed(health, 0) is health
    assert postponed(NEW, 4) is NEW


def test_a_group_that_is_opened_again_begins_anew() -> None:
    closed = replace(tried(Cause.FLOOR, 21, 0), closed_on=TODAY, suggest_on=TODAY)
    assert reopened(closed, TODAY) == replace(
        NEW, was_active=True, recovered_on=TODAY, suggest_on=TODAY
    )


def test_what_is_left_out_is_the_greater_of_both() -> None:
    assert share(PROBATION, Rest(1), RULES) == 5000
    assert share(PROBATION, Rest(3), RULES) == 7500
    assert share(ACTIVE, Rest(1), RULES) == 2500


def test_conversion_of_nobody_is_none() -> None:
    assert conversion_micro(Sums(orders=3)) == 0


@given(
    members=st.lists(st.integers(30, 70), min_size=5, max_size=120),
    removed=st.lists(st.integers(0, 4), min_size=120, max_size=120),
)
def test_no_group_goes_to_and_fro(members: list[int], removed: list[int]) -> None:
    """Whatever its days are like, between two changes of its probation lie some days."""
    state, health = ACTIVE, NEW
    changed: list[tuple[int, GroupState]] = []
    for night, count in enumerate(members):
        week = Sums(removed=sum(removed[max(0, night - 6) : night + 1]))
        seen = replace(WELL, members=count, week=week)
        before = state
        if state in (WARMING, ACTIVE):
            state = WARMING if count <= 50 else ACTIVE
        state, health = turned(state, health, seen, RULES, TODAY + days(night))
        if PROBATION in (before, state) and before != state:
            changed.append((night, state))
    for (first, _), (second, after) in zip(changed, changed[1:], strict=False):
        assert second - first >= (7 if after == PROBATION else 3)
