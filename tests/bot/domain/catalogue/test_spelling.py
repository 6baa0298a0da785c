"""How far a word is from another one."""

import pytest

from bot.domain.catalogue.spelling import slips, tolerance


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("charger", "charger", 0), ("chagrer", "charger", 1), ("chager", "charger", 1),
        ("chargers", "charger", 1), ("charter", "charger", 1), ("hcager", "charger", 2),
        ("ab", "ba", 1), ("abcdef", "fedcba", None), ("", "a", 1), ("a", "", 1),
        ("charger", "coffee", None),
        ("charger", "char", None), ("abcd", "badc", 2), ("aabb", "bbaa", None), ("ca", "abc", None),
    ],
)  # fmt: skip
def test_letters_left_out_added_mistaken_or_swapped_are_slips(
    one: str, other: str, count: int | None
) -> None:
    assert slips(one, other, limit=2) == count


def test_a_longer_word_is_forgiven_more() -> None:
    assert [tolerance("x" * size) for size in (3, 4, 7, 8, 20)] == [0, 1, 1, 2, 2]
