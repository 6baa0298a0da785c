"""The tree of words holds every line of the vocabulary."""

import pytest

from bot.domain.questions.vocabulary import brands, edible, household, personal
from bot.domain.questions.vocabulary.lexicon import pieces
from bot.domain.questions.vocabulary.tree import NAMES, is_han, listed

LINES = [
    line
    for table in (edible.GOODS, household.GOODS, personal.GOODS, personal.TRAITS, brands.BRANDS)
    for line in table.strip().replace("\n  ", "").splitlines()
]


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line).partition(",")[0])
def test_every_word_of_a_line_means_the_same(line: str) -> None:
    words = [word.removeprefix("~") for word in listed(line.partition(">")[0])]
    group = words[0].removeprefix("~")
    for word in words:
        found = pieces(word)
        assert len(found) == 1, word
        assert found[0].kind in NAMES, word
        assert group in found[0].groups, word


def test_both_languages_stand_in_every_line_of_goods() -> None:
    one_sided = [
        line
        for line in LINES
        if len({is_han(word.lstrip("~")[0]) for word in listed(line.partition(">")[0])}) < 2
    ]
    assert all(line.startswith(("type c", "lightning", "ipad", "airpods")) for line in one_sided), (
        one_sided
    )
