"""Boards show who wants to be seen, what was done openly, and nobody else."""

from datetime import timedelta
from os import urandom

from bot.domain.growth.boards import ACTS_FOR, Span
from bot.domain.records import PersonId
from bot.services.growth.honouring import COUNTED_FOR, REFUSED_FOR
from bot.services.people.enrolling import Enrolling
from storage.tables import board_members
from tests import cast
from tests.bot.services.growth.stage import Scene
from tests.cast import NOON, SUNNY_COURT
from tests.schemes import PROGRAMMES


async def people_of(scene: Scene, count: int = 3) -> list[PersonId]:
    async with scene.database.write() as connection:
        return [
            await cast.add_person(connection, 8000 + each, f"Member {each}")
            for each in range(count)
        ]


async def show_all(scene: Scene) -> None:
    names = {scene.stage.lin: "林姐", scene.stage.chen: "小陈", scene.stage.zhao: "老赵"}
    for person, name in names.items():
        promoter = await scene.promoter(person)
        assert await scene.growth.honouring.show_promoter(promoter, name) == name


async def test_promoters_stand_by_credited_orders_of_groups(scene: Scene) -> None:
    lin, group = await scene.promoter(scene.stage.lin), scene.stage.group
    await show_all(scene)
    for _ in range(2):
        await scene.sells(scene.stage.chen, group_id=group)
    await scene.sells(scene.stage.lin, group_id=group)
    await scene.sells(scene.stage.zhao)
    await scene.sells(scene.stage.zhao, group_id=group, state="reversed")
    await scene.sells(scene.stage.lin, group_id=group, ordered_at=NOON - timedelta(days=10))
    week = await scene.growth.honouring.promoters(lin, Span.WEEK)
    assert [(one.place, one.name, one.count) for one in week.places] == [
        (1, "小陈", 2),
        (2, "林姐", 1),
    ]
    assert (week.is_few, week.is_shown) == (False, True)
    month = await scene.growth.honouring.promoters(lin, Span.MONTH)
    assert {one.name: one.count for one in month.places} == {"小陈": 2, "林姐": 2}


async def test_with_two_there_is_no_board(scene: Scene) -> None:
    honouring, lin = scene.growth.honouring, await scene.promoter(scene.stage.lin)
    for person in (scene.stage.lin, scene.stage.chen):
        await honouring.show_promoter(await scene.promoter(person), f"P{person}")
        await scene.sells(person, group_id=scene.stage.group)
    found = await honouring.promoters(lin, Span.WEEK)
    assert (found.places, found.is_few) == ((), True)


async def test_whoever_leaves_is_gone_at_once_though_counts_are_kept(scene: Scene) -> None:
    honouring, lin = scene.growth.honouring, await scene.promoter(scene.stage.lin)
    await show_all(scene)
    async with scene.database.write() as connection:
        wei = await cast.add_promoter(connection, cast.WEI, "Wei")
    await honouring.show_promoter(await scene.promoter(wei), "Wei")
    for person in (scene.stage.lin, scene.stage.chen, wei):
        await scene.sells(person, group_id=scene.stage.group)
    assert len((await honouring.promoters(lin, Span.WEEK)).places) == 3
    await scene.sells(scene.stage.lin, group_id=scene.stage.group)
    assert await honouring.hide(scene.stage.chen) == []
    kept = (await honouring.promoters(lin, Span.WEEK)).places
    assert {one.name: one.count for one in kept} == {"林姐": 1, "Wei": 1}
    scene.at += COUNTED_FOR
    renewed = (await honouring.promoters(lin, Span.WEEK)).places
    assert {one.name: one.count for one in renewed} == {"林姐": 2, "Wei": 1}


async def test_a_name_that_leads_away_is_refused(scene: Scene) -> None:
    honouring, lin = scene.growth.honouring, await scene.promoter(scene.stage.lin)
    assert await honouring.show_promoter(lin, "@lin") is None
    assert await honouring.show_member(scene.stage.group, lin.id, "13800138000") is None
    assert not (await honouring.promoters(lin, Span.WEEK)).is_shown


async def test_members_stand_by_what_they_did_openly(scene: Scene) -> None:
    honouring, group = scene.growth.honouring, scene.stage.group
    mei, wei, hua = await people_of(scene)
    for person in (mei, wei, hua):
        await honouring.show_member(group, person, f"M{person}")
    await scene.joins_pools(mei, 2)
    await scene.joins_pools(wei, 1)
    await scene.joins_pools(wei, 1, left_at=NOON)
    await scene.asks(mei)
    await scene.asks(hua, chat_id=hua)
    await scene.asks(hua, state="answered")
    await scene.asks(hua, asked_at=NOON - ACTS_FOR - timedelta(days=1))
    found = await honouring.members(group, mei)
    assert [(one.person_id, one.count) for one in found.places] == [(mei, 3), (wei, 1)]
    assert found.is_shown
    assert (await honouring.members(group, None)).is_shown is False


