"""Words to look for, folded and cut as what is searched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.matching import (
    ID_BITS,
    WORDS_LIMIT,
    Phrase,
    Term,
    begun,
    fold,
    index_terms,
    phrase,
    phrases,
    place,
    search_words,
    searched,
    searched_of,
    spellings,
    stem,
)
from bot.domain.records import Currency, OfferFacts


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


def test_an_offer_is_searched_by_title_brand_and_category() -> None:
    assert searched("Ｔ恤", None, None) == "t恤"
    facts = OfferFacts("1", "Tea", "https://a", 1, Currency("CNY"), brand="Yun", category="A > B")
    assert searched_of(facts) == "tea yun a > b"


def test_dense_runs_are_cut_into_pairs_and_other_words_stay_whole() -> None:
    """Terms must stay as they are: an index of before forgets by them what it was told."""
    assert index_terms("小米充电宝 20000mah, usb-c t恤 (3 boxes) 米") == [
        "小米", "米充", "充电", "电宝", "宝", "20000mah", "usb", "c", "t", "恤", "3", "box", "米",
    ]  # fmt: skip
    assert index_terms("コーヒー 커피 café %_'") == [
        "コー", "ーヒ", "ヒー", "ー", "커피", "피", "café",
    ]  # fmt: skip
    assert index_terms("x" * 99) == ["x" * 64]
    assert index_terms("") == []


@pytest.mark.parametrize(
    ("words", "root"),
    [
        ("tissues tissue", "tissue"), ("boxes box", "box"), ("batteries battery", "battery"),
        ("glass glasses", "glass"), ("watches", "watch"), ("brushes", "brush"), ("gas", "gas"),
        ("bus", "bus"), ("ties", "tie"), ("plus", "plus"), ("basis", "basis"), ("shoes", "shoe"),
        ("a500s", "a500s"), ("cafés", "cafés"), ("quizzes", "quizz"),
    ],
)  # fmt: skip
def test_one_and_many_have_one_stem(words: str, root: str) -> None:
    assert {stem(word) for word in words.split()} == {root}


def test_only_words_of_letters_are_learnt_for_spelling() -> None:
    assert spellings("tissues 充电宝 a1 ok c 20000mah чай") == {"tissues", "tissue", "чай"}


@given(st.integers(0, 2**62), st.integers(0, 2**62), st.integers(1, 2**44 - 1))
def test_the_better_sold_stand_before_the_others(some: int, more: int, offer_id: int) -> None:
    some, more = sorted((some, more))
    assert place(offer_id, more) >> ID_BITS <= place(offer_id, some) >> ID_BITS
    assert 0 < place(offer_id, some) < 1 << 63
    if more < 16_384 and some != more:
        assert place(2**44 - 1, more) < place(1, some)


def test_unknown_sales_are_none_and_equals_stand_by_their_ids() -> None:
    assert place(7, None) == place(7, 0) == place(7, -3)
    assert place(1, 5) < place(2, 5) < place(1, 4)


def test_a_phrase_says_what_must_be_there_and_what_must_be_looked_at() -> None:
    assert phrase("充电宝20000") == Phrase(
        (Term("充电"), Term("电宝"), Term("20000")), ("充电宝",), ("20000",)
    )
    assert phrase("米") == Phrase((Term("米", is_beginning=True),), ("米",), ())
    assert phrase(" %! ") is None
    assert phrases([["茶", "%"], ["!"], []]) == [[phrase("茶")]]


def test_pairs_that_stand_apart_are_told_from_a_word() -> None:
    word = phrase("咖啡豆")
    assert word is not None
    assert not word.is_certain
    assert word.stands_in("云南咖啡豆")
    assert not word.stands_in("咖啡 啡豆")
    pair = phrase("咖啡")
    assert pair is not None
    assert pair.is_certain


@pytest.mark.parametrize(
    ("words", "text", "stands"),
    [
        ("tea", "green tea", True), ("tea", "(tea)", True), ("tea", "绿tea", True),
        ("tea", "steak", False), ("tea", "steak tea", True), ("battery", "batteries", True),
        ("power bank", "bank of power", True), ("power bank", "power", False),
    ],
)  # fmt: skip
def test_a_word_stands_where_one_begins(words: str, text: str, stands: bool) -> None:
    made = phrase(words)
    assert made is not None
    assert made.stands_in(text) == stands


def test_the_last_word_may_be_the_beginning_of_one_when_it_is_long_enough() -> None:
    made = phrases([["fast charg", "快充"], ["tv"]])
    (first, second), (third,) = begun(made)
    assert first.terms == (Term("fast"), Term("charg", is_beginning=True))
    assert [second, third] == [made[0][1], made[1][0]]
    assert begun(made, {"charg"}) == begun(made)
    assert begun(made, {"fast"}) == made
