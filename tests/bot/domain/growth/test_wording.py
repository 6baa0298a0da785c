"""What promoters are told of their tasks."""

import pytest

from bot.domain.growth.levels import STANDARD, Level, Task
from bot.domain.growth.progress import Facts, advance, marks
from bot.domain.growth.wording import CARDS_OF_A_LEVEL, gains, grown, level_text, task_text
from bot.domain.posts.notices import worded
from bot.domain.records import PersonId
from tests.schemes import TEXTS

LIN = PersonId(7)
ALL = {mark.key for mark in marks(STANDARD)}
STARTED = {mark.key for mark in marks(STANDARD) if mark.level == Level.STARTER}


def told(done: set[str], facts: Facts, language: str) -> str:
    return worded(grown(LIN, advance(STANDARD, done, facts), STANDARD), TEXTS[language])


def test_a_task_that_is_done_is_told_with_the_next_one() -> None:
    facts = Facts({Task.TRAINING: 1, Task.GROUPS: 1})
    assert told(set(), facts, "zh") == (
        "✓ 做到了：读完规则，答对题目、接好一个群。\n"
        "下一步：用 /preview 看过发出前的样子。进度看 /learn"
    )
    assert told(set(), facts, "en") == (
        "✓ Done: Read the rules and answer the questions; Connect a group.\n"
        "Next: Look at a post with /preview before it goes out. See /learn"
    )


def test_a_level_that_is_reached_is_told_with_what_it_brings() -> None:
    starter = told(STARTED - {"starter:picks"}, Facts({Task.PICKS: 3}), "en")
    assert "you are a starter now" in starter
    assert "up to 20 invitation codes at a time.\nNext: Have a first order" in starter
    middle = told(ALL - {"middle:orders", "senior:mentees"}, Facts({Task.ORDERS: 1}), "zh")
    assert "你成了中级推手" in middle
    assert "最多让 10 位推手选你当导师" in middle


def test_the_last_task_of_all_is_told_as_such() -> None:
    last = ALL - {"senior:mentees"}
    assert "三级任务全做完了" in told(last, Facts({Task.MENTEES: 1}), "zh")
    odd = [rung for rung in STANDARD if rung.level != Level.SENIOR]
    done = {mark.key for mark in marks(odd)} - {"middle:orders"}
    step = advance(odd, done | {"x"}, Facts({Task.ORDERS: 1}))
    assert grown(LIN, step, odd).text == "growth.rose_all"
    missing = ALL - {"starter:picks"}
    late = advance(STANDARD, missing, Facts({Task.PICKS: 1}))
    assert late.rose_to == Level.SENIOR


def test_done_of_all_without_a_rise_is_told_shortly() -> None:
    step = advance(STANDARD, ALL - {"senior:mentees"}, Facts({Task.MENTEES: 1}))
    kept = type(step)(step.fresh, None, None)
    notice = grown(LIN, kept, STANDARD)
    assert notice.text == "growth.done_all"
    assert "Well done" in worded(notice, TEXTS["en"])


def test_the_key_of_a_notice_is_its_first_task() -> None:
    step = advance(STANDARD, set(), Facts({Task.GROUPS: 1}))
    assert grown(LIN, step, STANDARD).key == "grown:7:starter:groups"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_task_level_and_tutorial_has_its_words(language: str) -> None:
    texts = TEXTS[language]
    for task in Task:
        assert task_text(texts, task, 1)
        assert "{" not in task_text(texts, task, 7)
    for level in Level:
        assert level_text(texts, level) != level_text(texts, None)
        for number in range(1, CARDS_OF_A_LEVEL + 1):
            card = texts(f"growth.card_{level}_{number}")
            assert texts(f"growth.card_{level}_{number}_title")
            assert len(card) < 500
    assert "20" in gains(texts, {"invitations": 20, "mentees": 0})
