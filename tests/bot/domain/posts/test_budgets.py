"""Budgets: a simulated sender that never passes a limit and never idles below it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posts.budgets import ChatRecord, Limits, Pace

LIMITS = Limits()


def run(limits: Limits, seconds: float, turn_seconds: float) -> list[float]:
    """When each message goes with endless work and a turn every ``turn_seconds``."""
    pace, sent, now = Pace(limits, 100.0), list[float](), 100.0
    while now < 100.0 + seconds:
        for _ in range(pace.allowed(now)):
            pace.spend(now)
            sent.append(now)
        now += turn_seconds
    return sent


@pytest.mark.parametrize("turn_seconds", [0.001, 0.004])
@pytest.mark.parametrize("per_second", [30, 100, 1000])
def test_the_pace_is_within_two_percent_of_what_is_allowed(
    per_second: int, turn_seconds: float
) -> None:
    sent = run(Limits(per_second=per_second), 60, turn_seconds)
    assert 0.98 <= len(sent) / (60 * per_second) <= 1.0


def test_no_second_holds_more_than_the_limit() -> None:
    sent = run(LIMITS, 60, 0.004)
    for first, later in zip(sent, sent[30:], strict=False):
        assert later - first >= 1.0 + LIMITS.headroom / 2


def test_a_stall_is_not_made_up_for_by_a_burst() -> None:
    pace = Pace(LIMITS, 100.0)
    assert (pace.allowed(99.9), pace.allowed(100.0), pace.allowed(500.0)) == (0, 1, 2)
    assert pace.next_at() == 100.0
    pace.spend(500.0)
    pace.spend(500.0)
    assert pace.allowed(500.0) == 0
    assert pace.next_at() > 500.0


def test_a_full_second_says_when_it_ends() -> None:
    pace = Pace(LIMITS, 100.0)
    for _ in range(30):
        pace.spend(100.0)
    assert pace.allowed(101.0) == 0
    assert pace.next_at() == pytest.approx(101.01)


@given(st.lists(st.floats(0.0, 5.0), min_size=1, max_size=80))
def test_a_chat_never_passes_its_limits(gaps: list[float]) -> None:
    record, now, sent = ChatRecord(), 0.0, list[float]()
    for gap in gaps:
        now += gap
        if record.free_at(LIMITS) <= now:
            record = record.after(now, LIMITS)
            sent.append(now)
    assert len(record.sent) <= LIMITS.group_per_minute
    for first, second in zip(sent, sent[1:], strict=False):
        assert second - first >= LIMITS.chat_gap_seconds
    for first, later in zip(sent, sent[LIMITS.group_per_minute :], strict=False):
        assert later - first >= 60.0


def test_a_group_gets_twenty_a_minute() -> None:
    record, sent = ChatRecord(), list[float]()
    for now in range(100):
        if record.free_at(LIMITS) <= now:
            record = record.after(now, LIMITS)
            sent.append(now)
    assert sent == [*range(20), *range(60, 80)]


def test_a_chat_told_to_wait_waits_and_is_then_forgotten() -> None:
    record = ChatRecord().after(10.0, LIMITS).paused(40.0)
    assert record.free_at(LIMITS) == 40.0
    assert record.paused(20.0) == record
    assert not record.is_forgettable(39.0)
    assert not record.is_forgettable(69.0)
    assert record.is_forgettable(71.0)
