"""Words and figures are cut alike out of any text."""

from bot.domain.questions.figures import figure, han_runs, words


def test_figures_have_one_form() -> None:
    assert [figure(each) for each in ("1,860", "49.90", "49.00", "100", "08:00", "1.8 万")] == [
        "1860", "49.9", "49", "100", "08:00", "1.8万",
    ]  # fmt: skip


def test_neighbours_end_at_punctuation_and_signs_of_money_do_not_part() -> None:
    found = {word.text: (word.left, word.right) for word in words("券后 ¥49.90，fifty pcs 三件")}
    assert found["49.9"] == ("¥", "")
    assert found["fifty"] == ("", "pcs")
    assert found["三"] == ("pcs", "件")


def test_latin_words_are_told_from_figures_and_characters() -> None:
    assert [word.text for word in words("it's 5 kg 米 half") if word.is_latin] == ["it's", "kg"]


def test_runs_of_characters_end_at_figures() -> None:
    assert han_runs(words("有货 1860 件，三层")) == ["有货", "件", "层"]
