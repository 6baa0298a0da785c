"""Own words: one short line that promises nothing, begs for nothing and leads nowhere else."""

import pytest

from bot.domain.decks.openers import WORDS_LIMIT, Objected, Objection, line, objected


@pytest.mark.parametrize("words", ["早上好，来看看这个", "Good! 3.5 & <b>up</b>", "省 0.9 元"])
def test_a_friendly_line_is_taken(words: str) -> None:
    assert objected(words) is None
    assert objected(words, unwanted=["never"]) is None


@pytest.mark.parametrize(
    ("words", "reason", "word"),
    [
        ("", Objection.EMPTY, ""),
        ("\u202e\n", Objection.EMPTY, ""),
        ("字" * (WORDS_LIMIT + 1), Objection.LONG, "121"),
        ("guaranteed  INCOME!", Objection.CLAIM, "guaranteed income"),
        ("稳　赚不赔", Objection.CLAIM, "稳赚"),
        ("must share", Objection.SHARING, "must share"),
        ("look at ｗｗｗ．a.com", Objection.LINK, "www."),
        ("ask @lin_shop", Objection.LINK, "@lin_shop"),
        ("at shop.example now", Objection.LINK, "shop.example"),
    ],
)
def test_what_no_post_may_say_is_named(words: str, reason: Objection, word: str) -> None:
    assert objected(words) == Objected(reason, word)


def test_a_programme_has_words_of_its_own() -> None:
    assert objected("Only TODAY", unwanted=["cheap", "only today"]) == Objected(
        Objection.WORD, "only today"
    )


def test_a_line_is_one_line_without_what_turns_it() -> None:
    assert line(" a\u202e b\n\n c ") == "a b c"
