"""Slots that open: exactly once a group, day and slot; picks first; what is missed is said."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.programmes import Programme, SlotPlan
from bot.domain.records import GroupId, OfferId
from bot.errors import NotFoundError
from bot.services.catalogue.shortlisting import Picked, Shortlisting
from bot.services.posts.publishing import Publishing
from bot.services.posts.scheduling import Scheduling
from storage.database import Database
from storage.tables import groups, links, notices, offers, openings, posts, promoters, slot_runs
from tests import cast
from tests.bot.services.stand_ins import PROGRAMMES, TEXTS, Clock
from tests.cast import NOON, SUNNY_COURT, Stage

EVENING = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
"""When the evening slot of fenxiang opens in Shanghai."""
ONE_PICK: Mapping[str, Programme] = {
    "fenxiang": replace(
        PROGRAMMES["fenxiang"], picks_per_slot=1, freshness_hours=10_000, festivals=()
    )
}
TWO_PICKS: Mapping[str, Programme] = {"fenxiang": replace(ONE_PICK["fenxiang"], picks_per_slot=2)}


@pytest.fixture
async def stage(database: Database) -> Stage:
    """The cast and five offers."""
    stage = await cast.set_stage(database)
    async with database.write() as connection:
        for number in range(1, 6):
            await cast.add_offer(connection, f"p-{number}")
    return stage


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock(NOON)


def publishing(
    database: Database, clock: Clock, programmes: Mapping[str, Programme] = ONE_PICK
) -> Publishing:
    """A worker of its own."""
    return Publishing(database, programmes, TEXTS, clock, os.urandom, "https://haowu.example")


def scheduling(
    database: Database, clock: Clock, programmes: Mapping[str, Programme] = ONE_PICK
) -> Scheduling:
    """Slots over the same programmes."""
    return Scheduling(database, programmes, clock)


async def rows(database: Database, table: Any) -> list[Any]:
    """Every row, the earliest first."""
    async with database.read() as connection:
        return list(await connection.execute(select(table).order_by(*table.primary_key)))


async def change(database: Database, table: Any, **values: Any) -> None:
    """Set columns of every row."""
    async with database.write() as connection:
        await connection.execute(update(table).values(**values))


async def test_a_due_slot_becomes_posts_with_links_that_carry_the_sub_id(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await scheduling(database, clock).adopt()
    clock.at = EVENING
    worker = publishing(
        database, clock, {"fenxiang": replace(ONE_PICK["fenxiang"], picks_per_slot=2)}
    )
    assert await worker.plan_due() == 2
    assert await worker.plan_due() == 0
    found = [post for post in await rows(database, posts) if post.slot == "evening"]
    minted = {link.post_id: link for link in await rows(database, links)}
    assert [(post.group_id, post.ordinal, post.state) for post in found] == [
        (stage.group, 1, "planned"), (stage.group, 2, "planned"),
    ]  # fmt: skip
    for post in found:
        link = minted[post.id]
        assert post.rendered["buttons"][0][0]["url"] == f"https://haowu.example/r/{link.code}"
        assert link.target_url.endswith(f"?subid={link.code}")
        assert (link.offer_id, link.group_id, link.promoter_id) == (
            post.offer_id, stage.group, stage.lin,
        )  # fmt: skip
        assert post.rendered["html"].startswith("「广告」")
        assert post.is_autopilot
        assert EVENING <= post.due_at < post.closes_at == EVENING + timedelta(minutes=30)
    assert found[0].offer_id != found[1].offer_id


async def test_the_next_opening_is_that_of_the_next_day(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await scheduling(database, clock).adopt()
    clock.at = EVENING
    await publishing(database, clock).plan_due()
    found = {row.slot: row for row in await rows(database, openings)}
    assert found["evening"].opens_at == EVENING + timedelta(days=1)
    assert found["morning"].day == date(2026, 11, 23)


async def test_a_slot_runs_once_across_restarts_and_two_workers(
    database: Database, stage: Stage, clock: Clock
) -> None:
    async with database.write() as connection:
        for number in range(1, 40):
            await cast.add_group(connection, stage.lin, SUNNY_COURT - number)
            await cast.add_offer(connection, f"more-{number}")
    clocked = scheduling(database, clock)
    await clocked.adopt()
    clock.at = EVENING
    workers = [publishing(database, clock) for _ in range(2)]
    await asyncio.gather(*(worker.plan_due(7) for worker in workers * 6))
    while await publishing(database, clock).plan_due(7):
        await clocked.refresh([GroupId(row.id) for row in await rows(database, groups)])
    runs = [(row.group_id, row.day, row.slot) for row in await rows(database, slot_runs)]
    assert len(runs) == len(set(runs))
    evening = [row for row in await rows(database, posts) if row.slot == "evening"]
    assert len(evening) == len({row.group_id for row in evening}) == 40


async def test_a_window_that_is_over_is_skipped_once_and_its_promoter_told(
    database: Database, stage: Stage, clock: Clock
) -> None:
    async with database.write() as connection:
        await cast.add_group(connection, stage.lin, SUNNY_COURT - 1)
    await scheduling(database, clock).adopt()
    clock.at = EVENING + timedelta(minutes=30)
    worker = publishing(database, clock)
    while await worker.plan_due():
        pass
    outcomes = {(row.slot, row.outcome) for row in await rows(database, slot_runs)}
    assert outcomes == {("evening", "late"), ("noon", "late")}
    assert await rows(database, posts) == []
    told = {row.text: row.words for row in await rows(database, notices)}
    assert told["notice.late"]["groups"] == 2


async def test_after_a_long_outage_every_missed_slot_is_written_down_and_none_is_sent(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await scheduling(database, clock).adopt()
    clock.pass_(days=10)
    worker = publishing(database, clock)
    while await worker.plan_due():
        pass
    runs = await rows(database, slot_runs)
    days = [row.day for row in runs if row.slot == "morning"]
    assert days == [date(2026, 11, 23) + timedelta(days=number) for number in range(len(days))]
    # Noon's window is open when the program comes back.
    assert [row.outcome for row in runs].count("planned") == 1
    assert len(await rows(database, posts)) == 1
    assert len(await rows(database, notices)) <= 3


@pytest.mark.parametrize(
    ("table", "values", "outcome"),
    [
        (groups, {"is_paused": True}, "paused"),
        (groups, {"state": "warming"}, "below_floor"),
        (groups, {"lost_at": NOON}, "lost"),
        (groups, {"missing_rights": ["post"]}, "no_rights"),
        (groups, {"programme": "gone"}, "no_programme"),
        (promoters, {"status": "suspended"}, "not_unlocked"),
        (offers, {"ended_at": NOON}, "nothing_fresh"),
        (offers, {"seen_at": NOON - timedelta(days=999)}, "nothing_fresh"),
        (offers, {"url": "javascript:alert(1)"}, "nothing_fresh"),
    ],
)
async def test_nothing_is_posted_where_it_may_not_be_and_the_reason_is_kept(
    database: Database, stage: Stage, clock: Clock, table: Any, values: dict[str, Any], outcome: str
) -> None:
    await scheduling(database, clock).adopt()
    await change(database, table, **values)
    clock.at = EVENING
    await publishing(database, clock).plan_due()
    kept = [row.outcome for row in await rows(database, slot_runs) if row.slot == "evening"]
    assert kept == [outcome]
    assert await rows(database, posts) == []


async def test_a_closed_group_has_no_openings_any_more(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await scheduling(database, clock).adopt()
    await change(database, groups, state="closed")
    clock.pass_(days=1)
    await publishing(database, clock).plan_due()
    assert await rows(database, openings) == []


async def test_the_promoters_pick_comes_first_and_autopilot_fills_up(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await scheduling(database, clock, TWO_PICKS).adopt()
    clock.pass_(hours=1)
    await publishing(database, clock, TWO_PICKS).plan_due()
    picked = await Shortlisting(database, TWO_PICKS, clock).pick(
        stage.lin, OfferId(4), slot="evening", group_id=stage.group
    )
    assert isinstance(picked, Picked)
    ahead = await publishing(database, clock, TWO_PICKS).next_posts(stage.group, "evening")
    clock.at = EVENING
    await publishing(database, clock, TWO_PICKS).plan_due()
    found = [row for row in await rows(database, posts) if row.slot == "evening"]
    assert [(row.offer_id == 4, row.is_autopilot) for row in found] == [
        (True, False),
        (False, True),
    ]
    assert ahead is not None
    assert not ahead.is_autopilot
    assert [row.rendered["html"] for row in found] == [each.html for each in ahead.rendered]


async def test_an_offer_does_not_return_within_the_days_without_repeats(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await scheduling(database, clock).adopt()
    worker = publishing(database, clock)
    for _ in range(3 * 24):
        clock.pass_(hours=1)
        while await worker.plan_due():
            pass
    found = await rows(database, posts)
    assert len(found) == len({row.offer_id for row in found}) == 5
    assert "nothing_fresh" in {row.outcome for row in await rows(database, slot_runs)}


async def test_groups_of_one_promoter_never_get_the_same_offer_on_one_day_by_themselves(
    database: Database, stage: Stage, clock: Clock
) -> None:
    async with database.write() as connection:
        for number in range(1, 7):
            await cast.add_group(connection, stage.lin, SUNNY_COURT - number)
        other = await cast.add_group(connection, stage.chen, SUNNY_COURT - 9)
    worker = publishing(database, clock)
    results = await worker.publish_now("evening", by="test")
    assert Counter(result.outcome for result in results) == {"planned": 6, "nothing_fresh": 2}
    found = await rows(database, posts)
    own = [row.offer_id for row in found if row.group_id != other]
    assert len(own) == len(set(own)) == 5
    # Groups of another promoter are other people's: they may have the same.
    assert {row.offer_id for row in found if row.group_id == other} < set(own)


async def test_groups_go_on_behind_the_shortlist_before_they_repeat_one_another(
    database: Database, stage: Stage, clock: Clock
) -> None:
    short = {"fenxiang": replace(ONE_PICK["fenxiang"], shortlist_size=2)}
    async with database.write() as connection:
        for number in range(1, 4):
            await cast.add_group(connection, stage.lin, SUNNY_COURT - number)
    worker = replace(publishing(database, clock), programmes=short)
    assert {one.outcome for one in await worker.publish_now("evening", by="test")} == {"planned"}
    found = [row.offer_id for row in await rows(database, posts)]
    assert len(found) == len(set(found)) == 4


async def test_publishing_now_is_once_a_day_and_takes_the_place_of_the_slot(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await scheduling(database, clock).adopt()
    worker = publishing(database, clock)
    [dry] = await worker.publish_now("evening", is_dry_run=True, by="test")
    assert (dry.outcome, len(dry.posts)) == ("planned", 1)
    assert await rows(database, posts) == []
    [first] = await worker.publish_now("evening", group_id=stage.group, by="test")
    [second] = await worker.publish_now("evening", by="test")
    assert (first.outcome, second.outcome, second.posts) == ("planned", "already", ())
    assert dry.posts[0].html == first.posts[0].html
    [post] = await rows(database, posts)
    assert post.due_at == NOON
    clock.at = EVENING
    await worker.plan_due()
    assert len([row for row in await rows(database, posts) if row.slot == "evening"]) == 1
    assert [each.outcome for each in await worker.publish_now("brunch", by="test")] == ["no_slot"]
    with pytest.raises(NotFoundError):
        await worker.publish_now("noon", group_id=GroupId(99), by="test")


async def test_a_slot_that_came_to_nothing_may_be_opened_by_hand(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await scheduling(database, clock).adopt()
    clock.at = EVENING + timedelta(hours=1)
    worker = publishing(database, clock)
    while await worker.plan_due():
        pass
    await change(database, groups, is_paused=True)
    [paused] = await worker.publish_now("evening", by="test")
    await change(database, groups, is_paused=False)
    [opened] = await worker.publish_now("evening", by="test")
    [again] = await worker.publish_now("evening", by="test")
    assert (paused.outcome, opened.outcome, again.outcome) == ("paused", "planned", "already")
    outcomes = {row.slot: row.outcome for row in await rows(database, slot_runs)}
    assert outcomes["evening"] == "planned"


async def test_an_empty_catalogue_does_not_use_up_the_day(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await change(database, offers, ended_at=NOON)
    worker = publishing(database, clock)
    [before] = await worker.publish_now("noon", by="test")
    await change(database, offers, ended_at=None)
    [after] = await worker.publish_now("noon", by="test")
    assert (before.outcome, after.outcome) == ("nothing_fresh", "planned")


async def test_a_preview_writes_nothing_and_leads_to_the_shop(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await change(database, groups, state="warming")
    worker = publishing(database, clock)
    [rendered] = await worker.preview(stage.group)
    assert rendered.buttons[0][0].url.startswith("https://shop.example.com/p-")
    ahead = await worker.next_posts(stage.group)
    assert ahead is not None
    assert (ahead.slot, ahead.is_autopilot, ahead.opens_at) == ("noon", True, NOON)
    assert await worker.preview(stage.group, "brunch") == []
    assert await rows(database, links) == []
    with pytest.raises(NotFoundError):
        await worker.preview(GroupId(99))


async def test_a_preview_after_the_slot_ran_is_of_the_next_day(
    database: Database, stage: Stage, clock: Clock
) -> None:
    worker = publishing(database, clock)
    await worker.publish_now("noon", by="test")
    ahead = await worker.next_posts(stage.group, "noon")
    assert ahead is not None
    assert ahead.opens_at == NOON + timedelta(days=1)


async def test_a_link_leads_to_the_offers_own_address_with_the_sub_id(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await change(database, offers, url="http://shop.example.com/p?x=1")
    await publishing(database, clock).publish_now("noon", by="test")
    [link] = await rows(database, links)
    assert link.target_url == f"http://shop.example.com/p?x=1&subid={link.code}"


async def test_the_clocks_change_neither_skips_nor_doubles_a_slot(
    database: Database, clock: Clock
) -> None:
    programme = replace(
        ONE_PICK["fenxiang"],
        slots=(replace(PROGRAMMES["fenxiang"].slots[0], opens="02:30", closes="03:30"),),
    )
    clock.at = datetime(2026, 3, 27, tzinfo=UTC)
    async with database.write() as connection:
        lin = await cast.add_promoter(connection, cast.LIN, "Lin")
        await cast.add_group(connection, lin, timezone="Europe/Berlin")
        await cast.add_group(connection, lin, SUNNY_COURT - 1, timezone="America/New_York")
    programmes = {"fenxiang": programme}
    await scheduling(database, clock, programmes).adopt()
    for start in (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)):
        clock.at = start
        for _ in range(4 * 24 * 2):
            clock.pass_(minutes=30)
            while await publishing(database, clock, programmes).plan_due():
                pass
    runs = await rows(database, slot_runs)
    for group_id in (1, 2):
        days = [row.day for row in runs if row.group_id == group_id]
        assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
        assert len(days) > 200


@pytest.mark.slow
async def test_a_year_in_eight_zones_runs_every_slot_exactly_once(
    database: Database, clock: Clock
) -> None:
    zones = (
        "Europe/Berlin America/New_York Europe/London Australia/Lord_Howe Asia/Shanghai "
        "America/Sao_Paulo Asia/Kolkata UTC"
    ).split()
    # Openings in the hours that clocks skip and repeat; windows longer than a stall.
    plans = tuple(SlotPlan(f"s{hour}", f"{hour:02}:15", f"{hour + 5:02}:15") for hour in (0, 2))
    programmes = {"fenxiang": replace(ONE_PICK["fenxiang"], slots=plans, freshness_hours=10**6)}
    clock.at = datetime(2026, 1, 1, tzinfo=UTC)
    async with database.write() as connection:
        lin = await cast.add_promoter(connection, cast.LIN, "Lin")
        for number, zone in enumerate(zones):
            await cast.add_group(connection, lin, SUNNY_COURT - number, timezone=zone)
    await scheduling(database, clock, programmes).adopt()
    chance = random.Random(7)  # noqa: S311 - stalls, not a secret
    while clock.at < datetime(2027, 1, 2, tzinfo=UTC):
        clock.pass_(minutes=chance.choice((60, 120, 180)))
        workers = [publishing(database, clock, programmes) for _ in range(chance.choice((1, 2)))]
        while any(await asyncio.gather(*(worker.plan_due() for worker in workers))):
            pass
    runs = await rows(database, slot_runs)
    assert len(runs) == len({(row.group_id, row.day, row.slot) for row in runs})
    # Windows that were closing when the year began may be over at its first tick.
    assert all(row.day <= date(2026, 1, 1) for row in runs if row.outcome == "late")
    for group_id in range(1, len(zones) + 1):
        for plan in plans:
            days = {row.day for row in runs if (row.group_id, row.slot) == (group_id, plan.name)}
            assert {date(2026, 1, 2) + timedelta(days=number) for number in range(364)} <= days


async def test_a_post_knows_the_bot_that_serves_its_group(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await change(database, groups, bot_id=700_000_001)
    async with database.write() as connection:
        unknown = await cast.add_group(connection, stage.lin, SUNNY_COURT - 1, bot_id=None)
    await publishing(database, clock).publish_now("noon", by="test")
    found = {row.group_id: row.bot_id for row in await rows(database, posts)}
    assert found == {stage.group: 700_000_001, unknown: None}


async def test_posts_are_worded_anew_once_their_offer_changed(
    database: Database, stage: Stage, clock: Clock
) -> None:
    await scheduling(database, clock).adopt()
    async with database.write() as connection:
        for number in range(1, 5):
            await cast.add_group(connection, stage.lin, SUNNY_COURT - number)
    await scheduling(database, clock).adopt()
    clock.at = EVENING
    worker = publishing(database, clock)
    # Noon's five openings are over, two of the evening's are planned.
    await worker.plan_due(7)
    await change(database, offers, sale_price_minor=1234)
    while await worker.plan_due(3):
        pass
    found = [row for row in await rows(database, posts) if row.slot == "evening"]
    told = ["12.34" in row.rendered["html"] for row in found]
    assert {True, False} == set(told)
    assert told == sorted(told)
