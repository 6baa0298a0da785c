"""Queries in the words of either engine."""

from bot.domain.catalogue.matching import phrase
from storage.catalogue.tongues import POSTGRESQL, SQLITE, but_one


def test_a_query_is_said_in_the_words_of_its_engine() -> None:
    found = [made for each in ("充电宝", "米", "tea") if (made := phrase(each))]
    assert SQLITE.concept(found) == '(("充电" AND "电宝") OR "米"* OR "tea")'
    assert POSTGRESQL.concept(found) == "(('充电' & '电宝') | '米':* | 'tea')"
    assert POSTGRESQL.all(["'a'", "'a'"]) == "'a'"


def test_half_of_a_word_that_holds_one_wrong_character_is_asked_for() -> None:
    short, long = phrase("冲电宝"), phrase("云南小粒珈啡豆")
    assert short is not None
    assert long is not None
    assert SQLITE.partly(short) == ['"冲电"', '"电宝"']
    assert POSTGRESQL.partly(long)[0] == "('云南' & '南小')"
    assert len(POSTGRESQL.partly(long)) == 5


def test_each_is_left_out_in_turn() -> None:
    assert but_one(["a", "b", "c"]) == [("b", "c"), ("a", "c"), ("a", "b")]
    assert but_one([]) == []
