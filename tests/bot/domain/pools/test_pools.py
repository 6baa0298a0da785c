"""What may still happen to a pool."""

from datetime import timedelta

import pytest

from bot.domain.pools.pools import PoolState
from tests.bot.domain.pools.builders import NOON, pool

LATE = NOON + timedelta(days=2)


def test_it_takes_people_until_it_is_full_or_over() -> None:
    assert pool().takes(NOON)
    assert not pool(joined=3).takes(NOON)
    assert not pool().takes(LATE)
    assert not pool(state=PoolState.CANCELLED).takes(NOON)


@pytest.mark.parametrize(
    ("state", "seats", "may_leave"),
    [
        (PoolState.OPEN, 3, True),
        (PoolState.REACHED, 3, False),
        (PoolState.REACHED, 1000, True),
        (PoolState.CLOSED, 1000, False),
        (PoolState.MISSED, 1000, False),
    ],
)
def test_nobody_leaves_a_full_pool_for_the_others_count_on_it(
    state: PoolState, seats: int, may_leave: bool
) -> None:
    assert pool(state=state, seats=seats).lets_go(NOON) is may_leave
    assert not pool(state=state, seats=seats).lets_go(LATE)


def test_it_says_how_many_are_missing_and_whether_its_price_holds() -> None:
    assert (pool().missing, pool(joined=5).missing) == (2, 0)
    assert [state for state in PoolState if pool(state=state).is_won] == ["reached", "closed"]
