"""The day's shortlist, search, and picks with the rights that go with them."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.domain.records import OfferId
from bot.errors import NotFoundError
from bot.services.catalogue.shortlisting import Picked, Refusal, Refused, Shortlisting
from schedules.catalog import freeze_shortlists
from storage.catalogue import offers as imported
from storage.catalogue import shortlists
from storage.database import Database
from storage.tables import groups, offers, slot_runs
from tests.cast import NOON, Stage, add_group, add_offer, add_post, set_stage
from tests.schemes import PROGRAMMES

DAY = date(2026, 11, 22)
SCHEMES = {
    "fenxiang": replace(
        PROGRAMMES["fenxiang"], price_min_minor=100, price_max_minor=50_000, price_currency="CNY",
        picks_per_slot=2, repeat_days=7, shortlist_size=3, freshness_hours=72,
    ),
    "narrow": replace(PROGRAMMES["fenxiang"], name="narrow", categories=("tea",)),
}  # fmt: skip


@dataclass
class Clock:
    """The time as the test sets it."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at


@dataclass
class Scene:
    """The usual people, a clock, and the service."""

    database: Database
    stage: Stage
    clock: Clock
    service: Shortlisting

    async def offer(self, name: str = "p-1", **changed: Any) -> OfferId:
        async with self.database.write() as connection:
            return await add_offer(connection, name, **changed)

    async def change(self, table: Any, row_id: int, **values: Any) -> None:
        async with self.database.write() as connection:
            await connection.execute(update(table).where(table.c.id == row_id).values(**values))


@pytest.fixture
async def scene(database: Database) -> Scene:
    clock = Clock()
    stage = await set_stage(database)
    return Scene(database, stage, clock, Shortlisting(database, SCHEMES, clock))


# ---------------------------------------------------------------- the day's list


async def test_the_shortlist_is_frozen_once_and_versioned_when_made_anew(scene: Scene) -> None:
    ids = [await scene.offer(f"p-{number}", sales=number * 100) for number in range(5)]
    first = await scene.service.today("fenxiang", DAY)
    assert [row.offer.id for row in first.rows] == ids[:1:-1]
    assert [row.rank for row in first.rows] == [1, 2, 3]
    assert (first.version, first.frozen_at) == (1, NOON)
    assert len(first.rows[0].factors) == 8
    await scene.offer("new", sales=9000)
    assert await scene.service.today("fenxiang", DAY) == first
    assert await scene.service.freeze("fenxiang", DAY) == first
    second = await scene.service.freeze("fenxiang", DAY, recalc=True)
    assert (second.version, second.rows[0].offer.facts.external_id) == (2, "new")
    assert await scene.service.today("fenxiang", DAY) == second
    with pytest.raises(NotFoundError):
        await scene.service.today("none", DAY)


async def test_nothing_is_frozen_while_no_offer_qualifies(scene: Scene) -> None:
    empty = await scene.service.today("fenxiang", DAY)
    assert (empty.version, empty.rows) == (0, ())
    await scene.offer()
    assert (await scene.service.today("fenxiang", DAY)).version == 1


async def test_a_list_that_was_not_filled_is_made_anew_after_a_later_import(scene: Scene) -> None:
    await scene.offer("p-1")
    assert (await scene.service.today("fenxiang", DAY)).version == 1
    for number, at in enumerate([NOON, NOON + timedelta(minutes=1)], start=2):
        async with scene.database.write() as connection:
            import_id = await imported.begin_import(connection, "feed", "a.csv", at)
            await imported.close_import(connection, import_id, at, {})
        await scene.offer(f"p-{number}")
        scene.clock.at = at
        found = await scene.service.today("fenxiang", DAY)
        assert (found.version, len(found.rows)) == ((1, 1), (2, 3))[number - 2]
    await scene.offer("p-9", sales=900)
    scene.clock.at += timedelta(minutes=1)
    assert (await scene.service.today("fenxiang", DAY)).version == 2


async def test_a_day_that_is_over_stays_as_it_was_frozen(scene: Scene) -> None:
    offer_id = await scene.offer("p-1", sale_price_minor=1500)
    frozen = await scene.service.today("fenxiang", DAY)
    async with scene.database.write() as connection:
        import_id = await imported.begin_import(connection, "feed", "a.csv", NOON)
        await imported.close_import(connection, import_id, NOON + timedelta(hours=1), {})
    await scene.offer("p-2", sales=900)
    await scene.change(offers, offer_id, sale_price_minor=900)
    scene.clock.at = NOON + timedelta(days=2)
    past = await scene.service.today("fenxiang", DAY)
    assert (past.version, [row.offer.id for row in past.rows]) == (frozen.version, [offer_id])
    # The offer is told as it is now, the price of that day beside it.
    assert (past.rows[0].frozen_minor, past.rows[0].offer.price_now_minor) == (1500, 900)
    nothing = await scene.service.today("fenxiang", DAY - timedelta(days=9))
    assert (nothing.version, nothing.rows) == (0, ())
    assert (await scene.service.frozen("fenxiang", DAY)).version == 1
    with pytest.raises(NotFoundError):
        await scene.service.frozen("none", DAY)


