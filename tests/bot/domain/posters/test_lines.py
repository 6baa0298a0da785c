"""Titles made into lines: nothing that the font lacks, nothing wider than it may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.posters.lines import drawable, fitting, shortened, wrapped

LACKING = frozenset("😀🎉✨❤\u200d\ufe0f\u20e3กข🇨🇳👩🚀")


def has(character: str) -> bool:
    """A font with everything but emoji and Thai."""
    return character not in LACKING


def ten(text: str) -> float:
    """Ten pixels a character."""
    return 10.0 * len(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("云南咖啡 500g", "云南咖啡 500g"),
        ("Coffee 😀 beans 🎉", "Coffee beans"),
        ("【囤货🎉】抽纸✨", "【囤货】抽纸"),
        ("Tea (🎉) 1 kg", "Tea 1 kg"),
        ("👩\u200d🚀 mug", "mug"),
        ("I ❤\ufe0f rice", "I rice"),
        ("No. 1\ufe0f\u20e3 choice", "No. choice"),
        ("กข tea", "tea"),
        ("😀", ""),
        ("e\u0301clair", "\u00e9clair"),
        ("Lin’s café", "Lin's café"),
        ("a\u0300\u0301 b", "\u00e0\u0301 b"),
    ],
)
def test_what_the_font_lacks_is_left_out_whole(text: str, kept: str) -> None:
    assert drawable(text, has) == kept


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("short", ["short"]),
        ("one two three", ["one two", "three"]),
        ("一二三四五六七八九十", ["一二三四五六七八", "九十"]),
        ("一二三四五六七八，九十", ["一二三四五六七", "八，九十"]),
        ("一二三四五六七（八九）", ["一二三四五六七", "（八九）"]),
        ("abcdefghijklm", ["abcdefgh", "ijklm"]),
        ("纸巾 tissues 抽", ["纸巾", "tissues", "抽"]),
        ("one two three four five six", ["one two", "three", "four..."]),
        ("一二三四五六七八" * 4, ["一二三四五六七八", "一二三四五六七八", "一二三四五六七…"]),
    ],
)  # fmt: skip
def test_lines_break_where_either_script_may(text: str, lines: list[str]) -> None:
    assert wrapped(text, ten, 80, 3) == lines


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("short", 80, "short"),
        ("waterproof jacket", 160, "waterproof..."),
        ("waterproofs", 80, "water..."),
        ("一二三四五六七八九", 80, "一二三四五六七…"),
        ("一二三", 5, "…"),
    ],
)
def test_a_line_is_cut_between_words_where_it_can_be(text: str, width: float, cut: str) -> None:
    assert shortened(text, ten, width) == cut


def test_a_price_is_as_large_as_it_may_be() -> None:
    sizes = [(30, lambda text: 30.0 * len(text)), (20, lambda text: 20.0 * len(text))]
    assert fitting("¥1", sizes, 60) == 30
    assert fitting("¥12", sizes, 60) == 20
    assert fitting("¥123456", sizes, 60) == 20


@given(st.text(max_size=80), st.integers(min_value=40, max_value=200))
def test_no_line_is_wider_than_it_may_be(text: str, width: int) -> None:
    plain = drawable(text, has)
    lines = wrapped(plain, ten, width, 3)
    assert len(lines) <= 3
    # Marks may make one character that people see wider than a line.
    assert all(ten(line) <= width or len(line) > width // 10 for line in lines)
    assert all(has(character) or character.isspace() for character in plain)
