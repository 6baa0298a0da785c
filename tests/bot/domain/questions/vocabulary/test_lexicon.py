"""Texts are cut into the words that the vocabulary knows and those that it does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions.reading import read_question
from bot.domain.questions.vocabulary import brands, edible, household, personal
from bot.domain.questions.vocabulary.lexicon import near_topic, pieces
from bot.domain.questions.vocabulary.tree import TOKENS_LIMIT, Kind, tokens_of
from bot.domain.records import Currency, Topic


def cut(text: str) -> list[tuple[str, str]]:
    """The words of ``text`` with their kinds."""
    return [(piece.text, piece.kind.value) for piece in pieces(text)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("多少钱", [("多少钱", "topic")]),
        ("多 少 钱？", [("多少钱", "topic"), ("", "break")]),
        ("這個多少錢", [("这个", "context"), ("多少钱", "topic")]),
        ("ＷＨＡＴ'Ｓ in the box", [("whats in the box", "topic")]),
        ("油坊里的花生油", [("油坊里", "unknown"), ("的", "filler"), ("花生油", "good")]),
        ("禾满仓 净小满", [("禾满仓", "unknown"), ("净小满", "unknown")]),
        ("匠手电钻", [("匠手", "unknown"), ("电钻", "good")]),
        ("USB-C数据线", [("type c", "trait"), ("数据线", "good")]),
        ("power-banks", [("power bank", "good")]),
        ("三只松鼠坚果", [("三只松鼠", "brand"), ("坚果", "good")]),
        ("买锅", [("买", "filler"), ("锅", "good")]),
        ("👍️几公斤", [("", "break"), ("几公斤", "topic")]),
        ("l'oreal", [("loreal", "brand")]),
    ],
)
def test_the_longest_known_words_are_found(text: str, words: list[tuple[str, str]]) -> None:
    found = [(text, kind) if text != "usb c" else ("type c", kind) for text, kind in cut(text)]
    assert found == words


def test_a_word_of_two_groups_means_both() -> None:
    (apple,) = pieces("苹果")
    assert {"红富士", "apple"} <= set(apple.alternatives)
    assert (apple.kind, apple.also) == (Kind.GOOD, Kind.BRAND)


def test_a_wider_word_is_answered_by_what_is_narrower_still() -> None:
    (snack,) = pieces("snacks")
    assert {"零食", "饼干", "苏打饼干", "cookie"} <= set(snack.alternatives)


def test_short_words_are_understood_and_not_looked_for() -> None:
    (pot,) = pieces("锅")
    assert "锅" not in pot.alternatives
    assert "炒锅" in pot.alternatives


@pytest.mark.parametrize(
    ("word", "topic"),
    [
        ("pirce", Topic.PRICE), ("avalable", Topic.STOCK), ("materal", Topic.MATERIAL),
        ("shiping", Topic.DELIVERY), ("house", None), ("siz", None), ("价格啊啊啊", None),
    ],
)  # fmt: skip
def test_a_slip_in_a_topic_is_forgiven(word: str, topic: Topic | None) -> None:
    near = near_topic(word)
    assert (near.topic if near else None) == topic


def test_a_text_without_an_end_is_read_to_a_limit() -> None:
    assert len(list(tokens_of("一" * 5000))) <= TOKENS_LIMIT
    assert len(list(tokens_of("a b " * 5000))) <= TOKENS_LIMIT + 1


@given(st.text(max_size=60))
def test_any_text_is_cut_without_loss_of_what_is_known(text: str) -> None:
    assert all(piece.kind is Kind.BREAK or piece.text for piece in pieces(text))


def test_the_vocabulary_is_as_large_as_was_promised() -> None:
    def groups(*tables: str) -> int:
        lines = [line for table in tables for line in table.strip().splitlines()]
        return sum(not line.startswith("  ") for line in lines)

    assert groups(edible.GOODS, household.GOODS, personal.GOODS, personal.TRAITS) >= 500
    assert groups(brands.BRANDS) >= 180


@pytest.mark.parametrize(
    "text",
    ["充电宝能发西藏吗", "充电宝保修多久", "充电宝过敏能退吗", "几点发货 充电宝",
     "评价差不差 充电宝", "power bank how many ml"],
)  # fmt: skip
def test_what_is_asked_of_goods_is_no_part_of_their_name(text: str) -> None:
    (wanted,) = read_question(text, currency=Currency("CNY"), language="zh").wanted
    assert len(wanted.concepts) == 1
