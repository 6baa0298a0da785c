"""The font: Chinese as written in mainland China, Latin, and no box for what it lacks."""

import pytest

from bot.domain.posters.layout import Face
from bot.pictures import fonts


def test_the_face_is_the_one_for_simplified_chinese() -> None:
    assert fonts.font(30).getname()[0] == fonts.SIMPLIFIED


@pytest.mark.parametrize("character", "好龘物Aé¥€−「」 …％한ア\u3000")
def test_it_has_what_titles_are_written_in(character: str) -> None:
    assert fonts.has(character)


@pytest.mark.parametrize("character", "😀🎉ก₹\ufe0f\u200d\U0010ffff")
def test_what_it_lacks_is_known(character: str) -> None:
    assert not fonts.has(character)


def test_heavier_strokes_are_wider() -> None:
    plain, bold = Face(60), Face(60, is_bold=True)
    assert fonts.measure("好物", plain) == 120
    assert fonts.measure("好物", bold) > 120


def test_fonts_are_given_back() -> None:
    fonts.font(31)
    fonts.forget()
    assert fonts.font.cache_info().currsize == 0
