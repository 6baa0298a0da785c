"""What a promoter is told of a change: figures, why, and what helps, in both languages."""

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.health import notes
from bot.domain.health.buttons import TAPS
from bot.domain.health.fatigue import Rest, Sign
from bot.domain.health.hours import Suggestion
from bot.domain.health.rules import HealthRules
from bot.domain.health.signals import Sums
from bot.domain.health.standings import Cause, Health, Seen
from bot.domain.posts.notices import Notice, taps, worded
from bot.domain.records import Group, GroupId, GroupState, PersonId
from handlers.chat.wire.callbacks import BYTES_LIMIT, unpack
from tests.cast import NOON, SUNNY_COURT
from tests.schemes import TEXTS

TODAY = date(2026, 11, 22)
COURT = Group(
    GroupId(12), SUNNY_COURT, "Sunny <Court>", PersonId(1), "fenxiang", GroupState.ACTIVE,
    False, None, 250, "Asia/Shanghai", "zh", (), NOON,
)  # fmt: skip
SEEN = Seen(
    40,
    50,
    ("post",),
    Sums(removed=4),
    Sums(days=28, member_days=28 * 250, orders=20),
    Sums(days=28, member_days=28 * 250, orders=50),
    Sums(),
)
HEALTH = Health(GroupId(12), TODAY, probation_until=TODAY, baseline_micro=7142)


def said(notice: Notice | None, language: str = "en") -> str:
    assert notice is not None
    return worded(notice, TEXTS[language])


@pytest.mark.parametrize(
    ("cause", "english", "chinese"),
    [
        (Cause.FLOOR, "below 51 members for 7 days (now 40)", "没有到 51 人（现在 40 人）"),
        (Cause.RIGHTS, "allowed to write in", "不能发言"),
        (Cause.REMOVED, "4 posts were taken away", "删掉了 4 条"),
        (Cause.CONVERSION, "made 8 orders per 100 members in 28 days, after 19.9", "每百人 8 单"),
    ],
)
def test_probation_says_what_was_seen_what_helps_and_until_when(
    cause: Cause, english: str, chinese: str
) -> None:
    notice = notes.stood(
        COURT, GroupState.PROBATION, replace(HEALTH, cause=cause), SEEN, HealthRules(), TODAY
    )
    assert english in said(notice)
    assert chinese in said(notice, "zh")
    assert "Sun 22 Nov" in said(notice)
    assert "What you earned stays yours" in said(notice)
    assert "Sunny &lt;Court&gt;" in said(notice)


def test_a_recovery_is_told_kindly_and_a_closing_with_the_way_back() -> None:
    on_probation = replace(COURT, state=GroupState.PROBATION)
    back = notes.stood(on_probation, GroupState.ACTIVE, HEALTH, SEEN, HealthRules(), TODAY)
    assert "Well done" in said(back)
    closed = notes.stood(on_probation, GroupState.CLOSED, HEALTH, SEEN, HealthRules(), TODAY)
    assert closed is not None
    assert "closed for now" in said(closed)
    ((key, tap),) = taps(closed)
    assert (key, unpack(tap.data)) == ("health.button_reopen", unpack("1:group_reopen:12"))
    quiet = notes.stood(COURT, GroupState.WARMING, HEALTH, SEEN, HealthRules(), TODAY)
    assert quiet is None


def test_a_probation_without_a_date_ends_today_at_the_earliest() -> None:
    health = replace(HEALTH, probation_until=None, cause=Cause.CONVERSION, baseline_micro=None)
    notice = notes.stood(COURT, GroupState.PROBATION, health, SEEN, HealthRules(), TODAY)
    assert "after 0 in the 28 before" in said(notice)


def test_rest_is_told_with_figures_and_a_way_to_overrule_it() -> None:
    tired = Rest(1, TODAY, Sign.ANSWERS, 1000, 5000)
    recent = Sums(posts=21, leaves_after=9, downs=-2, removed=1, clicks=40)
    notice = notes.rested(COURT, Rest(), tired, recent, TODAY)
    assert "the last 21 posts, 9 people left within 3 hours, 0 👎 came and 1 posts" in said(notice)
    assert [unpack(tap.data) for _, tap in taps(notice)] == [unpack("1:rest_keep:12")]
    clicked = notes.rested(COURT, Rest(), replace(tired, sign=Sign.CLICKS), recent, TODAY)
    assert "5 clicks a post before, 1.9 now" in said(clicked)
    assert "以前每条推荐 5 次" in said(clicked, "zh")
    unknown = replace(tired, sign=Sign.CLICKS, clicks_milli=None)
    assert "0 clicks a post before" in said(notes.rested(COURT, Rest(), unknown, recent, TODAY))


def test_a_step_back_and_the_last_one_are_told_apart() -> None:
    two, one = Rest(2, TODAY), Rest(1, TODAY)
    assert "about 25% are still left out" in said(notes.rested(COURT, two, one, Sums(), TODAY))
    assert "every post again" in said(notes.rested(COURT, one, Rest(), Sums(), TODAY))


def test_a_suggestion_has_two_buttons_that_fit() -> None:
    slot = "s" * 32
    found = Suggestion(slot, "16:00", "16:30", 16, 40, 12, "12:00", "12:30")
    notice = notes.suggested(replace(COURT, id=GroupId(10**12)), found, TODAY)
    assert "12 in the best hour" in said(notice)
    both = [tap.data for _, tap in taps(notice)]
    assert [unpack(data).fields for data in both if unpack(data)] == [  # type: ignore[union-attr]
        ("yes", str(10**12), slot),
        ("no", str(10**12), slot),
    ]
    assert all(len(data.encode()) <= BYTES_LIMIT for data in both)


def test_a_pick_that_rested_is_told_once_a_week() -> None:
    first = notes.left_out(COURT, day=TODAY, slot="noon")
    assert "your pick did not go out" in said(first)
    assert notes.left_out(COURT, day=date(2026, 11, 16), slot="morning").key == first.key
    assert notes.left_out(COURT, day=date(2026, 11, 23), slot="noon").key != first.key


def test_every_text_with_buttons_is_there() -> None:
    for texts in TEXTS.values():
        assert set(TAPS) <= set(texts.words)
        assert {key for rows in TAPS.values() for key, _ in rows} <= set(texts.words)


@pytest.mark.parametrize(
    ("part", "whole", "text"), [(5, 2, "2.5"), (4, 2, "2"), (1, 0, "0"), (1, 3, "0.3")]
)
def test_tenths_are_rounded_down(part: int, whole: int, text: str) -> None:
    assert notes.tenths(part, whole) == text
