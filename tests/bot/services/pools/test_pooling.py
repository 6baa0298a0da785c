"""Opening a pool, its refusals, its deadline: decided once, whoever looks and whenever."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.pools.pools import PoolState
from bot.domain.posts.disclosures import is_disclosed
from bot.domain.records import EVERYWHERE, PromoterStatus
from bot.services.pools.outcomes import Opened, Proposed, Refusal, Refused
from storage.choosing import bans
from storage.database import Database
from storage.links import links
from storage.tables import groups, notices, offers
from storage.tables import pools as table
from tests.bot.services.pools.stage import LIST, Scene, another, build, set_scene, tap
from tests.cast import NOON


@pytest.fixture
async def scene(database: Database) -> Scene:
    """A pool programme by hours."""
    return await set_scene(database)


async def refusal(scene: Scene, **fields: int) -> Refusal | None:
    found = await scene.pools.pooling.propose(
        await scene.lin(), scene.offer_id, scene.stage.group, **fields
    )
    return found.reason if isinstance(found, Refused) else None


async def test_what_is_proposed_is_what_is_opened_and_both_links_are_the_groups(
    scene: Scene,
) -> None:
    lin, pooling = await scene.lin(), scene.pools.pooling
    found = await pooling.propose(lin, scene.offer_id, scene.stage.group, size=5, hours=12)
    assert isinstance(found, Proposed)
    assert (found.pool.target, found.pool.closes_at) == (5, scene.moment.at + timedelta(hours=12))
    assert is_disclosed(found.board, "zh")  # type: ignore[arg-type]
    assert "/r/" not in repr(found.board.buttons)
    pool = await scene.open(size=5, hours=12)
    async with scene.database.read() as connection:
        kept = await links.list_by_codes(connection, [pool.together_code, pool.alone_code])
    assert kept[pool.together_code].source == "pool"
    assert kept[pool.alone_code].source == "post"
    assert {link.group_id for link in kept.values()} == {scene.stage.group}
    assert pool.together_code in kept[pool.together_code].target_url


async def test_two_confirmations_at_once_open_one_pool(scene: Scene) -> None:
    lin, group = await scene.lin(), scene.stage.group
    found = await asyncio.gather(
        *(scene.pools.pooling.open(lin, scene.offer_id, group) for _ in range(4))
    )
    assert sum(isinstance(each, Opened) for each in found) == 1
    assert {each.reason for each in found if isinstance(each, Refused)} == {Refusal.RUNNING}
    (own,) = await scene.pools.pooling.of(lin.id)
    assert await scene.pools.pooling.find(lin.id, own.pool.id) == own
    assert await scene.pools.pooling.find(scene.stage.chen, own.pool.id) is None
    assert await scene.pools.pooling.latest(5) == [own]


async def test_each_refusal_says_why(scene: Scene) -> None:
    pooling, group = scene.pools.pooling, scene.stage.group
    assert await refusal(scene, size=1) == Refusal.WRONG_SIZE
    assert await refusal(scene, hours=999) == Refusal.WRONG_SIZE
    lin = await scene.lin()
    training = replace(lin, status=PromoterStatus.TRAINING)
    found = await pooling.propose(training, scene.offer_id, group)
    assert found == Refused(Refusal.NOT_UNLOCKED)
    chen = replace(lin, id=scene.stage.chen)
    assert await pooling.propose(chen, scene.offer_id, group) == Refused(Refusal.NOT_YOUR_GROUP)
    changes: list[tuple[Any, dict[str, Any], Refusal]] = [
        (offers, {"stock": 2}, Refusal.TOO_FEW_PIECES),
        (offers, {"sale_price_minor": None}, Refusal.NOT_CHEAPER),
        (offers, {"ended_at": scene.moment.at}, Refusal.NOT_POSTABLE),
        (groups, {"is_paused": True}, Refusal.NOT_SERVED),
        (groups, {"programme": "fenxiang"}, Refusal.NO_POOLS),
    ]
    for place, values, reason in changes:
        async with scene.database.write() as connection:
            await connection.execute(update(place).values(**values))
        assert await refusal(scene) == reason


async def test_the_deadline_is_decided_once_by_whoever_comes_first(scene: Scene) -> None:
    pool = await scene.open()
    assert await scene.pools.pooling.decide_due() == 0
    scene.moment.at += timedelta(hours=24)
    async with another(scene) as other:
        found = await asyncio.gather(
            *(each.pooling.decide_due() for each in (scene.pools, other, scene.pools, other))
        )
    assert sum(found) == 1
    ended = await scene.pool(pool.id)
    assert (ended.state, ended.ended_at) == (PoolState.MISSED, scene.moment.at)


async def test_a_deadline_that_passed_while_nobody_ran_is_decided_after_the_restart(
    scene: Scene,
) -> None:
    pool = await scene.open(size=2)
    for person in await scene.crowd(2):
        await scene.pools.joining.tap(pool.id, person, tap=tap())
    await scene.database.close()
    scene.moment.at += timedelta(days=9)
    after = build(scene.database, scene)
    assert await after.pooling.decide_due() == 1
    assert await after.pooling.decide_due() == 0
    assert (await scene.pool(pool.id)).state == PoolState.CLOSED
    # Told at last, and once, that it was reached: the stall took nothing from anybody.
    assert len(await after.joining.to_tell()) == 2
    assert await after.joining.to_tell() == []
    async with scene.database.read() as connection:
        assert await connection.scalar(select(table.c.telling)) is None


async def test_a_tap_and_the_deadline_at_once_never_lose_a_joiner(scene: Scene) -> None:
    pool = await scene.open(size=2)
    mei, wei = await scene.crowd(2)
    await scene.pools.joining.tap(pool.id, mei, tap=tap())
    early = scene.moment.at + timedelta(hours=24) - timedelta(microseconds=1)
    scene.moment.at = early
    tapped = await scene.pools.joining.tap(pool.id, wei, tap=tap())
    scene.moment.at = pool.closes_at
    await scene.pools.pooling.decide_due()
    assert tapped.pool is not None
    assert (await scene.pool(pool.id)).state == PoolState.CLOSED


@pytest.mark.parametrize("changes", [{"sale_price_minor": 2000}, {"ended_at": NOON}, {"stock": 0}])
async def test_a_price_that_the_shop_does_not_keep_calls_an_open_pool_off(
    scene: Scene, changes: dict[str, Any]
) -> None:
    pool = await scene.open()
    (mei,) = await scene.crowd(1)
    await scene.pools.joining.tap(pool.id, mei, tap=tap())
    assert await scene.pools.pooling.void_unkept() == 0
    async with scene.database.write() as connection:
        await connection.execute(update(offers).values(**changes))
    assert await scene.pools.pooling.void_unkept() == 1
    assert await scene.pools.pooling.void_unkept() == 0
    assert (await scene.pool(pool.id)).state == PoolState.VOID
    assert [each.told for each in await scene.pools.joining.to_tell()] == ["void"]
    async with scene.database.read() as connection:
        kept = list(await connection.scalars(select(notices.c.key)))
    assert kept == [f"pool:{pool.id}:void"]


@pytest.mark.parametrize(("where", "count"), [("its own", 1), (EVERYWHERE, 1), ("another", 0)])
async def test_it_is_called_off_when_its_offer_is_taken_out_of_its_programme(
    database: Database, where: str, count: int
) -> None:
    scene = await set_scene(database, LIST)
    pool = await scene.open()
    async with database.write() as connection:
        own = await connection.scalar(select(groups.c.programme))
        name = str(own) if where == "its own" else where
        await bans.mark(connection, pool.offer_id, {name: "leaks"})
    assert await scene.pools.pooling.void_unkept() == count
    wanted = PoolState.VOID if count else PoolState.OPEN
    assert (await scene.pool(pool.id)).state == wanted


async def test_with_a_cut_off_it_closes_at_that_time_in_the_groups_zone(
    database: Database,
) -> None:
    scene = await set_scene(database, LIST)
    pool = await scene.open(hours=3)
    assert pool.closes_at == datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
    assert pool.counts_on


async def test_a_promoter_calls_off_what_is_open_and_closes_what_is_reached(
    database: Database,
) -> None:
    scene = await set_scene(database, LIST)
    pooling, lin = scene.pools.pooling, await scene.lin()
    pool = await scene.open()
    (mei, wei) = await scene.crowd(2)
    await scene.pools.joining.tap(pool.id, mei, tap=tap())
    assert await pooling.end(scene.stage.chen, pool.id) is None
    assert await pooling.end(lin.id, pool.id) == PoolState.CANCELLED
    assert await pooling.end(lin.id, pool.id) is None
    assert [each.told for each in await scene.pools.joining.to_tell()] == ["cancelled"]
    again = await scene.open()
    for person in (mei, wei):
        await scene.pools.joining.tap(again.id, person, tap=tap())
    assert await pooling.end(lin.id, again.id) == PoolState.CLOSED
