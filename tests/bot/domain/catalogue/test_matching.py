"""Words to look for, folded as what is searched."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.matching import WORDS_LIMIT, fold, search_words


def test_width_case_and_spacing_make_no_difference() -> None:
    assert fold("  Ｔ-Shirt　COTTON\n") == "t-shirt cotton"
    assert fold("云南 咖啡") == "云南 咖啡"


def test_a_question_becomes_few_words_each_once() -> None:
    assert search_words("Coffee ＣＯＦＦＥＥ 咖啡") == ("coffee", "咖啡")
    assert search_words("芒") == ("芒",)
    assert search_words("   ") == ()
    assert len(search_words(" ".join(map(str, range(50))))) == WORDS_LIMIT


@given(st.text())
def test_folding_twice_is_folding_once_for_what_is_searched(text: str) -> None:
    words = search_words(text)
    assert all(word and word == " ".join(word.split()) for word in words)
