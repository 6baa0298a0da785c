"""Quiet hours and blackout dates: nothing is planned in them, and what waited is cut."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.records import PersonId
from bot.domain.schedules.blackouts import parse_blackout
from bot.domain.schedules.rules import Quiet
from bot.errors import InputError, NotAllowedError, NotFoundError
from bot.services.schedules.outcomes import Changed, Refusal, Refused
from storage.database import Database
from storage.schedules import copy
from storage.tables import audit, notices, posts, slot_runs
from tests.bot.services.schedules.stage import FENXIANG, Street, street
from tests.cast import NOON

EVENING = datetime(2026, 11, 22, 11, 30, tzinfo=UTC)
NIGHT = NOON + timedelta(hours=10)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def place(database: Database) -> Street:
    """Lin's two groups, new."""
    return await street(database)


async def test_a_slot_that_falls_wholly_into_quiet_hours_posts_nothing_and_says_so_once(
    place: Street,
) -> None:
    found = await place.schedules.changing.set_quiet(place.stage.lin, Quiet("19:00", "20:30"))
    assert found == Changed(2)
    await place.runs_until(NOON + timedelta(days=3))
    assert {outcome for slot, outcome, _ in await place.outcomes() if slot == "evening"} == {
        "quiet"
    }
    assert {row.slot for row in await place.rows()} == {"morning", "noon"}
    async with place.database.read() as connection:
        told = [row for row in await connection.execute(notices.select())]
    assert [(row.text, row.words) for row in told] == [
        ("schedule.told_quiet", {"slot": "evening", "groups": 2})
    ]


async def test_the_window_is_cut_where_quiet_hours_overlap_it(place: Street) -> None:
    await place.schedules.operating.set_quiet(
        f"group:{place.rose_lane}", Quiet("19:40", "19:50"), by="ouyang"
    )
    await place.schedules.operating.set_quiet(
        "programme:fenxiang", Quiet("22:00", "08:20"), by="ouyang"
    )
    await place.runs_until(NOON + timedelta(days=1))
    by_slot = {(row.group_id, row.slot): row for row in await place.rows()}
    evening = by_slot[place.rose_lane, "evening"]
    assert evening.closes_at == EVENING + timedelta(minutes=10)
    assert EVENING <= evening.due_at < evening.closes_at
    morning = by_slot[place.stage.group, "morning"]
    assert f"{morning.due_at.astimezone(SHANGHAI):%H:%M}" >= "08:20"


async def test_a_blackout_date_is_silent_and_the_run_keeps_the_reason(place: Street) -> None:
    day = parse_blackout("2026-11-23", "away")
    await place.schedules.changing.add_blackout(place.stage.lin, day, group_id=place.rose_lane)
    await place.runs_until(NOON + timedelta(days=2))
    silent = {(row.group_id, row.day) for row in await place.rows(slot_runs)
              if row.outcome == "blackout"}  # fmt: skip
    assert silent == {(place.rose_lane, date(2026, 11, 23))}
    assert {row.reason for row in await place.rows(slot_runs) if row.outcome == "blackout"} == {
        "away"
    }
    posted = {row.day for row in await place.rows() if row.group_id == place.rose_lane}
    assert date(2026, 11, 23) not in posted
    assert date(2026, 11, 24) in posted


async def test_a_programmes_own_blackouts_and_quiet_hours_hold(database: Database) -> None:
    dark = replace(
        FENXIANG["fenxiang"],
        blackouts=(parse_blackout("2026-11-23"),),
        quiet=Quiet("12:00", "13:00"),
    )
    place = await street(database, {"fenxiang": dark})
    await place.runs_until(NOON + timedelta(days=2))
    assert {(row.day, row.slot) for row in await place.rows()} == {
        (date(2026, 11, 22), "evening"),
        (date(2026, 11, 24), "morning"),
    }
    await place.schedules.operating.set_quiet("programme:fenxiang", None, by="ouyang")
    await place.runs_until(NOON + timedelta(days=2, minutes=30))
    assert (date(2026, 11, 24), "noon") in {(row.day, row.slot) for row in await place.rows()}


