"""Two hundred tap at once: each is in once, the target is reached once, nobody is lost."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain.pools.pools import PoolId, PoolState
from bot.services.pools.outcomes import Said
from storage.database import Database
from storage.pools import joiners, pickups
from tests.bot.services.pools.stage import LIST, Scene, another, set_scene, tap
from tests.cast import add_offer

CROWD = 200


@pytest.fixture
async def scene(database: Database) -> Scene:
    """A pool programme by hours."""
    return await set_scene(database)


async def names_in(scene: Scene, pool_id: PoolId) -> list[str | None]:
    async with scene.database.read() as connection:
        return [each.name for each in await joiners.list_in(connection, pool_id)]


async def test_of_two_hundred_taps_at_once_exactly_as_many_join_as_it_takes(scene: Scene) -> None:
    pool = await scene.open(size=50)
    crowd = await scene.crowd(CROWD)
    tapped = await asyncio.gather(
        *(scene.pools.joining.tap(pool.id, person, tap=tap()) for person in crowd)
    )
    said = [each.said for each in tapped]
    assert (said.count(Said.JOINED), said.count(Said.FULL)) == (50, 150)
    now = await scene.pool(pool.id)
    assert (now.joined, now.state, now.missing) == (50, PoolState.REACHED, 0)
    assert len(await names_in(scene, pool.id)) == 50


async def test_with_a_cut_off_everybody_is_in_and_two_processes_count_as_one(
    database: Database,
) -> None:
    scene = await set_scene(database, LIST)
    pool = await scene.open()
    crowd = await scene.crowd(60)
    async with another(scene) as other:
        both = (scene.pools.joining, other.joining)
        tapped = await asyncio.gather(
            *(both[place % 2].tap(pool.id, person, tap=tap()) for place, person in enumerate(crowd))
        )
    assert {each.said for each in tapped} == {Said.JOINED}
    assert (await scene.pool(pool.id)).joined == 60


async def test_one_person_who_taps_ten_times_at_once_is_in_once(scene: Scene) -> None:
    pool = await scene.open()
    (mei,) = await scene.crowd(1)
    same = tap()
    await asyncio.gather(*(scene.pools.joining.tap(pool.id, mei, tap=same) for _ in range(10)))
    assert (await scene.pool(pool.id)).joined == 1
    assert await names_in(scene, pool.id) == ["Member 0"]


async def test_a_second_tap_asks_and_a_third_leaves_and_may_come_again(scene: Scene) -> None:
    pool = await scene.open()
    (mei,) = await scene.crowd(1)
    said = [(await scene.pools.joining.tap(pool.id, mei, tap=tap())).said for _ in range(4)]
    assert said == [Said.JOINED, Said.ASKED, Said.LEFT, Said.JOINED]
    assert (await scene.pool(pool.id)).joined == 1


async def test_a_tap_that_comes_again_by_itself_changes_nothing(scene: Scene) -> None:
    pool = await scene.open()
    (mei,) = await scene.crowd(1)
    ids = [tap(), tap(), tap()]
    for one, said in zip(ids, (Said.JOINED, Said.ASKED, Said.LEFT), strict=True):
        assert (await scene.pools.joining.tap(pool.id, mei, tap=one)).said == said
        again = (await scene.pools.joining.tap(pool.id, mei, tap=one)).said
        assert again == (Said.JOINED if said == Said.ASKED else said)
    assert (await scene.pool(pool.id)).joined == 0


async def test_the_question_whether_to_leave_is_forgotten_after_a_minute(scene: Scene) -> None:
    pool = await scene.open()
    (mei,) = await scene.crowd(1)
    for _ in range(3):
        tapped = await scene.pools.joining.tap(pool.id, mei, tap=tap())
        scene.moment.at += timedelta(minutes=2)
    assert tapped.said == Said.ASKED
    assert (await scene.pool(pool.id)).joined == 1


async def test_who_is_in_a_full_pool_stays_and_after_the_deadline_nobody_joins(
    scene: Scene,
) -> None:
    pool = await scene.open(size=2)
    mei, wei, late = await scene.crowd(3)
    for person in (mei, wei):
        await scene.pools.joining.tap(pool.id, person, tap=tap())
    assert (await scene.pools.joining.tap(pool.id, mei, tap=tap())).said == Said.STAYS
    assert (await scene.pools.joining.tap(pool.id, late, tap=tap())).said == Said.FULL
    other = await set_second(scene)
    scene.moment.at += timedelta(hours=25)
    assert (await scene.pools.joining.tap(other, late, tap=tap())).said == Said.OVER
    assert (await scene.pools.joining.tap(PoolId(999), late, tap=tap())).said == Said.GONE


async def set_second(scene: Scene) -> PoolId:
    """A pool of another offer."""
    async with scene.database.write() as connection:
        scene.offer_id = await add_offer(connection, "p-2")
    return (await scene.open()).id


async def test_every_joiner_is_told_once_and_who_made_it_full_at_once(scene: Scene) -> None:
    pool = await scene.open(size=3)
    crowd = await scene.crowd(3)
    for person in crowd:
        await scene.pools.joining.tap(pool.id, person, tap=tap())
    first = await scene.pools.joining.to_tell_at_once(pool.id, crowd[2].id)
    assert first is not None
    assert first.url == f"https://go.example.com/r/{pool.together_code}"
    assert await scene.pools.joining.to_tell_at_once(pool.id, crowd[2].id) is None
    rest = await asyncio.gather(*(scene.pools.joining.to_tell() for _ in range(3)))
    told = [each.person.id for some in rest for each in some]
    assert sorted(told) == sorted(person.id for person in crowd[:2])
    assert await scene.pools.joining.to_tell() == []


async def test_a_missed_pool_tells_everybody_that_it_is_over(scene: Scene) -> None:
    pool = await scene.open()
    crowd = await scene.crowd(2)
    for person in crowd:
        await scene.pools.joining.tap(pool.id, person, tap=tap())
    assert await scene.pools.joining.to_tell() == []
    scene.moment.at += timedelta(hours=24)
    assert await scene.pools.pooling.decide_due() == 1
    assert {each.told for each in await scene.pools.joining.to_tell()} == {"missed"}
    assert await scene.pools.joining.to_tell() == []
    assert await scene.pools.joining.to_tell_at_once(pool.id, crowd[0].id) is None


async def test_pieces_and_point_are_chosen_until_the_deadline(database: Database) -> None:
    scene = await set_scene(database, LIST)
    async with database.write() as connection:
        await pickups.add(connection, scene.stage.group, ["东门", "南门"])
        east, south = await pickups.list_of(connection, scene.stage.group)
    pool = await scene.open()
    mei, wei = await scene.crowd(2)
    tapped = await scene.pools.joining.tap(pool.id, mei, tap=tap())
    assert [each.name for each in tapped.pickups] == ["东门", "南门"]
    joining = scene.pools.joining
    assert await joining.choose_quantity(pool.id, mei.id, 6) is None
    assert await joining.choose_quantity(pool.id, wei.id, 2) is None
    assert await joining.choose_pickup(pool.id, mei.id, 999) is None
    await joining.choose_quantity(pool.id, mei.id, 3)
    kept = await joining.choose_pickup(pool.id, mei.id, south.id)
    assert kept is not None
    assert (kept.quantity, kept.pickup) == (3, "南门")
    scene.moment.at = pool.closes_at
    assert await joining.choose_pickup(pool.id, mei.id, east.id) is None
