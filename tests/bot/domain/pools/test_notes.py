"""A promoter hears of each turn of a pool once, and of nothing that is no news."""

import pytest

from bot.domain.pools.notes import note
from bot.domain.pools.pools import PoolState
from bot.domain.posts.notices import worded
from tests.bot.domain.pools.builders import offer, pool
from tests.schemes import TEXTS


@pytest.mark.parametrize(
    ("state", "seats", "is_told"),
    [
        (PoolState.OPEN, 3, False),
        (PoolState.REACHED, 3, True),
        (PoolState.CLOSED, 3, False),
        (PoolState.CLOSED, 1000, True),
        (PoolState.MISSED, 3, True),
        (PoolState.VOID, 3, True),
        (PoolState.CANCELLED, 3, False),
    ],
)
def test_only_news_is_told(state: PoolState, seats: int, is_told: bool) -> None:
    found = note(pool(state=state, seats=seats), offer())
    assert (found is not None) is is_told
    if found is not None:
        assert found.key == f"pool:7:{state}"
        assert all("云南咖啡" in worded(found, texts) for texts in TEXTS.values())
