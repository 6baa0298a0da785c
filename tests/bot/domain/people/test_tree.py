"""Who stands under whom."""

from datetime import timedelta

from bot.domain.people import tree
from bot.domain.records import PersonId
from tests.cast import NOON

LIN = PersonId(1)


def test_an_inviter_counts_from_the_moment_of_joining() -> None:
    assert tree.inviter_at(LIN, joined_at=NOON, moment=NOON) == LIN
    assert tree.inviter_at(LIN, joined_at=NOON, moment=NOON - timedelta(seconds=1)) is None
