"""How tired a group is: learned against its own past, without going up and down."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.health.fatigue import (
    HIGHEST,
    KEPT_FOR,
    Rest,
    Sign,
    judged,
    kept,
    tolerance,
)
from bot.domain.health.signals import Sums

TODAY = date(2026, 11, 22)
MEMBERS = 100


def days(count: int) -> timedelta:
    return timedelta(days=count)


QUIET = Sums(days=28, member_days=2800, posts=84, clicks=420, leaves_after=4)
"""Four ordinary weeks: five clicks a post, and hardly anybody leaves."""
WEEK = Sums(days=7, member_days=700, posts=21, clicks=105)
TIRED = Rest(1, TODAY - days(8), Sign.ANSWERS, 1000, 5000)


def test_a_calm_group_gets_every_post() -> None:
    assert judged(Rest(), WEEK, QUIET, MEMBERS, TODAY) == Rest()


def test_people_who_leave_after_posts_spare_the_others_some() -> None:
    found = judged(Rest(), replace(WEEK, leaves_after=12), QUIET, MEMBERS, TODAY)
    assert found == Rest(1, TODAY, Sign.ANSWERS, 500, 5000)
    assert found.share_bps == 2500


@pytest.mark.parametrize("answers", [{"downs": 12}, {"removed": 6}, {"leaves_after": 11}])
def test_dislikes_and_removed_posts_count_like_leaving(answers: dict[str, int]) -> None:
    assert judged(Rest(), replace(WEEK, **answers), QUIET, MEMBERS, TODAY).level == 1


@pytest.mark.parametrize(
    "week",
    [
        Sums(days=7, posts=21, leaves_after=4, clicks=105),
        Sums(days=7, posts=2, leaves_after=9),
        Sums(days=7, posts=21, leaves=30, clicks=105),
    ],
    ids=["four people", "two posts", "left at other times"],
)
def test_little_evidence_changes_nothing(week: Sums) -> None:
    assert judged(Rest(), week, QUIET, MEMBERS, TODAY) == Rest()


def test_a_group_without_a_past_is_judged_by_its_size() -> None:
    fresh = Sums(days=2, posts=6)
    assert tolerance(fresh, 60) == 1200
    assert tolerance(fresh, 20) == 1000
    assert tolerance(replace(QUIET, leaves_after=84 * 9), 60) == 1200
    assert tolerance(QUIET, 400) == 1200
    assert tolerance(replace(QUIET, leaves_after=50), 100) == 1190


def test_a_step_is_given_two_days_before_the_next() -> None:
    bad = Sums(days=1, posts=3, leaves_after=20)
    rest = Rest(1, TODAY - days(1), Sign.ANSWERS, 1000, 0)
    assert judged(rest, bad, QUIET, MEMBERS, TODAY) is rest
    later = judged(rest, bad, QUIET, MEMBERS, TODAY + days(1))
    assert (later.level, later.since, later.tolerance_milli) == (2, TODAY + days(1), 1000)


def test_it_never_goes_beyond_three_quarters() -> None:
    rest = Rest(HIGHEST, TODAY - days(5), Sign.ANSWERS, 1000, 0)
    bad = Sums(days=5, posts=5, leaves_after=50)
    assert judged(rest, bad, QUIET, MEMBERS, TODAY) is rest
    assert rest.share_bps == 7500


def test_seven_calm_days_bring_a_step_back() -> None:
    rest = replace(TIRED, level=2)
    assert judged(rest, WEEK, QUIET, MEMBERS, TODAY).level == 1
    assert judged(replace(rest, since=TODAY - days(6)), WEEK, QUIET, MEMBERS, TODAY).level == 2
    assert judged(TIRED, WEEK, QUIET, MEMBERS, TODAY) == Rest(since=TODAY)


def test_between_tired_and_calm_nothing_changes() -> None:
    half = replace(WEEK, leaves_after=15)
    assert judged(TIRED, half, QUIET, MEMBERS, TODAY) is TIRED


def test_posts_that_few_follow_any_more_bring_one_step() -> None:
    low = replace(WEEK, clicks=50)
    found = judged(Rest(), low, QUIET, MEMBERS, TODAY)
    assert (found.level, found.sign, found.clicks_milli) == (1, Sign.CLICKS, 5000)
    rest = replace(found, since=TODAY - days(8))
    assert judged(rest, low, QUIET, MEMBERS, TODAY) is rest
    assert judged(rest, replace(WEEK, clicks=90), QUIET, MEMBERS, TODAY).level == 0
    accustomed = replace(found, since=TODAY - days(28))
    assert judged(accustomed, low, QUIET, MEMBERS, TODAY).level == 0


def test_falling_clicks_need_a_past_and_a_whole_week() -> None:
    low = replace(WEEK, clicks=1)
    for before in (replace(QUIET, posts=19), replace(QUIET, clicks=29)):
        assert judged(Rest(), low, before, MEMBERS, TODAY) == Rest()
    recovered = Rest(since=TODAY - days(3))
    assert judged(recovered, low, QUIET, MEMBERS, TODAY) is recovered
    assert judged(Rest(), replace(low, posts=6), QUIET, MEMBERS, TODAY) == Rest()


def test_a_fall_of_clicks_without_a_past_is_kept_as_nothing() -> None:
    bad = Sums(days=2, posts=4, leaves_after=30)
    assert judged(Rest(), bad, Sums(), MEMBERS, TODAY).clicks_milli == 0


def test_a_promoter_who_wants_every_post_has_them_for_a_month() -> None:
    own = kept(TODAY)
    bad = replace(WEEK, leaves_after=60)
    assert own.share_bps == 0
    assert judged(own, bad, QUIET, MEMBERS, TODAY + KEPT_FOR - days(1)) is own
    assert judged(own, bad, QUIET, MEMBERS, TODAY + KEPT_FOR + days(2)).level == 1


SUMS = st.builds(
    Sums,
    days=st.just(7),
    member_days=st.integers(0, 4000),
    posts=st.integers(0, 42),
    clicks=st.integers(0, 400),
    leaves_after=st.integers(0, 60),
    downs=st.integers(-5, 60),
    removed=st.integers(0, 9),
)
RESTS = st.builds(
    Rest,
    level=st.integers(0, HIGHEST),
    since=st.one_of(st.none(), st.integers(0, 40).map(lambda ago: TODAY - days(ago))),
    sign=st.sampled_from(Sign),
    tolerance_milli=st.integers(500, 9000),
    clicks_milli=st.integers(0, 9000),
)


@given(rest=RESTS, recent=SUMS, before=SUMS, members=st.integers(1, 5000), more=st.integers(0, 40))
def test_more_who_leave_never_means_more_selling_posts(
    rest: Rest, recent: Sums, before: Sums, members: int, more: int
) -> None:
    worse = replace(recent, leaves_after=recent.leaves_after + more)
    plain = judged(rest, recent, before, members, TODAY)
    assert judged(rest, worse, before, members, TODAY).share_bps >= plain.share_bps
    assert abs(plain.level - rest.level) <= 1


@given(
    per_post=st.integers(0, 40),
    clicks=st.integers(0, 12),
    start=SUMS,
    members=st.integers(50, 3000),
)
def test_a_group_that_always_answers_alike_does_not_go_up_and_down(
    per_post: int, clicks: int, start: Sums, members: int
) -> None:
    """Whatever came before, the level goes one way and stays: the same input, the same answer."""
    rest, levels = Rest(), [0]
    for night in range(1, 150):
        today = TODAY + days(night)
        span = 7 if rest.since is None else min(7, max(0, (today - rest.since).days))
        recent = Sums(span, members * span, 3 * span, clicks * 3 * span, 0, 3 * span * per_post)
        usual = Sums(28, members * 28, 84, clicks * 84, 0, 84 * per_post)
        # The first weeks still look back on another time.
        rest = judged(rest, recent, start if night < 35 else usual, members, today)
        if rest.level != levels[-1]:
            levels.append(rest.level)
    turns = sum(
        (second - first) * (third - second) < 0
        for first, second, third in zip(levels, levels[1:], levels[2:], strict=False)
    )
    assert turns <= 1
