"""Budgets: a simulated sender that never passes a limit and never idles below it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posts.budgets import QUICKEST_OF, ChatRecord, Limits, Pace, Ticket

LIMITS = Limits()
LEAST = 0.02
"""Seconds that either way to Telegram takes at least."""


def run(limits: Limits, seconds: float, turn_seconds: float) -> list[float]:
    """When each message goes with endless work and a turn every ``turn_seconds``."""
    pace, sent, now = Pace(limits, 100.0), list[float](), 100.0
    while now < 100.0 + seconds:
        for _ in range(pace.allowed(now)):
            pace.answered(pace.spend(now), now)
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
    assert (pace.allowed(99.9), pace.allowed(100.0), pace.allowed(500.0)) == (0, 1, 16)
    assert pace.next_at(500.0) == 100.0
    for _ in range(16):
        pace.spend(500.0)
    assert pace.allowed(500.0) == 0
    assert pace.next_at(500.0) > 500.0


def test_a_full_second_says_when_it_ends() -> None:
    pace = Pace(LIMITS, 100.0)
    for _ in range(30):
        pace.spend(100.0)
    assert pace.allowed(101.0) == 0
    assert pace.next_at(101.0) == pytest.approx(101.0 + LIMITS.headroom + 1.0)


def test_a_message_that_was_held_up_counts_from_when_it_may_have_come() -> None:
    pace = Pace(LIMITS, 100.0)
    pace.answered(pace.spend(100.0), 100.02)
    held_up = pace.spend(101.5)
    pace.answered(held_up, 101.64)
    for _ in range(29):
        pace.answered(pace.spend(101.5), 101.52)
    assert pace.next_at(101.7) == pytest.approx(102.62 + LIMITS.headroom)
    # The others count no more, though the one that is long on its way stands before them.
    assert (pace.allowed(102.5), pace.allowed(102.51)) == (0, 16)


def test_a_silent_message_counts_for_a_second_longer_and_no_more() -> None:
    pace = Pace(Limits(per_second=1), 0.0)
    pace.spend(0.0)
    assert (pace.allowed(1.99), pace.allowed(2.01)) == (0, 1)


def test_the_quickest_way_is_that_of_late() -> None:
    pace = Pace(Limits(per_second=1), 0.0)
    for number, took in enumerate([0.1] + [0.3] * (2 * QUICKEST_OF - 1)):
        pace.answered(pace.spend(10.0 * number), 10.0 * number + took)
    last = 10.0 * (2 * QUICKEST_OF - 1)
    assert pace.next_at(last + 0.3) == pytest.approx(last + 1.0 + LIMITS.headroom)
    assert pace.allowed(last + 1.01) == 1


WAYS = st.tuples(st.floats(0.0, 0.9), st.floats(0.0, 0.09))


@given(st.lists(WAYS, min_size=90, max_size=90))
def test_no_second_at_telegrams_side_holds_more_than_the_limit(
    ways: list[tuple[float, float]],
) -> None:
    pace, now, came = Pace(LIMITS, 0.0), 0.0, list[float]()
    waiting, answers = list(ways), list[tuple[float, Ticket]]()
    while waiting:
        for at, ticket in [one for one in answers if one[0] <= now]:
            pace.answered(ticket, at)
            answers.remove((at, ticket))
        for _ in range(min(pace.allowed(now), len(waiting))):
            there, back = waiting.pop()
            came.append(now + LEAST + there)
            answers.append((came[-1] + LEAST + back, pace.spend(now)))
        now += 0.004
    came.sort()
    for first, later in zip(came, came[30:], strict=False):
        assert later - first >= 1.0


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
        assert second - first >= LIMITS.chat_gap_seconds - 1e-9
    for first, later in zip(sent, sent[LIMITS.group_per_minute :], strict=False):
        assert later - first >= 60.0 - 1e-9


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
