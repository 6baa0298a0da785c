"""Misspelt goods are what they were meant for, and other words nothing at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.questions.vocabulary.spelling import meant


@pytest.mark.parametrize(
    ("word", "goods"),
    [
        ("powerbnak", "充电宝"), ("冲电宝", "充电宝"), ("充宝电", "充电宝"), ("电饭堡", "电饭煲"),
        ("牙搞", "牙膏"), ("keybord", "键盘"), ("headphnoes", "耳机"), ("umbrela", "雨伞"),
        ("充电保", "充电宝"), ("瑜珈垫", "瑜伽垫"), ("toothpase", "牙膏"),
    ],
)  # fmt: skip
def test_a_slip_or_a_like_sound_is_mended(word: str, goods: str | None) -> None:
    found = meant(word)
    assert (found.alternatives[0] if found else None) == goods


@pytest.mark.parametrize(
    "word", ["", "goat", "violin", "小提琴", "钢", "powerbank20000", "白天使人开心的歌", "游泳猫"]
)
def test_what_is_near_to_nothing_is_not_mended(word: str) -> None:
    assert meant(word) is None


@given(st.text(max_size=12))
def test_any_word_may_be_asked(word: str) -> None:
    found = meant(word)
    assert found is None or found.alternatives
