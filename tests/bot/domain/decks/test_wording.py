"""Reasons and causes in the reader's words, in both languages."""

import pytest

from bot.domain.decks.cards import Cause, Choice, DeckId, How, Reason, read, written
from bot.domain.decks.notes import LINES_SHOWN, autopilot_began, deck_ready
from bot.domain.decks.wording import accounted, because
from bot.domain.posts.notices import is_over, worded
from bot.domain.records import OfferId, PersonId
from tests.bot.domain.decks.shelf import DAY
from tests.cast import NOON
from tests.schemes import TEXTS

REASONS = (
    Reason("vertical", {"zh": "家装", "en": "Home"}),
    Reason("bought", {"kind": "纸\u202e品", "count": 3}),
    Reason("band", {"low": 500, "high": 1500, "currency": "CNY"}),
)


def test_reasons_are_told_one_after_the_other() -> None:
    assert because(REASONS, TEXTS["zh"]) == (
        "属于「家装」；这个群四周里买过 3 次纸品；在它常看的价位 ¥5.00–¥15.00"
    )
    assert because(REASONS[:1], TEXTS["en"]) == "within Home"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_and_cause_has_its_words(language: str) -> None:
    texts = TEXTS[language]
    for key in ("clicked", "brand", "own_brand", "other", "plain", "next", "ranking"):
        words: dict[str, str | int] = {"kind": "K", "brand": "B", "rank": 1, "count": 2}
        assert "{" not in because([Reason(key, words)], texts)
    for cause in Cause:
        choice = Choice(OfferId(1), How.AUTOPILOT, (Reason("next"),), cause, OfferId(2))
        assert because(choice.reasons, texts) in accounted(choice, texts)
    plain = Choice(OfferId(1), How.AUTOPILOT, (Reason("next"),))
    assert accounted(plain, texts) == texts("deck.why_next")


def test_reasons_are_kept_as_a_document() -> None:
    assert read(written(REASONS)) == REASONS


def test_a_long_deck_names_its_first_cards() -> None:
    lines = [f"{number}. card" for number in range(1, LINES_SHOWN + 1)]
    given = {"day": DAY, "until": NOON, "groups": 9, "quiet": ""}
    whole = deck_ready(DeckId(1), PersonId(1), cards=LINES_SHOWN, lines=lines, **given)  # type: ignore[arg-type]
    long = deck_ready(DeckId(1), PersonId(1), cards=60, lines=lines, **given)  # type: ignore[arg-type]
    assert "…" not in worded(whole, TEXTS["zh"])
    assert "12. card\n…" in worded(long, TEXTS["zh"])
    assert "10 分钟" in worded(long, TEXTS["zh"])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_autopilots_first_day_is_told_whenever_it_may_be_heard(language: str) -> None:
    notice = autopilot_began(PersonId(1), day=DAY, posts=4)
    assert "4" in worded(notice, TEXTS[language])
    assert not is_over(notice, NOON)
