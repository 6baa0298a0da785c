"""Setting up groups like one of them."""

from datetime import timedelta

from bot.domain.people.copying import changed, fingerprint, may_undo, wanted
from bot.domain.records import GroupId
from tests.cast import NOON

HERE = {"language": "zh", "vertical": "homes", "slots": [["morning", "08:00"]]}
THERE: dict[str, object] = {"language": "en", "vertical": None, "slots": []}


def test_everything_is_copied_within_a_programme() -> None:
    after = wanted(HERE, THERE, is_same_programme=True)
    assert after == HERE
    assert changed(THERE, after) == ("language", "vertical", "slots")
    assert changed(HERE, after) == ()


def test_what_belongs_to_a_programme_stays_in_it() -> None:
    after = wanted(HERE, THERE, is_same_programme=False)
    assert after == {"language": "zh", "vertical": None, "slots": []}
    assert changed(THERE, after) == ("language",)


def test_topics_are_wished_for_where_there_are_none_and_stay_where_there_are() -> None:
    mine = [{"slot": "any", "thread_id": 5}, {"slot": "noon", "thread_id": 6}]
    theirs = [{"slot": "noon", "thread_id": 9}]
    after = wanted({"topics": mine}, {"topics": theirs}, is_same_programme=True)
    assert after["topics"] == [
        {"slot": "any", "thread_id": None}, {"slot": "noon", "thread_id": 9},
    ]  # fmt: skip


def test_a_plan_is_known_again_by_its_sign() -> None:
    plan = {GroupId(1): (THERE, HERE)}
    assert fingerprint(plan) == fingerprint(dict(plan))
    assert fingerprint(plan) != fingerprint({GroupId(1): (HERE, HERE)})
    assert len(fingerprint(plan)) == 12


def test_a_copy_is_undone_for_ten_minutes() -> None:
    assert may_undo(NOON, NOON + timedelta(minutes=10))
    assert not may_undo(NOON, NOON + timedelta(minutes=10, seconds=1))