async def test_what_waits_in_the_outbox_is_cut_or_taken_back(place: Street) -> None:
    await place.runs_until(EVENING + timedelta(seconds=1))
    waiting = [row for row in await place.rows() if row.slot == "evening"]
    assert [row.state for row in waiting] == ["planned", "planned"]
    changing = place.schedules.changing
    await changing.set_quiet(place.stage.lin, Quiet("19:30", "19:50"), group_id=place.stage.group)
    await changing.add_blackout(
        place.stage.lin, parse_blackout("2026-11-22"), group_id=place.rose_lane
    )
    first, second = (row for row in await place.rows() if row.slot == "evening")
    assert (first.state, first.due_at) == ("planned", EVENING + timedelta(minutes=20))
    assert (second.state, second.error) == ("cancelled", "blackout")
    await changing.set_quiet(place.stage.lin, Quiet("19:00", "20:30"), group_id=place.stage.group)
    first, _ = (row for row in await place.rows() if row.slot == "evening")
    assert (first.state, first.error) == ("cancelled", "quiet")


async def test_a_slot_is_changed_within_the_bounds_and_the_openings_follow(place: Street) -> None:
    changing, lin = place.schedules.changing, place.stage.lin
    found = await changing.set_slot(lin, "evening", "19:00", "19:30", (0, 1))
    assert isinstance(found, Changed)
    assert (found.groups, found.is_silent) == (2, False)
    await place.runs_until(NOON + timedelta(hours=20))
    assert "evening" not in {row.slot for row in await place.rows()}
    assert await changing.set_slot(lin, "evening", "05:00", "05:30") == Refused(
        Refusal.EARLY, FENXIANG["fenxiang"].bounds
    )
    moved = await changing.move_slot(lin, "noon", 30, group_id=place.rose_lane)
    assert isinstance(moved, Changed)
    assert (moved.groups, moved.plan and moved.plan.opens) == (1, "12:30")
    late = await changing.move_slot(lin, "night", 180)
    assert isinstance(late, Refused)
    assert await changing.move_slot(lin, "gone", 30) == Refused(Refusal.NO_SLOT)
    switched = await changing.switch_slot(lin, "noon", is_off=True)
    assert isinstance(switched, Changed)
    async with place.database.read() as connection:
        written = [row.action for row in await connection.execute(audit.select())]
    assert written.count("slots set") == 3


async def test_what_is_fixed_stays_and_others_have_no_schedule(database: Database) -> None:
    bounds = replace(FENXIANG["fenxiang"].bounds, may_change=False)
    fixed = replace(FENXIANG["fenxiang"], bounds=bounds)
    place = await street(database, {"fenxiang": fixed})
    changing = place.schedules.changing
    assert await changing.set_quiet(place.stage.lin, None) == Refused(Refusal.FIXED)
    with pytest.raises(NotAllowedError):
        await changing.set_quiet(PersonId(999), None)
    with pytest.raises(NotAllowedError):
        await place.schedules.viewing.view(PersonId(999))


async def test_nobody_changes_a_group_of_somebody_else(place: Street) -> None:
    found = await place.schedules.changing.set_quiet(
        place.stage.chen, Quiet("22:00", "08:00"), group_id=place.rose_lane
    )
    assert found == Refused(Refusal.NO_GROUP)
    await place.schedules.changing.add_blackout(place.stage.lin, parse_blackout("2026-12-24"))
    view = await place.schedules.viewing.view(place.stage.lin)
    ((kind, day),) = view.scheme.blackouts
    assert kind == "promoter"
    refused = await place.schedules.changing.remove_blackout(place.stage.chen, day.id)
    assert refused == Refused(Refusal.NO_BLACKOUT)
    undone = await place.schedules.changing.remove_blackout(place.stage.lin, day.id)
    assert not isinstance(undone, Refused)


