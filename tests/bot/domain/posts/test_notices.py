"""Notices: unique keys, and buttons that the chat's door understands."""

from datetime import UTC, date, datetime

from bot.domain.posts import notices
from bot.domain.records import (
    GroupId,
    PersonId,
    Post,
    PostId,
    PostState,
    QuestionId,
    Rendered,
    Topic,
)
from bot.domain.texts import Texts
from handlers.chat.wire.callbacks import pack
from tests.schemes import TEXTS

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)
DAY = date(2026, 11, 22)
LIN = PersonId(7)
POST = Post(
    PostId(5), GroupId(1), LIN, None, DAY, "noon", 1, PostState.UNCERTAIN, NOON, NOON,
    Rendered("x", None), True,
)  # fmt: skip


def test_every_occasion_has_a_key_of_its_own() -> None:
    found = [
        notices.slot_missed("late", LIN, day=DAY, slot="noon", groups=3),
        notices.slot_missed("nothing_fresh", LIN, day=DAY, slot="noon", groups=3),
        notices.posts_skipped(LIN, day=DAY, slot="noon", posts=2),
        notices.group_lost(POST, "Sunny Court"),
        notices.post_failed(POST, "Sunny Court", "TOPIC_CLOSED"),
        notices.post_uncertain(POST, "Sunny Court"),
    ]
    assert len({notice.key for notice in found}) == len(found)
    assert {notice.person_id for notice in found} == {LIN}
    assert all(len(notice.key) <= 128 for notice in found)


def test_the_buttons_of_a_doubt_are_those_that_the_chat_reads() -> None:
    found = notices.taps(notices.post_uncertain(POST, "Sunny Court"))
    assert [(text, tap.data) for text, tap in found] == [
        ("notice.uncertain_arrived", pack("post", "arrived", 5)),
        ("notice.uncertain_missing", pack("post", "missing", 5)),
    ]
    assert notices.taps(notices.group_lost(POST, "Sunny Court")) == ()


def test_days_and_slots_are_said_in_the_readers_way() -> None:
    words = {
        "notice.late": "{slot} {day} {groups}",
        "slot.noon": "midday",
        "notice.lost": "{title}",
    }
    texts = Texts("en", words)
    missed = notices.slot_missed("late", LIN, day=DAY, slot="noon", groups=3)
    assert notices.worded(missed, texts) == "midday Sun 22 Nov 3"
    brunch = notices.slot_missed("late", LIN, day=DAY, slot="brunch", groups=1)
    assert notices.worded(brunch, texts).startswith("brunch")
    assert notices.worded(notices.group_lost(POST, "<x>"), texts) == "&lt;x&gt;"


def test_what_members_ask_is_named_by_offer_and_topic() -> None:
    long = "A kettle\n" * 30
    notice = notices.question_asked(QuestionId(9), LIN, title=long, topic=Topic.SIZE)
    assert len(str(notice.words["title"])) <= notices.TITLE_LIMIT
    words = {"notice.question": "{title}: {topic}", "ask.topic_size": "the size"}
    assert notices.worded(notice, Texts("en", words)).endswith(": the size")
    assert notices.worded(notice, Texts("en", words | {"ask.topic_size": "?"})).endswith("?")
    ((text, tap),) = notices.taps(notice)
    assert (text, tap.data) == ("notice.question_tell", pack("tell", 9))


def test_a_word_on_own_stock_and_a_post_held_back_are_told_once_each() -> None:
    told = notices.stock_decided(4, LIN, "Honey", "refused", "no page")
    assert (told.key, told.text) == ("stock:4", "scheme.stock_refused")
    held = notices.post_undisclosed(POST, "Sunny Court", LIN)
    assert (held.key, held.words) == ("undisclosed:5:7", {"title": "Sunny Court", "post_id": 5})


def test_a_slot_in_quiet_hours_is_spoken_of_once_for_all_its_days() -> None:
    notice = notices.slot_silent(PersonId(7), slot="evening", groups=2)
    assert notice.key == "quiet:7:evening"
    assert "晚上全在静音时间里" in notices.worded(notice, TEXTS["zh"])
    assert "The evening slot lies" in notices.worded(notice, TEXTS["en"])


def test_a_deck_is_opened_or_kept_whole_from_its_notice() -> None:
    deck = notices.Notice("deck:7", PersonId(1), notices.DECK, {"deck_id": 7})
    assert [tap.data for _, tap in notices.taps(deck)] == [
        pack("deck", 7, 0),
        pack("deck_all", 7),
    ]
