"""What buttons carry and what messages hold stays within Telegram's limits."""

import pytest

from bot.domain.texts import Html
from handlers.chat.wire.callbacks import OldButtonError, Pressed, field, number, pack, unpack
from handlers.chat.wire.replies import TEXT_LIMIT, button, keyboard, stacked


def test_a_button_says_again_what_it_was_given() -> None:
    assert unpack(pack("give", 739577, 39, 12, 7)) == Pressed("give", ("739577", "39", "12", "7"))


def test_the_longest_button_fits() -> None:
    biggest = 2**63 - 1
    assert len(pack("give", 739577, 99, biggest, 10**9)) <= 64
    with pytest.raises(ValueError, match="does not fit"):
        pack("give", biggest, biggest, biggest, biggest)


@pytest.mark.parametrize("words", ["a:b", "好" * 25])
def test_what_does_not_fit_a_button_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        pack("preview", 1, words)


@pytest.mark.parametrize("data", ["", "1", "0:take:1", "take:1", "2:take"])
def test_other_versions_are_not_understood(data: str) -> None:
    assert unpack(data) is None


@pytest.mark.parametrize("text", ["", "x", "1.5", "１", "9" * 19, "--1"])
def test_only_whole_numbers_are_numbers(text: str) -> None:
    assert number((text,), 0) is None
    with pytest.raises(OldButtonError):
        field((text,), 0)


def test_numbers_may_be_negative_and_missing() -> None:
    assert number(("-1001000000001",), 0) == -1001000000001
    assert number((), 0) is None


def test_a_long_list_is_cut_between_lines() -> None:
    text = stacked(Html("x" * 100) for _ in range(100))
    assert len(text) <= TEXT_LIMIT + 2
    assert text.endswith("x\n…")


def test_a_keyboard_without_buttons_is_none() -> None:
    assert keyboard([], []) is None
    long_title = button("好" * 80, "card", 1)
    assert len(long_title.text) <= 40
