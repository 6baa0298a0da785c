"""A promoter's own word, opening again and closing, each with its reason in the log."""

import pytest

from bot.domain.records import GroupState
from bot.errors import InputError, NotFoundError
from bot.services.health.outcomes import Refusal, Refused, Reopened
from storage.posts import slots
from tests.bot.services.health.stage import MORNING, Scene, days
from tests.cast import SUNNY_COURT, add_group


async def close(scene: Scene) -> None:
    await scene.night()
    await scene.set_group(member_count=40, state="warming")
    await scene.night(8 + 21)
    assert (await scene.group()).state == GroupState.CLOSED


async def test_every_post_again_for_thirty_days_whatever_people_answer(scene: Scene) -> None:
    await scene.posts(3)
    await scene.leave(12)
    await scene.night()
    until = await scene.health.overseeing.keep(scene.group_id, by=scene.lin)
    assert until == MORNING.date() + days(31)
    assert (await scene.known()).share_bps == 0
    for _ in range(29):
        await scene.posts(3)
        await scene.leave(12)
        await scene.night()
    assert (await scene.known()).share_bps == 0
    for _ in range(6):
        await scene.posts(3)
        await scene.leave(12)
        await scene.night()
    assert (await scene.known()).share_bps > 0
    assert (f"person:{scene.lin}", "group keep", "level 1, until 2026-12-23") in await scene.log()


async def test_only_its_promoter_has_a_word_in_it(scene: Scene) -> None:
    overseeing = scene.health.overseeing
    assert await overseeing.keep(scene.group_id, by=scene.stage.chen) is None
    assert await overseeing.view(scene.group_id, of=scene.stage.chen) is None
    assert await overseeing.of(scene.stage.chen) == []


async def test_probation_is_no_matter_of_taste(scene: Scene) -> None:
    await scene.health.hearing.removed(scene.group_id)
    await scene.health.hearing.removed(scene.group_id)
    await scene.health.hearing.removed(scene.group_id)
    await scene.night()
    assert (await scene.group()).state == GroupState.PROBATION
    await scene.health.overseeing.keep(scene.group_id, by=scene.lin)
    assert (await scene.known()).share_bps == 5000


async def test_a_promoter_opens_a_group_that_is_large_enough_again(scene: Scene) -> None:
    await close(scene)
    overseeing = scene.health.overseeing
    shown = await overseeing.of(scene.lin)
    assert [one.group.state for one in shown] == [GroupState.CLOSED]

    async def reopen(members: int) -> Reopened | Refused:
        return await overseeing.reopen(
            scene.group_id, of=scene.lin, by="person:1", reason="above", members=members
        )

    assert await reopen(50) == Refused(Refusal.SMALL, 51)
    done = await reopen(51)
    assert isinstance(done, Reopened)
    assert (await scene.group()).state == GroupState.ACTIVE
    async with scene.database.read() as connection:
        assert await slots.list_openings(connection, [scene.group_id])
    assert await reopen(51) == Refused(Refusal.NOT_CLOSED)
    await scene.night(3)
    assert (await scene.group()).state == GroupState.ACTIVE


async def test_the_cap_holds_for_groups_that_are_opened_again(scene: Scene) -> None:
    await close(scene)
    async with scene.database.write() as connection:
        for number in range(1, 11):
            await add_group(connection, scene.lin, SUNNY_COURT - number)
    done = await scene.health.overseeing.reopen(
        scene.group_id, of=scene.lin, by="person:1", reason="above", members=90
    )
    assert done == Refused(Refusal.FULL, 10)


async def test_nobody_opens_somebody_else_s_or_one_without_a_programme(scene: Scene) -> None:
    await close(scene)
    overseeing = scene.health.overseeing
    asked = {"by": "person:2", "reason": "mine", "members": 90}
    refused = Refused(Refusal.NOT_CLOSED)
    assert await overseeing.reopen(scene.group_id, of=scene.stage.chen, **asked) == refused  # type: ignore[arg-type]
    await scene.set_group(programme="gone")
    assert await overseeing.reopen(scene.group_id, of=scene.lin, **asked) == refused  # type: ignore[arg-type]
    view = await overseeing.view(scene.group_id, of=None)
    assert view is not None
    assert view.more_than == 0


async def test_an_operator_closes_and_opens_with_a_reason_that_is_told(scene: Scene) -> None:
    overseeing = scene.health.overseeing
    with pytest.raises(InputError):
        await overseeing.close(scene.group_id, by="command line", reason=" ")
    await overseeing.close(scene.group_id, by="command line", reason="spam <b>")
    with pytest.raises(NotFoundError):
        await overseeing.close(scene.group_id, by="command line", reason="spam")
    assert (await overseeing.ailing(10))[0].group.id == scene.group_id
    assert await overseeing.keep(scene.group_id, by=scene.lin) is None
    with pytest.raises(InputError):
        await overseeing.reopen(scene.group_id, of=None, by="command line", reason="", members=None)
    done = await overseeing.reopen(
        scene.group_id, of=None, by="command line", reason="mended", members=None
    )
    assert isinstance(done, Reopened)
    told = await scene.told()
    assert "spam &lt;b&gt;" in told[0]
    assert "mended" in told[1]
    assert await overseeing.ailing(10) == []
    assert [action for _, action, _ in await scene.log()] == ["group closed", "group reopen"]


async def test_what_was_earned_is_not_touched_by_closing(scene: Scene) -> None:
    await scene.orders(3)
    await close(scene)
    view = await scene.health.overseeing.view(scene.group_id, of=scene.lin)
    assert view is not None
    assert sum(week.orders for week in view.weeks) == 3
