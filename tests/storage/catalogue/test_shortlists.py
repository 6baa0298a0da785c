"""Shortlists with versions, picks, skips and remembered lists."""

from dataclasses import replace
from datetime import date, timedelta

from bot.domain.posts.slots import SlotKey
from bot.domain.records import Factor, GroupId, OfferId, Ranked, Shortlist
from storage.catalogue import offers, shortlists
from storage.database import Database
from tests.cast import NOON, Stage, add_group, add_offer, set_stage

DAY = date(2026, 11, 22)


async def stand(database: Database) -> tuple[Stage, list[OfferId]]:
    """The usual people and three offers."""
    stage = await set_stage(database)
    async with database.write() as connection:
        return stage, [await add_offer(connection, f"p-{number}") for number in range(3)]


async def test_a_shortlist_comes_back_with_its_reasons_and_its_last_version(
    database: Database,
) -> None:
    _, ids = await stand(database)
    async with database.write() as connection:
        known = await offers.list_by_ids(connection, ids)
        factor = Factor("quality", 0.75, 1.5, "factor.rating", {"stars": "4.5"})
        rows = (
            Ranked(1, known[ids[2]], 0.812345, (factor,)),
            Ranked(2, known[ids[0]], 0.5, (factor,)),
        )
        first = Shortlist("fenxiang", DAY, 1, NOON, rows)
        assert await shortlists.find_latest(connection, "fenxiang", DAY) is None
        assert await shortlists.find_version(connection, "fenxiang", DAY) == 0
        assert await shortlists.add(connection, first)
        assert not await shortlists.add(connection, replace(first, rows=()))
        assert await shortlists.find_latest(connection, "fenxiang", DAY) == first
        second = replace(first, version=2, rows=())
        assert await shortlists.add(connection, second)
        assert await shortlists.find_latest(connection, "fenxiang", DAY) == second
        assert await shortlists.find_version(connection, "fenxiang", DAY) == 2
        assert await shortlists.find_latest(connection, "dongxiaodian", DAY) is None


async def test_picks_are_kept_once_by_group_day_slot_and_offer(database: Database) -> None:
    stage, ids = await stand(database)
    noon, evening = SlotKey(stage.group, DAY, "noon"), SlotKey(stage.group, DAY, "evening")
    async with database.write() as connection:
        other = await add_group(connection, stage.chen, -1001000000002)
        await shortlists.add_picks(connection, [noon, evening], ids[0], NOON)
        await shortlists.add_picks(connection, [noon], ids[0], NOON)
        await shortlists.add_picks(connection, [noon], ids[1], NOON)
        await shortlists.add_picks(connection, [SlotKey(other, DAY, "noon")], ids[2], NOON)
        found = await shortlists.list_picks_at(connection, [noon, evening])
        assert [pick.offer_id for pick in found[noon]] == ids[:2]
        assert [pick.offer_id for pick in found[evening]] == ids[:1]
        mine = await shortlists.list_picks(connection, [stage.group], DAY)
        assert [pick.slot for pick in mine] == ["noon", "evening", "noon"]
        assert await shortlists.list_picks(connection, [stage.group], DAY + timedelta(1)) == []
        assert not await shortlists.delete_pick(connection, mine[0].id, [other])
        assert await shortlists.delete_pick(connection, mine[0].id, [stage.group, other])
        assert not await shortlists.delete_pick(connection, mine[0].id, [stage.group])
        assert await shortlists.list_picks_at(connection, [SlotKey(GroupId(99), DAY, "x")]) == {}


async def test_skips_hold_for_their_day_and_promoter(database: Database) -> None:
    stage, ids = await stand(database)
    async with database.write() as connection:
        for _ in range(2):
            await shortlists.add_skip(connection, stage.lin, ids[0], DAY)
        await shortlists.add_skip(connection, stage.lin, ids[1], DAY)
        found = await shortlists.list_skipped(connection, [stage.lin, stage.chen], DAY)
        assert found == {stage.lin: set(ids[:2])}
        assert await shortlists.list_skipped(connection, [stage.lin], DAY + timedelta(1)) == {}


async def test_the_last_list_shown_replaces_the_one_before(database: Database) -> None:
    stage, ids = await stand(database)
    async with database.write() as connection:
        assert await shortlists.find_listing(connection, stage.lin) == []
        await shortlists.set_listing(connection, stage.lin, "today", ids, NOON)
        await shortlists.set_listing(connection, stage.lin, "search", ids[::-1], NOON)
        assert await shortlists.find_listing(connection, stage.lin) == ids[::-1]
        assert await shortlists.find_listing(connection, stage.chen) == []
