"""Signs of a question."""

import pytest

from bot.domain.questions.vocabulary.talk import is_asking


@pytest.mark.parametrize(
    ("text", "is_it"), [("谢谢", False), ("nice", False), ("可以开发票吗", True), ("why?", True)]
)
def test_a_question_is_told_by_its_signs(text: str, is_it: bool) -> None:
    assert is_asking(text) is is_it
