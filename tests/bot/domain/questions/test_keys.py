"""Three people's words for one thing meet."""

from bot.domain.questions.keys import KEY_LIMIT, wish_key
from tests.bot.domain.questions.shop import read


def test_order_case_language_and_synonyms_make_no_difference() -> None:
    words = ("黑色的充电宝", "Power Bank in black?", "想买移动电源 黑色", "充电宝 黑色 50以内")
    assert {wish_key(read(text)) for text in words} == {"充电宝 黑色"}


def test_words_that_name_nothing_are_kept_as_they_are() -> None:
    assert wish_key(read("谢谢 Ｏ")) == "谢谢 o"
    assert wish_key(read("")) == "?"
    assert len(wish_key(read("谢" * 500))) <= KEY_LIMIT
