"""Planning leaves out what a group is spared, and never all of a day."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.domain.posts.slots import SlotKey
from bot.domain.schedules.rules import Quiet
from bot.services.health.sparing import rooms_of
from bot.services.posts.publishing import Publishing
from bot.services.posts.scheduling import Scheduling
from storage.health import healths
from storage.people import groups
from storage.schedules import silences
from storage.tables import notices, picks, posts, slot_runs
from tests.bot.services.health.stage import Scene
from tests.cast import add_offer
from tests.schemes import PROGRAMMES, TEXTS

COLD = {name: replace(each, warmth=None) for name, each in PROGRAMMES.items()}
"""Programmes in which every post sells."""


async def planned(scene: Scene, days: int, *, is_cold: bool = True) -> dict[str, int]:
    """Let days pass with every slot opening; how many selling posts each day got."""
    minted = iter(range(10**6))
    publishing = Publishing(
        scene.database,
        COLD if is_cold else PROGRAMMES,
        TEXTS,
        scene.clock,
        lambda size: next(minted).to_bytes(size, "big"),
        "https://go.test",
    )
    await Scheduling(scene.database, PROGRAMMES, scene.clock).refresh([scene.group_id])
    scene.clock.pass_(minutes=15)
    for _ in range(days * 48):
        scene.clock.pass_(minutes=30)
        while await publishing.plan_due():
            pass
    async with scene.database.read() as connection:
        rows = await connection.execute(
            select(posts.c.day).where(posts.c.offer_id.is_not(None), posts.c.state == "planned")
        )
        found: dict[str, int] = {}
        for (day,) in rows:
            found[str(day)] = found.get(str(day), 0) + 1
        return found


async def spare(scene: Scene, share_bps: int) -> None:
    """Leave out so much of the group's posts."""
    known = await scene.known()
    async with scene.database.write() as connection:
        await healths.put(connection, [replace(known, share_bps=share_bps)])
        for number in range(60):
            await add_offer(connection, f"s-{number}", seen_at=scene.clock() + timedelta(days=9))


async def test_a_group_that_gets_everything_is_not_asked_about(scene: Scene) -> None:
    key = SlotKey(scene.group_id, scene.clock().date(), "noon")
    async with scene.database.read() as connection:
        group = await groups.find(connection, scene.group_id)
        assert group is not None
        assert await rooms_of(connection, PROGRAMMES, {group.id: group}, [key], {}) == {}


async def test_half_of_the_posts_and_always_one_a_day(scene: Scene) -> None:
    await spare(scene, 5000)
    whole = await planned(scene, 4)
    full_days = sorted(whole.items())[1:-1]
    assert full_days
    assert [count for _, count in full_days] == [3] * len(full_days)


async def test_three_quarters_leave_one_or_two_and_what_rested_says_so(scene: Scene) -> None:
    await spare(scene, 7500)
    whole = await planned(scene, 6)
    assert all(1 <= count <= 2 for _, count in sorted(whole.items())[1:-1])
    async with scene.database.read() as connection:
        outcomes = set(await connection.scalars(select(slot_runs.c.outcome)))
    assert "resting" in outcomes


async def test_no_kind_word_takes_the_only_selling_post_of_a_day(scene: Scene) -> None:
    await spare(scene, 7500)
    whole = await planned(scene, 8, is_cold=False)
    assert len(whole) >= 7
    assert all(count >= 1 for _, count in sorted(whole.items())[1:-1])


async def test_a_pick_that_rests_is_told_once_a_week(scene: Scene) -> None:
    await spare(scene, 7500)
    today = scene.clock().date()
    async with scene.database.write() as connection:
        for ahead in range(5):
            for slot in ("morning", "noon", "evening"):
                row = {
                    "group_id": scene.group_id,
                    "day": today + timedelta(days=ahead),
                    "slot": slot,
                    "offer_id": scene.offer_id,
                    "chosen_at": scene.clock(),
                }
                await connection.execute(picks.insert().values(row))
    await planned(scene, 4)
    async with scene.database.read() as connection:
        texts = list(await connection.scalars(select(notices.c.text)))
    assert 1 <= texts.count("health.left_out") <= 2


async def test_the_post_that_is_left_is_not_one_that_quiet_hours_swallow(scene: Scene) -> None:
    await spare(scene, 9000)
    async with scene.database.write() as connection:
        quiet = {"promoter": Quiet("11:30", "13:30"), "group": Quiet("18:00", "23:00")}
        await silences.set_quiet(connection, f"promoter:{scene.lin}", quiet["promoter"])
        await silences.set_quiet(connection, f"group:{scene.group_id}", quiet["group"])
    whole = await planned(scene, 8)
    assert len(whole) >= 7
    assert set(whole.values()) == {1}
