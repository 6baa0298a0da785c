"""A stage for pools: Lin's groups in programmes that have them, and offers with a coupon."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from os import urandom
from typing import Any

from sqlalchemy import update

from bot.domain.pools.pools import Pool, PoolId
from bot.domain.programmes import PoolRules
from bot.domain.records import OfferId, Person, Promoter
from bot.services.people.enrolling import Enrolling
from bot.services.pools import together
from bot.services.pools.outcomes import Opened
from bot.services.pools.together import Pools
from storage.database import Database
from storage.people import people
from storage.pools import pools as storage_pools
from storage.tables import groups
from tests.cast import NOON, Stage, add_offer, set_stage
from tests.schemes import PROGRAMMES, TEXTS

PUBLIC_URL = "https://go.example.com"
HOURS, LIST = "pinduoduo", "tuangou"
SCHEMES = {
    HOURS: replace(PROGRAMMES["fenxiang"], name=HOURS, pools=PoolRules(size=3, hours=24)),
    LIST: replace(
        PROGRAMMES["fenxiang"],
        name=LIST,
        pools=PoolRules(size=2, hours=24, cut_off="22:00", has_pickup=True),
    ),
}
"""As pools are in the named schemes, whatever else those files say."""


@dataclass
class Moment:
    """A clock that stands still until it is moved."""

    at: datetime = NOON

    def now(self) -> datetime:
        """What it shows."""
        return self.at


@dataclass
class Scene:
    """Lin's group, an offer of 29.90 that costs 19.90 after coupon, and the services."""

    database: Database
    stage: Stage
    offer_id: OfferId
    moment: Moment
    pools: Pools

    async def lin(self) -> Promoter:
        """The promoter as stored."""
        async with self.database.read() as connection:
            found = await people.find_promoter(connection, self.stage.lin)
        assert found is not None
        return found

    async def open(self, *, size: int | None = None, hours: int | None = None) -> Pool:
        """A pool of the offer in Lin's group."""
        found = await self.pools.pooling.open(
            await self.lin(), self.offer_id, self.stage.group, size=size, hours=hours
        )
        assert isinstance(found, Opened), found
        return found.pool

    async def pool(self, pool_id: PoolId) -> Pool:
        """The pool as it stands now."""
        async with self.database.read() as connection:
            found = await storage_pools.find(connection, pool_id)
        assert found is not None
        return found

    async def crowd(self, size: int, *, first: int = 50_000) -> list[Person]:
        """So many members whom nobody met before."""
        enrolling = Enrolling(self.database, SCHEMES, self.moment.now, urandom, "zh")
        return [
            await enrolling.meet(first + number, f"Member {number}", "zh") for number in range(size)
        ]


def build(database: Database, scene: Scene) -> Pools:
    """The services over ``database`` with the clock of ``scene``."""
    return together.build(database, SCHEMES, TEXTS, scene.moment.now, urandom, PUBLIC_URL)


@asynccontextmanager
async def another(scene: Scene) -> AsyncIterator[Pools]:
    """The services of another process: over a server with connections of its own, not a file's."""
    if scene.database.is_sqlite:
        yield scene.pools
        return
    database = Database(scene.database.url.render_as_string(hide_password=False))
    try:
        yield build(database, scene)
    finally:
        await database.close()


_taps = count(1)


def tap() -> str:
    """A press's id as Telegram gives one: never twice the same."""
    return f"query-{next(_taps)}"


async def set_scene(database: Database, programme: str = HOURS, **offer: Any) -> Scene:
    """Lin with a served group in ``programme``; ``offer`` are column values of the offer."""
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection, **offer)
        await connection.execute(update(groups).values(programme=programme))
    moment = Moment()
    pools = together.build(database, SCHEMES, TEXTS, moment.now, urandom, PUBLIC_URL)
    return Scene(database, stage, offer_id, moment, pools)
