"""Which selling posts of a day a group is spared."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.health.resting import room
from bot.domain.records import GroupId

DAY = date(2026, 11, 22)
SLOTS = ("morning", "noon", "evening")


def of_day(share_bps: int, group_id: int, day: date, slots: tuple[str, ...], each: int) -> int:
    return sum(room(share_bps, GroupId(group_id), day, slot, slots, each) for slot in slots)


def test_without_a_share_everything_stays() -> None:
    assert room(0, GroupId(7), DAY, "noon", SLOTS, 2) == 2


def test_a_slot_that_does_not_open_on_the_day_is_nobody_s_business() -> None:
    assert room(7500, GroupId(7), DAY, "night", SLOTS, 2) == 2


def test_second_posts_go_before_whole_slots() -> None:
    rooms = [room(5000, GroupId(7), DAY, slot, SLOTS, 2) for slot in SLOTS]
    assert rooms == [1, 1, 1]


def test_days_differ_so_that_every_slot_has_its_turn() -> None:
    rested = {
        slot
        for day in range(30)
        for slot in SLOTS
        if room(3400, GroupId(7), DAY + timedelta(days=day), slot, SLOTS, 1) == 0
    }
    assert rested == set(SLOTS)


def test_over_many_days_it_is_the_share_that_is_left_out() -> None:
    sent = sum(of_day(2500, 7, DAY + timedelta(days=day), SLOTS, 1) for day in range(400))
    assert 0.70 < sent / 1200 < 0.80


@given(
    share=st.integers(0, 10_000),
    more=st.integers(0, 10_000),
    group_id=st.integers(1, 10**9),
    day=st.dates(),
    slots=st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6, unique=True).map(tuple),
    each=st.integers(1, 4),
)
def test_one_post_a_day_always_stays_and_a_greater_share_never_adds_one(
    share: int, more: int, group_id: int, day: date, slots: tuple[str, ...], each: int
) -> None:
    sent = of_day(share, group_id, day, slots, each)
    assert 1 <= sent <= len(slots) * each
    assert of_day(min(10_000, share + more), group_id, day, slots, each) <= sent
