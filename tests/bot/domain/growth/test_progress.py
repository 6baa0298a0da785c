"""How tasks follow from counts, and levels from tasks."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.growth.levels import STANDARD, Level, Task
from bot.domain.growth.progress import (
    Facts,
    advance,
    bar,
    is_done,
    marks,
    next_of,
    reached,
    working_on,
)

ALL = {mark.key for mark in marks(STANDARD)}
STARTED = {mark.key for mark in marks(STANDARD) if mark.level == Level.STARTER}


def test_a_newcomer_has_the_first_task_before_them() -> None:
    step = advance(STANDARD, set(), Facts())
    assert (step.fresh, step.rose_to) == ((), None)
    assert step.next is not None
    assert step.next.key == "starter:training"
    assert reached(STANDARD, set()) is None


def test_facts_of_any_level_count_as_soon_as_they_are_there() -> None:
    step = advance(STANDARD, set(), Facts({Task.GROUPS: 2, Task.ORDERS: 1}))
    assert [mark.key for mark in step.fresh] == ["starter:groups", "middle:orders"]
    assert step.rose_to is None


def test_the_last_task_of_a_level_reaches_it() -> None:
    before = STARTED - {"starter:picks"}
    step = advance(STANDARD, before, Facts({Task.PICKS: 1}))
    assert step.rose_to == Level.STARTER
    assert step.next is not None
    assert step.next.key == "middle:orders"


def test_a_higher_level_waits_for_the_ones_below() -> None:
    assert reached(STANDARD, ALL - {"starter:groups"}) is None
    assert reached(STANDARD, ALL - {"middle:orders"}) == Level.STARTER
    assert reached(STANDARD, ALL) == Level.SENIOR


def test_all_done_leaves_nothing() -> None:
    assert next_of(STANDARD, ALL) is None
    assert working_on(STANDARD, ALL).level == Level.SENIOR
    assert working_on(STANDARD, STARTED).level == Level.MIDDLE
    assert advance(STANDARD, ALL, Facts()).next is None


def test_orders_count_only_while_few_are_reversed() -> None:
    senior = STANDARD[2]
    assert is_done(senior, Task.ORDERS, Facts({Task.ORDERS: 32}, reversed_orders=8))
    assert not is_done(senior, Task.ORDERS, Facts({Task.ORDERS: 32}, reversed_orders=9))
    assert not is_done(senior, Task.ORDERS, Facts(reversed_orders=9))
    assert is_done(STANDARD[1], Task.ORDERS, Facts({Task.ORDERS: 1}, reversed_orders=99))


def test_a_bar_is_full_only_when_all_is_done() -> None:
    assert (bar(0, 4), bar(2, 4), bar(4, 4)) == ("▱▱▱▱▱▱▱▱", "▰▰▰▰▱▱▱▱", "▰▰▰▰▰▰▰▰")
    assert bar(8, 9).endswith("▱")


@given(
    counts=st.dictionaries(st.sampled_from(Task), st.integers(0, 40)),
    gone=st.integers(0, 20),
    done=st.sets(st.sampled_from(sorted(ALL))),
)
def test_nothing_is_taken_back_or_told_twice(
    counts: dict[Task, int], gone: int, done: set[str]
) -> None:
    facts = Facts(counts, gone)
    step = advance(STANDARD, done, facts)
    fresh = {mark.key for mark in step.fresh}
    assert not fresh & done
    now = done | fresh
    assert advance(STANDARD, now, facts).fresh == ()
    order = [None, *Level]
    assert order.index(reached(STANDARD, now)) >= order.index(reached(STANDARD, done))
    assert (step.rose_to is not None) == (reached(STANDARD, now) != reached(STANDARD, done))
