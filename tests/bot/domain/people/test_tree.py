"""Who stands under whom."""

from datetime import datetime, timedelta

import pytest

from bot.domain.people import tree
from bot.domain.people.tree import Node
from bot.domain.records import PersonId
from tests.cast import NOON

LIN = PersonId(1)


def test_an_inviter_counts_from_the_moment_of_joining() -> None:
    assert tree.inviter_at(LIN, joined_at=NOON, moment=NOON) == LIN
    assert tree.inviter_at(LIN, joined_at=NOON, moment=NOON - timedelta(seconds=1)) is None


A, B, C, D = (PersonId(number) for number in (1, 2, 3, 4))
LATER = NOON + timedelta(days=1)


def line(**gold: datetime) -> dict[PersonId, Node]:
    """A invites B invites C invites D; ``gold`` says who is gold since when."""
    return {
        A: Node(None, NOON, gold.get("a")),
        B: Node(A, NOON, gold.get("b")),
        C: Node(B, NOON, gold.get("c")),
        D: Node(C, NOON, gold.get("d")),
    }


@pytest.mark.parametrize(
    ("gold", "shop", "wanted"),
    [
        ({"a": NOON}, B, A),
        ({"a": NOON}, C, A),
        ({"a": NOON}, D, A),
        ({"a": NOON}, A, None),
        ({}, D, None),
        ({"a": NOON, "b": NOON}, C, B),
        ({"a": NOON, "b": NOON}, B, A),
        ({"a": NOON, "c": NOON}, D, C),
        ({"a": NOON, "c": NOON}, C, None),
        ({"a": NOON, "b": LATER}, C, A),
    ],
)
def test_a_shop_stands_in_the_community_of_the_nearest_gold_owner(
    gold: dict[str, datetime], shop: PersonId, wanted: PersonId | None
) -> None:
    assert tree.gold_owner_at(shop, line(**gold), NOON) == wanted
