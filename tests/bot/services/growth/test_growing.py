"""Tasks are verified by facts, told once, and levels follow."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.domain.growth.levels import Level
from bot.errors import NotAllowedError
from bot.services.growth import growing
from bot.services.growth.growing import REST, Growing, invitations_limit, level_of
from storage.tables import lessons, promoters
from tests import cast
from tests.bot.services.growth.stage import Scene
from tests.schemes import PROGRAMMES

STARTER = ("starter:training", "starter:groups", "starter:previews", "starter:picks")


async def test_a_pass_tells_each_promoter_once_what_is_done(scene: Scene) -> None:
    assert await scene.growth.growing.evaluate() == 3
    told = await scene.notices()
    assert sorted(told) == [
        (scene.stage.lin, "growth.done"),
        (scene.stage.chen, "growth.done"),
        (scene.stage.zhao, "growth.done"),
    ]
    done = (await scene.growth.growing.progress(scene.stage.lin)).done
    assert done == {"starter:training", "starter:groups", "middle:active_groups"}
    scene.at += REST
    assert await scene.growth.growing.evaluate() == 3
    assert await scene.notices() == told


async def test_a_pass_rests_before_the_next_one_even_after_a_restart(scene: Scene) -> None:
    assert await scene.growth.growing.evaluate() == 3
    assert await scene.growth.growing.evaluate() == 0
    scene.at += REST - timedelta(seconds=1)
    assert await scene.growth.growing.evaluate() == 0
    again = Growing(scene.database, PROGRAMMES, lambda: scene.at)
    assert await again.evaluate() == 0
    scene.at += timedelta(seconds=1)
    assert await again.evaluate() == 3


async def test_a_pass_goes_on_where_it_was(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growing, "BATCH", 2)
    assert await scene.growth.growing.evaluate() == 2
    assert len(await scene.notices()) == 2
    again = Growing(scene.database, PROGRAMMES, lambda: scene.at)
    assert await again.evaluate() == 1
    assert len(await scene.notices()) == 3
    assert await again.evaluate() == 0


async def test_real_acts_lead_from_starter_to_senior(scene: Scene) -> None:
    lin, growth = scene.stage.lin, scene.growth.growing
    await growth.previewed(lin)
    await growth.previewed(lin)
    await scene.picks(scene.stage.group)
    found = await growth.progress(lin)
    assert (found.level, found.step.rose_to) == (Level.STARTER, Level.STARTER)
    assert (await scene.promoter(lin)).level == "starter"
    await scene.sells(lin, group_id=scene.stage.group)
    await scene.answers(lin)
    await scene.picks_more(7)
    await growth.evaluate()
    assert (await scene.promoter(lin)).level == "middle"
    assert (lin, "growth.rose") in await scene.notices()
    for _ in range(29):
        await scene.sells(lin, group_id=scene.stage.group)
    await scene.picks_more(30)
    await scene.set_level(scene.stage.chen, "middle")
    scene.at += REST
    await growth.evaluate()
    assert (await scene.promoter(lin)).level == "senior"
    assert (lin, "growth.rose_all") in await scene.notices()
    found = await growth.progress(lin)
    assert (found.level, found.step.fresh, found.step.next) == (Level.SENIOR, (), None)
    scene.at += REST
    assert await growth.evaluate() == 2


async def test_own_purchases_and_reversed_orders_are_no_sales(scene: Scene) -> None:
    chen = scene.stage.chen
    await scene.sells(chen, source="self")
    await scene.sells(chen, state="reversed")
    await scene.sells(chen, state="created")
    assert "middle:orders" not in (await scene.growth.growing.progress(chen)).done
    await scene.sells(chen, source="share")
    assert "middle:orders" in (await scene.growth.growing.progress(chen)).done


async def test_rows_of_one_order_are_one_order(scene: Scene) -> None:
    lin = scene.stage.lin
    for number in range(40):
        await scene.sells(lin, order=f"O-{number // 2}")
    done = (await scene.growth.growing.progress(lin)).done
    assert "middle:orders" in done
    assert "senior:orders" not in done


async def test_a_share_of_reversals_keeps_from_senior(scene: Scene) -> None:
    lin = scene.stage.lin
    for number in range(40):
        await scene.sells(lin, state="reversed" if number < 10 else "settled")
    assert "senior:orders" not in (await scene.growth.growing.progress(lin)).done
    for _ in range(10):
        await scene.sells(lin)
    assert "senior:orders" in (await scene.growth.growing.progress(lin)).done


async def test_a_mentee_who_chose_another_counts_for_that_one(scene: Scene) -> None:
    lin, chen, zhao = scene.stage.lin, scene.stage.chen, scene.stage.zhao
    await scene.set_level(zhao, "middle")
    assert "senior:mentees" in (await scene.growth.growing.progress(chen)).done
    await scene.growth.mentors.assign(cast.ZHAO, cast.LIN, by="test")
    assert "senior:mentees" in (await scene.growth.growing.progress(lin)).done
    # What was done once stays done.
    assert "senior:mentees" in (await scene.growth.growing.progress(chen)).done


async def test_a_look_at_the_progress_needs_no_notice(scene: Scene) -> None:
    found = await scene.growth.growing.progress(scene.stage.lin)
    assert len(found.step.fresh) == 3
    await scene.growth.growing.evaluate()
    assert scene.stage.lin not in [person for person, _ in await scene.notices()]


async def test_two_that_look_at_once_keep_each_task_once(scene: Scene) -> None:
    growth = scene.growth.growing
    await asyncio.gather(*(growth.progress(scene.stage.lin) for _ in range(4)), growth.evaluate())
    async with scene.database.read() as connection:
        rows = await connection.execute(
            select(lessons.c.task).where(lessons.c.promoter_id == scene.stage.lin)
        )
    assert sorted(row.task for row in rows) == [
        "middle:active_groups",
        "starter:groups",
        "starter:training",
    ]


async def test_the_suspended_are_left_alone(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await connection.execute(
            update(promoters)
            .where(promoters.c.person_id == scene.stage.zhao)
            .values(status="suspended")
        )
    assert await scene.growth.growing.evaluate() == 2
    await scene.growth.growing.previewed(scene.stage.zhao)
    assert "preview" not in (await scene.growth.growing.progress(scene.stage.zhao)).done


async def test_levels_are_for_promoters(scene: Scene) -> None:
    async with scene.database.write() as connection:
        mei = await cast.add_person(connection, cast.MEI, "Mei")
    with pytest.raises(NotAllowedError):
        await scene.growth.growing.progress(mei)
    await scene.growth.growing.previewed(mei)


async def test_tutorials_come_one_after_the_other_as_far_as_the_level(scene: Scene) -> None:
    growth, chen = scene.growth.growing, scene.stage.chen
    seen = []
    while (card := (await growth.progress(chen)).card) is not None:
        seen.append(card)
        await growth.opened_card(chen, *card)
    assert seen == [(Level.STARTER, 1), (Level.STARTER, 2), (Level.STARTER, 3)]
    await scene.does(chen, *STARTER[1:])
    assert (await growth.progress(chen)).card == (Level.MIDDLE, 1)
    await scene.set_level(chen, "senior")
    assert (await growth.progress(chen)).card == (Level.MIDDLE, 1)


async def test_a_level_once_reached_stays_where_more_is_asked_now(scene: Scene) -> None:
    rungs = PROGRAMMES["fenxiang"].rungs
    assert level_of(rungs, set(), "middle") == Level.MIDDLE
    assert level_of(rungs, set(), "starter") is None
    assert level_of(rungs, set(STARTER), "starter") == Level.STARTER
    await scene.set_level(scene.stage.chen, "middle")
    await scene.does(scene.stage.chen, *STARTER[1:])
    await scene.growth.growing.evaluate()
    assert (await scene.promoter(scene.stage.chen)).level == "middle"


def test_codes_that_may_be_open_follow_the_level() -> None:
    programme = PROGRAMMES["fenxiang"]
    limits = [invitations_limit(programme, each) for each in ("starter", "middle", "senior")]
    assert limits == [20, 30, 50]


async def test_nothing_is_done_for_nobody(scene: Scene) -> None:
    async with scene.database.write() as connection:
        await connection.execute(update(promoters).values(status="suspended"))
    assert await scene.growth.growing.evaluate() == 0
