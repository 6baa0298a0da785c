"""Pick-up points, the order list, and that names do not stay."""

from datetime import timedelta
from os import urandom

import pytest

from bot.domain.pools import lists
from bot.domain.pools.pools import Pool, PoolState
from bot.domain.records import Group
from bot.services.people.enrolling import Enrolling
from bot.services.pools.collecting import PICKUPS_LIMIT
from storage.database import Database
from storage.people import groups as storage_groups
from storage.pools import joiners
from tests.bot.services.pools.stage import LIST, SCHEMES, Scene, set_scene, tap


@pytest.fixture
async def scene(database: Database) -> Scene:
    """A programme with a cut-off and pick-up points."""
    return await set_scene(database, LIST)


async def own_group(scene: Scene) -> Group:
    async with scene.database.read() as connection:
        found = await storage_groups.find(connection, scene.stage.group)
    assert found is not None
    return found


async def reached(scene: Scene) -> Pool:
    """A pool with two in it, and the third of whom it should forget."""
    pool = await scene.open()
    for person in await scene.crowd(3):
        await scene.pools.joining.tap(pool.id, person, tap=tap())
    return await scene.pool(pool.id)


def enrolling(scene: Scene) -> Enrolling:
    return Enrolling(scene.database, SCHEMES, scene.moment.now, urandom, "zh")


async def test_points_are_the_promoters_few_and_each_once(scene: Scene) -> None:
    collecting, group, lin = scene.pools.collecting, await own_group(scene), scene.stage.lin
    kept = await collecting.add_pickups(lin, group, ["东门", " 东门 ", "", "南门" * 40])
    assert kept is not None
    assert [each.name[:2] for each in kept] == ["东门", "南门"]
    assert await collecting.add_pickups(scene.stage.chen, group, ["西门"]) is None
    many = [f"点 {place}" for place in range(PICKUPS_LIMIT)]
    assert await collecting.add_pickups(lin, group, many) is None
    assert not await collecting.remove_pickup(scene.stage.chen, kept[0].id)
    assert await collecting.remove_pickup(lin, kept[0].id)
    assert not await collecting.remove_pickup(lin, kept[0].id)
    assert await collecting.pickups_of(group) == kept[1:]


async def test_the_list_is_for_its_promoter_and_the_operator_once_it_is_reached(
    scene: Scene,
) -> None:
    await scene.pools.collecting.add_pickups(scene.stage.lin, await own_group(scene), ["东门"])
    pool = await scene.open()
    assert await scene.pools.collecting.order_list(pool.id) is None
    crowd = await scene.crowd(2)
    for person in crowd:
        await scene.pools.joining.tap(pool.id, person, tap=tap())
    await scene.pools.joining.choose_quantity(pool.id, crowd[0].id, 3)
    found = await scene.pools.collecting.order_list(pool.id, scene.stage.lin)
    assert found is not None
    assert lists.totals(found.rows) == {"东门": 4}
    assert [row["name"] for row in found.rows] == ["Member 0", "Member 1"]
    assert await scene.pools.collecting.order_list(pool.id, scene.stage.chen) is None


async def test_thirty_days_after_its_end_nobody_is_on_the_list(scene: Scene) -> None:
    pool = await reached(scene)
    scene.moment.at = pool.closes_at
    await scene.pools.pooling.decide_due()
    scene.moment.at += timedelta(days=30)
    assert await scene.pools.collecting.forget_old() == 0
    scene.moment.at += timedelta(seconds=1)
    assert await scene.pools.collecting.forget_old() == 3
    assert await scene.pools.collecting.forget_old() == 0
    async with scene.database.read() as connection:
        left = await joiners.list_in(connection, pool.id)
    assert [(each.name, each.person_id) for each in left] == [(None, None)] * 3


async def test_forget_me_takes_the_person_out_of_what_runs_and_the_name_off_what_ended(
    scene: Scene,
) -> None:
    pool = await reached(scene)
    first, second, _ = await scene.crowd(3)
    await enrolling(scene).forget(first.id)
    assert (await scene.pool(pool.id)).joined == 2
    scene.moment.at = pool.closes_at
    await scene.pools.pooling.decide_due()
    await enrolling(scene).forget(second.id)
    found = await scene.pools.collecting.order_list(pool.id)
    assert found is not None
    assert [row["name"] for row in found.rows] == ["", "Member 2"]
    assert (await scene.pool(pool.id)).joined == 2


async def test_a_promoter_who_is_forgotten_leaves_no_pool_open(scene: Scene) -> None:
    pool = await scene.open()
    await enrolling(scene).forget(scene.stage.lin)
    assert (await scene.pool(pool.id)).state == PoolState.CANCELLED
