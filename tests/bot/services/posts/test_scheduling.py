"""Slots over all: the file's, what was set by hand, and the openings that follow from them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.posts.slots import Opening, SlotKey
from bot.domain.records import Group, GroupId
from bot.errors import InputError, NotFoundError
from bot.services.posts.scheduling import Scheduling
from storage.database import Database
from storage.people import groups
from storage.posts import slots
from storage.tables import audit, openings
from storage.tables import groups as group_rows
from tests import cast
from tests.bot.services.stand_ins import PROGRAMMES, Clock
from tests.cast import NOON, SUNNY_COURT, Stage

FENXIANG = {"fenxiang": replace(PROGRAMMES["fenxiang"], festivals=())}


@pytest.fixture
async def stage(database: Database) -> Stage:
    """The cast."""
    return await cast.set_stage(database)


@pytest.fixture
def clock() -> Clock:
    """Noon."""
    return Clock(NOON)


@pytest.fixture
def scheduling(database: Database, clock: Clock) -> Scheduling:
    """Over fenxiang alone."""
    return Scheduling(database, FENXIANG, clock)


async def group_of(database: Database, stage: Stage) -> Group:
    """Sunny Court."""
    async with database.read() as connection:
        found = await groups.find(connection, stage.group)
    assert found is not None
    return found


async def opens(database: Database) -> dict[tuple[int, str], datetime]:
    """When each group's slot opens next."""
    async with database.read() as connection:
        found = await connection.execute(select(openings))
        return {(row.group_id, row.slot): row.opens_at for row in found}


async def test_a_group_has_the_slots_of_its_programme(
    database: Database, stage: Stage, scheduling: Scheduling
) -> None:
    plans = await scheduling.plans(await group_of(database, stage))
    assert plans == tuple(sorted(FENXIANG["fenxiang"].slots, key=lambda plan: plan.opens))


async def test_what_is_nearer_to_the_group_counts(
    database: Database, stage: Stage, scheduling: Scheduling
) -> None:
    await scheduling.set("programme:fenxiang", "noon", "11:00", "11:30", by="ouyang")
    await scheduling.set(f"promoter:{stage.lin}", "noon", "11:10", "11:40", by="ouyang")
    await scheduling.set(f"group:{stage.group}", "late", "23:00", "01:00", [4, 5], by="ouyang")
    plans = {plan.name: plan for plan in await scheduling.plans(await group_of(database, stage))}
    assert plans["noon"].opens == "11:10"
    assert plans["late"].days == (4, 5)
    assert plans["morning"].opens == "08:00"
    rows = {(row.scope, row.plan.name): row for row in await scheduling.show()}
    assert rows["programme:fenxiang", "noon"].plan.opens == "11:00"
    assert rows["programme:fenxiang", "noon"].is_set
    assert not rows["programme:fenxiang", "morning"].is_set
    assert (f"group:{stage.group}", "late") in rows
    own = {row.plan.name: row.is_set for row in await scheduling.show(f"group:{stage.group}")}
    assert own == {"morning": False, "noon": False, "evening": False, "late": True}
    by_promoter = await scheduling.show(f"promoter:{stage.lin}")
    assert [row.plan.name for row in by_promoter] == ["noon"]
    async with database.read() as connection:
        assert len(list(await connection.execute(select(audit)))) == 3


@pytest.mark.parametrize(
    ("scope", "name", "window", "days", "fault"),
    [
        ("programme:none", "noon", ("11:00", "12:00"), [0], NotFoundError),
        ("group:99", "noon", ("11:00", "12:00"), [0], NotFoundError),
        ("promoter:99", "noon", ("11:00", "12:00"), [0], NotFoundError),
        ("everything", "noon", ("11:00", "12:00"), [0], InputError),
        ("group:x", "noon", ("11:00", "12:00"), [0], InputError),
        ("programme:fenxiang", "no on", ("11:00", "12:00"), [0], InputError),
        ("programme:fenxiang", "", ("11:00", "12:00"), [0], InputError),
        ("programme:fenxiang", "x" * 33, ("11:00", "12:00"), [0], InputError),
        ("programme:fenxiang", "send", ("11:00", "12:00"), [0], InputError),
        ("programme:fenxiang", "noon", ("11:00", "11:00"), [0], InputError),
        ("programme:fenxiang", "noon", ("11:00", "25:00"), [0], InputError),
        ("programme:fenxiang", "noon", ("11:00", "12:00"), [], InputError),
        ("programme:fenxiang", "noon", ("11:00", "12:00"), [7], InputError),
    ],
)
async def test_a_slot_that_cannot_be_is_refused_with_a_sentence(
    stage: Stage,
    scheduling: Scheduling,
    scope: str,
    name: str,
    window: tuple[str, str],
    days: list[int],
    fault: type[Exception],
) -> None:
    with pytest.raises(fault):
        await scheduling.set(scope, name, *window, days, by="ouyang")


