"""Where in a forum a post goes."""

from bot.domain.living.topics import ANY, POOL, Place, thread_for, topic_shut
from bot.domain.posts.notices import worded
from bot.domain.records import GroupId, PersonId
from tests.bot.domain.living.builders import LATER
from tests.schemes import TEXTS


def test_a_slots_own_topic_comes_before_the_one_for_anything() -> None:
    places = {"morning": Place(5), ANY: Place(9)}
    assert thread_for(places, "morning") == 5
    assert thread_for(places, "noon") == 9
    assert thread_for(places, POOL) == 9
    assert thread_for({"morning": Place(5)}, "noon") is None
    assert thread_for({}, "noon") is None


def test_a_topic_that_is_shut_or_not_named_yet_is_passed_over() -> None:
    assert thread_for({"noon": Place(5, is_shut=True)}, "noon") is None
    assert thread_for({"noon": Place(5, is_shut=True), ANY: Place(9)}, "noon") == 9
    assert thread_for({"noon": Place(None)}, "noon") is None


def test_the_promoter_is_told_what_to_do_in_both_languages() -> None:
    for slot, zh, en in (
        ("morning", "早上", "/topic morning"),
        ("send", "一键群发", "/topic send"),
        (POOL, "拼团", "/topic pool"),
    ):
        notice = topic_shut(GroupId(3), PersonId(4), title="阳光", slot=slot, at=LATER)
        assert zh in worded(notice, TEXTS["zh"])
        assert "General" in worded(notice, TEXTS["zh"])
        assert en in worded(notice, TEXTS["en"])
        assert notice.key == f"topic:3:{slot}:{int(LATER.timestamp())}"
