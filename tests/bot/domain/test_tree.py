"""Who stands under whom."""

from datetime import timedelta

from bot.domain import tree
from bot.domain.records import PersonId
from tests.cast import NOON

LIN, CHEN, ZHAO = PersonId(1), PersonId(2), PersonId(3)
INVITERS = {LIN: None, CHEN: LIN, ZHAO: CHEN}


def test_an_inviter_counts_from_the_moment_of_joining() -> None:
    assert tree.inviter_at(LIN, joined_at=NOON, moment=NOON) == LIN
    assert tree.inviter_at(LIN, joined_at=NOON, moment=NOON - timedelta(seconds=1)) is None


def test_whoever_stands_above_would_make_a_circle() -> None:
    assert tree.makes_circle(INVITERS, newcomer=LIN, inviter=ZHAO)
    assert tree.makes_circle(INVITERS, newcomer=LIN, inviter=LIN)
    assert not tree.makes_circle(INVITERS, newcomer=PersonId(9), inviter=ZHAO)
