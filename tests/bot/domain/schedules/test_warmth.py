"""Which openings sell nothing, and what is said in them."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.programmes import SlotPlan
from bot.domain.records import GroupId, Poll
from bot.domain.schedules.rules import Kind, PollPlan, Warmth
from bot.domain.schedules.warmth import REPEAT_DAYS, choose, is_turn
from tests.schemes import PROGRAMMES

DAY = date(2026, 11, 22)
PLANS = tuple(
    SlotPlan(name, f"{hour:02}:00", f"{hour:02}:30")
    for hour, name in ((8, "morning"), (12, "noon"), (20, "evening"))
)
NIGHT = SlotPlan("night", "21:00", "21:30", during=("11-01", "11-11"))
SHIPPED = PROGRAMMES["fenxiang"].warmth or Warmth()
ASKED = PollPlan("which", {"en": "Which?"}, {"en": ("one", "other <")})
TIPS: dict[str, dict[str, tuple[str, ...]]] = {
    Kind.TIP: {"en": ("a", "b", "{group} c", "easy money"), "zh": ("甲",)}
}


@given(st.integers(1, 10**9), st.integers(2, 12), st.integers(1, 5))
def test_one_opening_in_so_many_is_warm_and_never_two_in_a_row(
    group: int, one_in: int, slots: int
) -> None:
    plans = [SlotPlan(f"s{number}", "08:00", "08:30") for number in range(slots)]
    turns = [
        is_turn(GroupId(group), DAY + timedelta(days=day), plan.name, plans, one_in)
        for day in range(one_in * 4)
        for plan in plans
    ]
    assert not any(first and second for first, second in zip(turns, turns[1:], strict=False))
    assert abs(sum(turns) - len(turns) / one_in) <= 1


def test_a_festivals_slot_always_sells_and_so_does_one_that_is_none() -> None:
    plans = [*PLANS, NIGHT]
    days = [DAY + timedelta(days=ahead) for ahead in range(60)]
    assert not any(is_turn(GroupId(1), day, "night", plans, 2) for day in days)
    assert not any(is_turn(GroupId(1), day, "gone", plans, 2) for day in days)


def test_a_poll_is_asked_at_most_once_in_its_days_and_not_again_within_the_month() -> None:
    said: list[tuple[date, str]] = []
    for ahead in range(0, 60, 2):
        day = DAY + timedelta(days=ahead)
        found = choose(SHIPPED, said, day, "zh", {"weekday": "周日"}, seed=f"1/{day}")
        assert found is not None
        said.append((day, found.name))
    polls = [(day, name) for day, name in said if name.startswith("poll:")]
    assert len(polls) >= 6
    for (day, name), (later, other) in zip(polls, polls[1:], strict=False):
        assert (later - day).days >= SHIPPED.polls_days
        assert name != other
    for day, name in polls:
        again = [on for on, other in polls if other == name and on > day]
        assert all((on - day).days > REPEAT_DAYS for on in again)
    for (_, name), (_, other) in zip(said, said[1:], strict=False):
        assert name != other


def test_a_poll_looks_as_it_will_and_carries_its_question() -> None:
    found = choose(Warmth(polls=(ASKED,)), (), DAY, "en", {}, seed="1")
    assert found is not None
    assert (found.name, found.poll) == ("poll:which", ASKED)
    assert found.rendered.poll == Poll("Which?", ("one", "other <"))
    assert found.rendered.html == "📊 Which?\n▫️ one\n▫️ other &lt;"
    assert found.rendered.buttons == ()


def test_texts_are_lawful_fillable_and_new_while_there_are_new_ones() -> None:
    warmth = Warmth(texts=TIPS, polls=())
    said: list[tuple[date, str]] = []
    told = []
    for ahead in range(4):
        found = choose(warmth, said, DAY + timedelta(days=ahead), "en", {"group": "<G>"}, seed="x")
        assert found is not None
        said.append((DAY + timedelta(days=ahead), found.name))
        told.append(found.rendered.html)
    assert set(told[:3]) == {"a", "b", "&lt;G&gt; c"}
    # When all were said, the one that was said the longest ago.
    assert told[3] == told[0]
    assert choose(warmth, (), DAY, "en", {}, seed="y").rendered.html in ("a", "b")  # type: ignore[union-attr]
    assert choose(warmth, (), DAY, "fr", {}, seed="y").rendered.html in ("a", "b")  # type: ignore[union-attr]


def test_where_there_is_nothing_to_say_nothing_is_said() -> None:
    assert choose(Warmth(), (), DAY, "en", {}, seed="1") is None
    assert choose(Warmth(polls=(ASKED,)), (), DAY, "zh", {}, seed="1") is None
    assert choose(replace(SHIPPED, polls=()), (), DAY, "zh", {}, seed="1") is not None
