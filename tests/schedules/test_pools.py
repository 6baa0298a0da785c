"""What the clock does for pools: it asks the services, and says how many."""

from datetime import timedelta
from typing import Any

from bot.delivery import Delivered, Outcome
from bot.services.pools.showing import Showing
from schedules import pools
from storage.database import Database
from tests.bot.services.pools.stage import PUBLIC_URL, set_scene
from tests.cast import BOT
from tests.schemes import TEXTS


class Telegram:
    """Takes everything."""

    async def send(self, *_: Any, **__: Any) -> Outcome:
        """Put a message into a chat."""
        return Delivered(1, None)

    async def edit(self, *_: Any, **__: Any) -> Outcome:
        """Change it."""
        return Delivered(1, None)


async def test_a_pool_is_shown_decided_and_forgotten_by_the_clock(database: Database) -> None:
    scene = await set_scene(database)
    showing = Showing(database, Telegram(), TEXTS, scene.moment.now, PUBLIC_URL, BOT)
    await scene.open()
    assert [await pools.show(showing), await pools.show(showing)] == [1, 0]
    assert await pools.decide(scene.pools.pooling) == 0
    assert await pools.void(scene.pools.pooling) == 0
    scene.moment.at += timedelta(days=1)
    assert await pools.decide(scene.pools.pooling) == 1
    assert await pools.forget_names(scene.pools.collecting) == 0