async def test_yesterday_is_still_today_for_a_group_in_the_far_west(scene: Scene) -> None:
    await scene.offer()
    assert (await scene.service.today("fenxiang", DAY - timedelta(days=1))).version == 1
    scene.clock.at = NOON + timedelta(hours=8)
    assert (await scene.service.today("fenxiang", DAY - timedelta(days=1))).version == 1
    assert (await scene.service.today("narrow", DAY - timedelta(days=1))).version == 0


async def test_a_ranking_made_anew_may_turn_out_empty(scene: Scene) -> None:
    offer_id = await scene.offer()
    await scene.service.freeze("fenxiang", DAY)
    await scene.change(offers, offer_id, stock=0)
    anew = await scene.service.freeze("fenxiang", DAY, recalc=True)
    assert (anew.version, anew.rows) == (2, ())


async def test_only_what_the_programme_may_post_is_ranked(scene: Scene) -> None:
    tea = await scene.offer("tea", category="Food > Tea")
    await scene.offer("oil", category="Food > Oil")
    await scene.offer("stale", category="Food > Tea", seen_at=NOON - timedelta(days=9))
    rows = (await scene.service.today("narrow", DAY)).rows
    assert [row.offer.id for row in rows] == [tea]


async def test_the_clock_freezes_each_programme_once_from_its_cut_off_on(scene: Scene) -> None:
    await scene.offer(category="Tea", seen_at=NOON - timedelta(days=1))
    # The first slot opens at 08:00 in Shanghai: the cut-off is 07:00, 23:00 UTC of the day before.
    scene.clock.at = datetime.fromisoformat("2026-11-21T22:59:59+00:00")
    assert await freeze_shortlists(scene.service) == 0
    scene.clock.at += timedelta(seconds=1)
    assert await freeze_shortlists(scene.service) == 2
    assert await freeze_shortlists(scene.service) == 0
    assert (await scene.service.today("fenxiang", DAY)).frozen_at == scene.clock.at


async def test_search_finds_live_offers_of_all_or_of_a_programme(scene: Scene) -> None:
    box = {"title": "云南咖啡 礼盒", "search": "云南咖啡 礼盒", "sale_price_minor": None}
    dear = await scene.offer("dear", price_minor=990_000, sales=9, **box)
    plain = await scene.offer("plain", title="咖啡", search="咖啡")
    assert [each.id for each in await scene.service.search("咖啡")] == [dear, plain]
    assert [each.id for each in await scene.service.search("咖啡", limit=1)] == [dear]
    found = await scene.service.search("咖啡", programme="fenxiang")
    assert [each.id for each in found] == [plain]
    assert await scene.service.search("  ") == []
    assert await scene.service.offer(plain) == found[0]
    assert await scene.service.offer(OfferId(999)) is None
    several = await scene.service.offers_by_ids([plain, OfferId(999), dear])
    assert [each.id for each in several] == [plain, dear]


async def test_the_last_list_shown_is_remembered(scene: Scene) -> None:
    ids = [await scene.offer(name) for name in "ab"]
    await scene.service.remember(scene.stage.lin, "today", ids)
    assert await scene.service.remembered(scene.stage.lin) == ids
    assert await scene.service.remembered(scene.stage.chen) == []


# ---------------------------------------------------------------- picks


async def test_a_pick_goes_to_the_next_or_the_named_slot_once(scene: Scene) -> None:
    offer_id = await scene.offer()
    scene.clock.at = NOON - timedelta(hours=2)
    first = await scene.service.pick(scene.stage.lin, offer_id)
    assert isinstance(first, Picked)
    assert first.is_new
    assert [(pick.slot, pick.day) for pick in first.picks] == [("noon", DAY)]
    again = await scene.service.pick(scene.stage.lin, offer_id)
    assert again == Picked(first.picks, is_new=False)
    named = await scene.service.pick(scene.stage.lin, offer_id, slot="morning")
    assert isinstance(named, Picked)
    assert [pick.day for pick in named.picks] == [DAY + timedelta(days=1)]
    assert await scene.service.picks(scene.stage.lin) == [*first.picks, *named.picks]