async def test_groups_are_adopted_once_and_new_ones_later(
    database: Database, stage: Stage, scheduling: Scheduling
) -> None:
    assert await scheduling.adopt() == 1
    assert await scheduling.adopt() == 0
    async with database.write() as connection:
        await cast.add_group(connection, stage.lin, SUNNY_COURT - 1)
        await cast.add_group(connection, stage.lin, SUNNY_COURT - 2, state="closed")
    assert await scheduling.adopt() == 1
    found = await opens(database)
    assert len(found) == 6
    assert found[stage.group, "noon"] == NOON
    nexts = await scheduling.next_openings(stage.group)
    assert [each.slot for each in nexts] == ["noon", "evening", "morning"]


async def test_setting_a_slot_moves_the_openings_of_every_group_under_it(
    database: Database, stage: Stage, scheduling: Scheduling
) -> None:
    await scheduling.adopt()
    await scheduling.set("programme:fenxiang", "evening", "20:00", "20:30", by="ouyang")
    assert (await opens(database))[stage.group, "evening"] == datetime(2026, 11, 22, 12, tzinfo=UTC)


async def test_another_time_zone_moves_the_openings_and_a_slot_that_ran_waits_for_its_next_day(
    database: Database, stage: Stage, scheduling: Scheduling, clock: Clock
) -> None:
    await scheduling.adopt()
    async with database.write() as connection:
        ran = SlotKey(stage.group, date(2026, 11, 22), "morning")
        await slots.append_runs(connection, {ran: "planned"}, NOON)
        await connection.execute(update(group_rows).values(timezone="Europe/Berlin"))
    clock.at = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    await scheduling.refresh([stage.group])
    found = await opens(database)
    # Eight in Berlin is seven in UTC; this morning has been already, in another zone.
    assert found[stage.group, "morning"] == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert found[stage.group, "noon"] == datetime(2026, 11, 22, 11, 0, tzinfo=UTC)


async def test_a_slot_that_is_no_more_has_no_opening(
    database: Database, stage: Stage, scheduling: Scheduling
) -> None:
    async with database.write() as connection:
        gone = Opening(stage.group, "brunch", NOON.date(), NOON, NOON + timedelta(hours=1))
        await slots.set_openings(connection, [gone])
    await scheduling.refresh([stage.group])
    assert (stage.group, "brunch") not in await opens(database)


async def test_due_openings_are_asked_by_their_index(database: Database, stage: Stage) -> None:
    statement: Any = select(openings).where(openings.c.opens_at <= NOON)
    statement = statement.order_by(openings.c.opens_at).limit(500)
    async with database.read() as connection:
        sql = statement.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        prefix = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        if not database.is_sqlite:
            await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            await connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
        rows = await connection.exec_driver_sql(prefix + str(sql))
        explained = "\n".join(str(row) for row in rows)
    assert "ix_openings_opens_at" in explained


async def test_many_groups_are_refreshed_in_pieces(
    database: Database, stage: Stage, scheduling: Scheduling
) -> None:
    async with database.write() as connection:
        for number in range(1, 520):
            await cast.add_group(connection, stage.lin, SUNNY_COURT - number)
    assert await scheduling.adopt() == 500
    assert await scheduling.adopt() == 20
    await scheduling.set("programme:fenxiang", "noon", "13:00", "14:00", by="ouyang")
    found = await opens(database)
    moved = [at for (_, slot), at in found.items() if slot == "noon"]
    assert moved == [datetime(2026, 11, 22, 5, tzinfo=UTC)] * 520
    assert GroupId(520) in {GroupId(group_id) for group_id, _ in found}
