"""The nightly evaluation, from counts to what a promoter is told."""

import pytest

from bot.domain.health.standings import Cause
from bot.domain.records import GroupState
from storage.database import Database
from storage.health import healths
from storage.tables import group_days
from tests.bot.services.health import stage
from tests.bot.services.health.stage import MORNING, Scene, days
from tests.cast import SUNNY_COURT, add_group

TODAY = MORNING.date()


async def test_a_day_that_is_over_is_counted_once(scene: Scene) -> None:
    await scene.posts(2, clicks=7)
    await scene.leave(1)
    await scene.night()
    await scene.health.evaluating.evaluate()
    assert (await scene.days())[TODAY] == {
        "members": 120,
        "posts": 2,
        "clicks": 14,
        "leaves": 1,
        "leaves_after": 1,
    }


async def test_nothing_is_judged_before_the_day_is_over(scene: Scene) -> None:
    scene.clock.pass_(hours=23)
    assert await scene.health.evaluating.evaluate() == 0
    scene.clock.pass_(hours=1)
    assert await scene.health.evaluating.evaluate() == 1
    assert await scene.health.evaluating.evaluate() == 0


async def test_after_an_outage_the_missed_days_are_made_up_for(scene: Scene) -> None:
    await scene.posts(1, clicks=3)
    scene.clock.pass_(days=2)
    await scene.posts(2, clicks=4)
    scene.clock.pass_(days=3)
    await scene.health.evaluating.evaluate()
    found = await scene.days()
    assert {day: counts.get("posts", 0) for day, counts in found.items()} == {
        TODAY: 1,
        TODAY + days(1): 0,
        TODAY + days(2): 2,
        TODAY + days(3): 0,
        TODAY + days(4): 0,
    }
    assert found[TODAY + days(2)]["clicks"] == 8


async def test_people_who_leave_after_posts_spare_the_group_some_and_calm_brings_them_back(
    scene: Scene,
) -> None:
    await scene.posts(3, clicks=5)
    await scene.leave(12)
    await scene.night()
    known = await scene.known()
    assert (known.rest.level, known.share_bps) == (1, 2500)
    told = await scene.told()
    assert len(told) == 1
    assert "12 people left within 3 hours" in told[0]
    assert "25%" in told[0]
    assert await scene.log() == [("rule", "group rest", "0 to 1: answers")]
    for _ in range(7):
        await scene.posts(2, clicks=5)
        await scene.night()
    assert (await scene.known()).share_bps == 0
    assert "recovered" in (await scene.told())[-1]
    assert len(await scene.told()) == 2


async def test_it_is_told_in_chinese_too(scene: Scene) -> None:
    await scene.posts(3)
    await scene.leave(12)
    await scene.night()
    assert "3 小时内退群 12 人" in (await scene.told("zh"))[0]


async def test_a_group_below_its_floor_goes_on_probation_and_recovers(scene: Scene) -> None:
    await scene.night()
    await scene.set_group(member_count=40, state="warming")
    await scene.night(8)
    assert (await scene.group()).state == GroupState.PROBATION
    assert (await scene.known()).cause == Cause.FLOOR
    coaching = (await scene.told())[-1]
    assert "below 51 members for 7 days (now 40)" in coaching
    assert "bring one neighbour" in coaching
    await scene.set_group(member_count=60)
    await scene.night(3)
    assert (await scene.group()).state == GroupState.ACTIVE
    assert "Good news" in (await scene.told())[-1]
    assert [action for _, action, _ in await scene.log()] == ["group probation", "group active"]


async def test_a_group_that_does_not_recover_is_closed_and_told_once(scene: Scene) -> None:
    await scene.night()
    await scene.set_group(member_count=40, state="warming")
    await scene.night(8 + 20)
    assert (await scene.group()).state == GroupState.PROBATION
    await scene.night(3)
    assert (await scene.group()).state == GroupState.CLOSED
    told = await scene.told()
    assert len(told) == 2
    assert "closed for now" in told[-1]
    assert (await scene.log())[-1] == ("rule", "group closed", "floor")
    await scene.night(3)
    assert len(await scene.told()) == 2


async def test_a_decline_per_member_is_seen_above_the_mark_and_mended(scene: Scene) -> None:
    await scene.set_group(member_count=250)
    for _ in range(28):
        await scene.orders(1)
        await scene.night()
    for night in range(28):
        await scene.orders(int(night % 4 == 0))
        await scene.night()
    known = await scene.known()
    assert (await scene.group()).state == GroupState.PROBATION
    assert (known.cause, known.share_bps) == (Cause.CONVERSION, 5000)
    coaching = (await scene.told())[-1]
    assert "From 200 members on" in coaching
    assert "after 11.2 in the 28 before" in coaching
    for _ in range(20):
        await scene.orders(1)
        await scene.night()
    assert (await scene.group()).state == GroupState.ACTIVE
    assert (await scene.known()).share_bps == 0


@pytest.mark.parametrize("changed", [{"is_paused": True}, {"lost_at": MORNING}])
async def test_a_group_that_is_paused_or_lost_is_not_judged(
    scene: Scene, changed: dict[str, object]
) -> None:
    await scene.night()
    await scene.set_group(member_count=40, state="warming")
    await scene.night(8)
    until = (await scene.known()).probation_until
    assert until is not None
    await scene.set_group(**changed)
    await scene.night(30)
    assert (await scene.group()).state == GroupState.PROBATION
    assert (await scene.known()).probation_until == until + days(30)


async def test_a_group_of_an_unknown_programme_is_left_alone(scene: Scene) -> None:
    await scene.set_group(programme="gone", member_count=3)
    await scene.night(10)
    assert (await scene.group()).state == GroupState.ACTIVE


async def test_counts_are_deleted_after_60_days(scene: Scene) -> None:
    await scene.leave(1)
    await scene.night(60)
    assert min(await scene.days()) == TODAY
    await scene.night(1)
    assert min(await scene.days()) == TODAY + days(1)


async def test_a_promoter_s_word_that_comes_meanwhile_is_not_written_over(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.scene(database) as scene:
        await scene.posts(3)
        await scene.leave(12)
        scene.clock.pass_(days=1)
        evaluating, overseeing = scene.health.evaluating, scene.health.overseeing
        look = evaluating._count

        async def meanwhile(*args: object) -> None:
            await look(*args)  # type: ignore[arg-type]
            await overseeing.keep(scene.group_id, by=scene.lin)

        # What was read before the promoter spoke is what the night would write.
        monkeypatch.setattr(type(evaluating), "_count", lambda _self, *args: meanwhile(*args))
        await evaluating.evaluate()
        known = await scene.known()
        assert known.rest.kept_until is not None
        assert known.rest.level == 0
        assert await scene.told() == []


async def test_many_groups_are_evaluated_batch_by_batch(scene: Scene) -> None:
    async with scene.database.write() as connection:
        for number in range(1, 8):
            await add_group(connection, scene.lin, SUNNY_COURT - number)
    assert await scene.health.evaluating.adopt(limit=3) == 7
    scene.clock.pass_(days=1)
    counts = []
    while count := await scene.health.evaluating.evaluate(limit=3):
        counts.append(count)
    assert counts == [3, 3, 2]
    async with scene.database.read() as connection:
        rows = (await connection.execute(group_days.select())).all()
        assert len(rows) == 8
        assert await healths.list_waiting(connection, TODAY + days(1), 10) == []