async def test_all_own_served_groups_or_one_get_the_pick(scene: Scene) -> None:
    offer_id = await scene.offer()
    async with scene.database.write() as connection:
        second = await add_group(connection, scene.stage.lin, -1002)
        await add_group(connection, scene.stage.lin, -1003, is_paused=True)
        await add_group(connection, scene.stage.lin, -1004, state="warming")
        foreign = await add_group(connection, scene.stage.chen, -1005)
    one = await scene.service.pick(scene.stage.lin, offer_id, group_id=second)
    assert isinstance(one, Picked)
    assert [pick.group_id for pick in one.picks] == [second]
    every = await scene.service.pick(scene.stage.lin, offer_id)
    assert isinstance(every, Picked)
    assert {pick.group_id for pick in every.picks} == {scene.stage.group, second}
    refused = await scene.service.pick(scene.stage.lin, offer_id, group_id=foreign)
    assert refused == Refused(Refusal.NOT_YOUR_GROUP)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"ended_at": NOON}, Refusal.ENDED),
        ({"stock": 0}, Refusal.SOLD_OUT),
        ({"seen_at": NOON - timedelta(hours=73)}, Refusal.STALE),
        ({"price_minor": 60_000, "sale_price_minor": None}, Refusal.NOT_ALLOWED),
    ],
)
async def test_an_offer_that_may_not_be_posted_is_not_picked(
    scene: Scene, changed: dict[str, Any], reason: Refusal
) -> None:
    offer_id = await scene.offer(**changed)
    assert await scene.service.pick(scene.stage.lin, offer_id) == Refused(reason)


async def test_other_refusals_say_why(scene: Scene) -> None:
    offer_id = await scene.offer()
    pick = scene.service.pick
    assert await pick(scene.stage.lin, OfferId(999)) == Refused(Refusal.UNKNOWN_OFFER)
    assert await pick(scene.stage.chen, offer_id) == Refused(Refusal.NO_GROUP)
    assert await pick(scene.stage.lin, offer_id, slot="brunch") == Refused(Refusal.NO_SLOT)
    await scene.change(groups, scene.stage.group, programme="gone")
    assert await pick(scene.stage.lin, offer_id) == Refused(Refusal.NOT_ALLOWED)
    await scene.change(groups, scene.stage.group, programme="fenxiang", is_paused=True)
    assert await pick(scene.stage.lin, offer_id) == Refused(Refusal.NO_GROUP)


async def test_a_slot_takes_as_many_picks_as_it_posts(scene: Scene) -> None:
    ids = [await scene.offer(name) for name in "abc"]
    for offer_id in ids[:2]:
        assert isinstance(await scene.service.pick(scene.stage.lin, offer_id), Picked)
    third = await scene.service.pick(scene.stage.lin, ids[2])
    assert third == Refused(Refusal.FULL)
    [first, _] = await scene.service.picks(scene.stage.lin)
    assert not await scene.service.unpick(scene.stage.chen, first.id)
    assert await scene.service.unpick(scene.stage.lin, first.id)
    assert not await scene.service.unpick(scene.stage.lin, first.id)
    assert isinstance(await scene.service.pick(scene.stage.lin, ids[2]), Picked)


async def test_what_the_group_saw_this_week_is_not_picked_again(scene: Scene) -> None:
    offer_id = await scene.offer()
    async with scene.database.write() as connection:
        await add_post(connection, scene.stage.group, scene.stage.lin, offer_id, slot="early")
    refused = await scene.service.pick(scene.stage.lin, offer_id)
    assert refused == Refused(Refusal.REPEATED)
    scene.clock.at = NOON + timedelta(days=7)
    await scene.change(offers, offer_id, seen_at=scene.clock.at)
    assert isinstance(await scene.service.pick(scene.stage.lin, offer_id, slot="noon"), Picked)


async def test_picks_that_ran_or_are_past_are_not_shown(scene: Scene) -> None:
    offer_id = await scene.offer()
    await scene.service.pick(scene.stage.lin, offer_id, slot="noon")
    await scene.service.pick(scene.stage.lin, offer_id, slot="evening")
    async with scene.database.write() as connection:
        row = {"group_id": scene.stage.group, "day": DAY, "slot": "noon", "planned_at": NOON}
        await connection.execute(slot_runs.insert(), [row | {"outcome": "planned"}])
    assert [pick.slot for pick in await scene.service.picks(scene.stage.lin)] == ["evening"]
    scene.clock.at = NOON + timedelta(days=1)
    assert await scene.service.picks(scene.stage.lin) == []
    assert await scene.service.picks(scene.stage.zhao) == []


async def test_a_skip_is_kept_for_the_day(scene: Scene) -> None:
    offer_id = await scene.offer()
    assert await scene.service.skip(scene.stage.lin, offer_id)
    assert not await scene.service.skip(scene.stage.lin, OfferId(999))
    async with scene.database.read() as connection:
        found = await shortlists.list_skipped(connection, [scene.stage.lin], DAY)
    assert found == {scene.stage.lin: {offer_id}}
