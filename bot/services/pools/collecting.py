"""Where a group's people collect their goods, and the one order list that a pool makes (C2M)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.pools import lists
from bot.domain.pools.pools import Pickup, PoolId
from bot.domain.posts.characters import cleaned, shortened
from bot.domain.records import Group, PersonId
from bot.services.pools.outcomes import OrderList
from bot.services.pools.pooling import owned
from storage.database import Connection, Database
from storage.people import groups
from storage.pools import joiners, pickups, pools

PICKUPS_LIMIT = 10
"""Points of a group: each is a button that every joiner sees."""
NAME_LIMIT = 30
KEPT_FOR = timedelta(days=30)
"""So long after a pool its joiners' names are kept: until the goods are surely collected."""


@dataclass(frozen=True)
class Collecting:
    """Pick-up points, order lists, and forgetting who was on them."""

    database: Database
    now: Callable[[], datetime]

    async def add_pickups(
        self, promoter_id: PersonId, group: Group, names: Sequence[str]
    ) -> list[Pickup] | None:
        """Add points to an own group; its points now. None where that would be too many."""
        wanted = [shortened(cleaned(name), NAME_LIMIT) for name in names]
        wanted = list(dict.fromkeys(name for name in wanted if name))
        if group.promoter_id != promoter_id:
            return None
        async with self.database.write() as connection:
            known = {each.name for each in await pickups.list_of(connection, group.id)}
            if len(known | set(wanted)) > PICKUPS_LIMIT:
                return None
            await pickups.add(connection, group.id, wanted)
            return await pickups.list_of(connection, group.id)

    async def pickups_of(self, group: Group) -> list[Pickup]:
        """The points of a group."""
        async with self.database.read() as connection:
            return await pickups.list_of(connection, group.id)

    async def remove_pickup(self, promoter_id: PersonId, pickup_id: int) -> bool:
        """Take a point of an own group away; False where there is none."""
        async with self.database.write() as connection:
            point = await pickups.find(connection, pickup_id)
            group = await groups.find(connection, point.group_id) if point else None
            if group is None or group.promoter_id != promoter_id:
                return False
            await pickups.remove(connection, pickup_id)
        return True

    async def order_list(
        self, pool_id: PoolId, promoter_id: PersonId | None = None
    ) -> OrderList | None:
        """What a reached pool is to be supplied with; None where there is none to see.

        ``promoter_id`` is who asks, None for an operator.
        """
        async with self.database.read() as connection:
            pool = await pools.find(connection, pool_id)
            is_own = pool is not None and promoter_id in (None, pool.promoter_id)
            if pool is None or not is_own or not pool.is_won:
                return None
            (own,) = await owned(connection, [pool])
            rows = lists.rows(
                pool, own.offer, own.group, await joiners.list_in(connection, pool_id)
            )
            return OrderList(pool, own.offer, own.group, tuple(rows))

    async def forget_old(self) -> int:
        """Forget who was in pools that ended long ago; how many people."""
        async with self.database.write() as connection:
            return await joiners.erase_old(connection, self.now() - KEPT_FOR)


async def erase(connection: Connection, person_id: PersonId, now: datetime) -> None:
    """Forget a person in every pool: out of those that run, nameless in the others.

    A promoter's own running pools are cancelled: their group hears nothing any more.
    """
    for pool_id in await joiners.list_pools_of(connection, person_id):
        if await pools.free_seat(connection, pool_id, now) is not None:
            await joiners.mark_left(connection, pool_id, person_id, now, tap=None)
    await joiners.erase_of(connection, person_id)
    await pools.cancel(connection, now, promoter_id=person_id)