async def test_days_off_are_limited_and_lie_ahead(place: Street) -> None:
    add = place.schedules.changing.add_blackout
    assert await add(place.stage.lin, parse_blackout("2026-11-21")) == Refused(Refusal.PAST)
    for day in range(1, 21):
        await add(place.stage.lin, parse_blackout(f"2026-12-{day:02}"))
    assert await add(place.stage.lin, parse_blackout("2026-12-31")) == Refused(
        Refusal.TOO_MANY_BLACKOUTS
    )
    too_long = await place.schedules.changing.set_quiet(place.stage.lin, Quiet("01:00", "00:00"))
    assert too_long == Refused(Refusal.QUIET_LONG)


async def test_operators_see_and_set_every_scope(place: Street) -> None:
    operating = place.schedules.operating
    await operating.set_quiet(f"promoter:{place.stage.lin}", Quiet("21:00", "08:00"), by="o")
    assert [(scope, str(hours)) for scope, hours, _ in await operating.quiet_hours()] == [
        ("programme:fenxiang", "22:30-06:30"), (f"promoter:{place.stage.lin}", "21:00-08:00"),
    ]  # fmt: skip
    await operating.set_quiet(f"promoter:{place.stage.lin}", None, by="o")
    assert len(await operating.quiet_hours()) == 1
    await operating.add_blackout("programme:fenxiang", parse_blackout("2026-12-24"), by="o")
    ((scope, day),) = await operating.blackouts(NOON.date())
    assert (scope, str(day)) == ("programme:fenxiang", "2026-12-24")
    assert str(await operating.remove_blackout(scope, "2026-12-24", by="o")) == "2026-12-24"
    with pytest.raises(NotFoundError):
        await operating.remove_blackout(scope, "2026-12-24", by="o")
    with pytest.raises(InputError):
        await operating.remove_blackout(scope, "soon", by="o")
    with pytest.raises(InputError):
        await operating.set_quiet("everybody", None, by="o")
    assert operating.festivals(NOON.date())[0][1].festival.name == "black_friday"


async def test_a_groups_schedule_is_copied_whole(place: Street) -> None:
    changing, lin = place.schedules.changing, place.stage.lin
    own = place.stage.group
    await changing.set_slot(lin, "noon", "11:00", "11:30", group_id=own)
    await changing.set_quiet(lin, Quiet("21:00", "08:00"), group_id=own)
    await changing.add_blackout(lin, parse_blackout("2026-12-24", "away"), group_id=own)
    await changing.set_quiet(lin, Quiet("20:00", "08:00"), group_id=place.rose_lane)
    async with place.database.write() as connection:
        assert await copy(connection, own, place.rose_lane) == 3
        assert await copy(connection, own, own) == 0
    view = await place.schedules.viewing.view(lin, place.rose_lane, language="zh")
    assert [str(quiet) for kind, quiet in view.scheme.quiets if kind == "group"] == ["21:00-08:00"]
    assert [each.reason for kind, each in view.scheme.blackouts if kind == "group"] == ["away"]
    noon = next(each for each in view.scheme.slots if each.plan.name == "noon")
    assert (noon.plan.opens, noon.is_own) == ("11:00", True)
    all_groups = await place.schedules.viewing.view(lin)
    assert {group.id for group in all_groups.differing} == {own, place.rose_lane}
    assert all_groups.next_slot == "evening"


async def test_a_post_of_the_past_is_left_alone(place: Street) -> None:
    await place.runs_until(EVENING + timedelta(seconds=1))
    place.clock.at = EVENING + timedelta(hours=1)
    await place.schedules.changing.set_quiet(place.stage.lin, Quiet("19:30", "20:30"))
    assert {row.state for row in await place.rows(posts)} == {"planned"}