async def test_leaving_a_group_is_leaving_its_board(scene: Scene) -> None:
    honouring, group = scene.growth.honouring, scene.stage.group
    (mei,) = await people_of(scene, 1)
    await honouring.show_member(group, mei, "Mei")
    await honouring.left(SUNNY_COURT, 9999)
    await honouring.left(-5, 8000)
    assert (await honouring.members(group, mei)).is_shown
    await honouring.left(SUNNY_COURT, 8000)
    assert not (await honouring.members(group, mei)).is_shown
    await honouring.left(SUNNY_COURT, 8000)


async def test_being_forgotten_leaves_every_board_and_mentorship(scene: Scene) -> None:
    await show_all(scene)
    await scene.growth.honouring.show_member(scene.stage.group, scene.stage.chen, "Chen")
    await scene.growth.mentors.assign(cast.ZHAO, cast.LIN, by="test")
    await scene.growth.mentors.pass_on(scene.stage.zhao, "hi", None)
    enrolling = Enrolling(scene.database, PROGRAMMES, lambda: scene.at, urandom, "zh")
    await enrolling.forget(scene.stage.chen)
    await enrolling.forget(scene.stage.lin)
    zhao = await scene.promoter(scene.stage.zhao)
    board = await scene.growth.honouring.promoters(zhao, Span.WEEK)
    assert (board.is_few, board.is_shown) == (True, True)
    members = await scene.growth.honouring.members(scene.stage.group, scene.stage.chen)
    assert not members.is_shown
    assert (await scene.growth.mentors.of(scene.stage.zhao)).mentor is None


async def test_helpers_get_a_tag_and_lose_it(scene: Scene) -> None:
    honouring, group = scene.growth.honouring, scene.stage.group
    mei, wei = await people_of(scene, 2)
    for person in (mei, wei):
        await honouring.show_member(group, person, f"M{person}")
    await scene.joins_pools(mei, 3)
    await scene.joins_pools(wei, 2)
    (tagging,) = await honouring.to_tag()
    assert (tagging.person_id, tagging.is_helper, tagging.chat_id) == (mei, True, SUNNY_COURT)
    await honouring.tagged(tagging, "热心")
    assert await honouring.to_tag() == []
    scene.at += ACTS_FOR + timedelta(days=1)
    (tagging,) = await honouring.to_tag()
    assert not tagging.is_helper
    assert [one.is_helper for one in await honouring.hide(mei)] == [False]
    assert await honouring.to_tag() == []


async def test_tags_go_round_all_groups(scene: Scene) -> None:
    (mei,) = await people_of(scene, 1)
    async with scene.database.write() as connection:
        ids = [
            await cast.add_group(connection, scene.stage.lin, -1001000001000 - each)
            for each in range(25)
        ]
    for group_id in ids:
        await scene.put(
            board_members, group_id=group_id, person_id=mei, name="Mei", since=NOON, tag="热心"
        )
    rounds = [len(await scene.growth.honouring.to_tag()) for _ in range(3)]
    assert rounds == [20, 5, 20]


async def test_a_refusal_is_remembered_for_a_day_as_wide_as_it_was(scene: Scene) -> None:
    honouring, group = scene.growth.honouring, scene.stage.group
    mei, wei = await people_of(scene, 2)
    for person in (mei, wei):
        await honouring.show_member(group, person, f"M{person}")
        await scene.joins_pools(person, 3)
    first, second = await honouring.to_tag()
    assert honouring.may_tag(first)
    honouring.refused(first)
    assert [honouring.may_tag(each) for each in (first, second)] == [False, True]
    honouring.refused(first, is_chat=True)
    assert [honouring.may_tag(each) for each in (first, second)] == [False, False]
    scene.at += REFUSED_FOR
    assert [honouring.may_tag(each) for each in (first, second)] == [True, True]
    honouring.refused(second, is_server=True)
    assert [honouring.may_tag(each) for each in (first, second)] == [False, False]


async def test_the_home_of_a_member_is_where_they_were_seen(scene: Scene) -> None:
    (mei,) = await people_of(scene, 1)
    assert await scene.growth.honouring.home_of(mei) is None
