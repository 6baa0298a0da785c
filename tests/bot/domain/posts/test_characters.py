"""Any title: what is cut, kept together, walled off and counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posts import characters

FAMILY = "👨‍👩‍👧‍👦"
ENGLAND = "🏴󠁧󠁢󠁥󠁮󠁧󠁿"
ANYTHING = st.text(st.characters(), max_size=400)


@given(ANYTHING)
def test_length_is_counted_in_utf16_units(text: str) -> None:
    assert characters.units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(ANYTHING, st.integers(1, 300))
def test_a_shortened_text_keeps_the_limit_and_cuts_between_characters(
    text: str, limit: int
) -> None:
    short = characters.shortened(text, limit)
    assert characters.units(short) <= limit
    if short != text:
        assert short.endswith(characters.ELLIPSIS)
        kept = short.removesuffix(characters.ELLIPSIS)
        assert text.startswith(kept)


@given(ANYTHING)
def test_clusters_are_the_text(text: str) -> None:
    assert "".join(characters.clusters(text)) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (FAMILY + "a", [FAMILY, "a"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("🇨🇳🇯🇵🇩", ["🇨🇳", "🇯🇵", "🇩"]),
        ("e\u0301x", ["e\u0301", "x"]),
        (ENGLAND + "!", [ENGLAND, "!"]),
        ("❤️a", ["❤️", "a"]),
        ("\u0301a", ["\u0301", "a"]),
        ("", []),
    ],
)
def test_what_people_see_as_one_character_stays_together(text: str, wanted: list[str]) -> None:
    assert characters.clusters(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\x00b\x1bc\x7f", "abc"),
        ("  two\n\tlines\r\n ", "two lines"),
        ("right\u202eto left\u202c\u200f", "rightto left"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        (FAMILY + ENGLAND, FAMILY + ENGLAND),
        ("lone\ud800surrogate\uffff", "lonesurrogate"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_what_deceives_or_breaks_is_taken_out(text: str, wanted: str) -> None:
    assert characters.cleaned(text) == wanted


def test_right_to_left_letters_are_walled_off_and_others_are_not() -> None:
    assert characters.isolated("سماعات Bluetooth") == "\u2068سماعات Bluetooth\u2069"
    assert characters.isolated("蓝牙耳机") == "蓝牙耳机"


def test_a_tower_of_marks_beyond_the_limit_is_left_out() -> None:
    assert characters.shortened("ab" + "c" + "\u0301" * 500, 50) == "ab…"
