"""Watching: what is late is counted, what is well is not, and a gone database is told."""

from datetime import timedelta

from sqlalchemy import insert, text

from bot.services.watching import LATE_AFTER, TOTALS_FRESH_FOR, Pulse, Watching
from storage.database import Database
from storage.tables import openings
from tests.bot.services.links.test_tracking import Clock
from tests.cast import NOON, add_post, set_stage


async def test_late_openings_waiting_posts_and_uncertain_ones_are_counted(
    database: Database,
) -> None:
    stage = await set_stage(database)
    ages = [LATE_AFTER + timedelta(seconds=1), LATE_AFTER - timedelta(seconds=1)]
    async with database.write() as connection:
        for number, age in enumerate(ages):
            row = {
                "group_id": stage.group,
                "slot": f"slot {number}",
                "day": NOON.date(),
                "opens_at": NOON - age,
                "closes_at": NOON,
            }
            await connection.execute(insert(openings), [row])
        states = ["planned", "planned", "planned", "uncertain", "sent"]
        due = [NOON - timedelta(seconds=9), NOON - timedelta(seconds=40), NOON + timedelta(hours=1)]
        for ordinal, state in enumerate(states):
            await add_post(
                connection, stage.group, stage.lin, ordinal=ordinal, state=state,
                due_at=due[ordinal] if ordinal < len(due) else NOON - timedelta(hours=9),
            )  # fmt: skip
    health = await Watching(database, lambda: NOON, Pulse(lambda: NOON)).health()
    assert health.is_well
    assert health.openings_overdue == 1
    assert health.outbox_age == timedelta(seconds=40)
    assert health.uncertain_posts == 1


async def test_totals_are_read_at_most_once_a_minute(database: Database) -> None:
    stage = await set_stage(database)
    clock = Clock()
    watching = Watching(database, clock, Pulse(clock))
    first = await watching.totals()
    assert first is not None
    assert (first.posts, first.conversions, first.person_clicks) == ({}, {}, 0)
    async with database.write() as connection:
        await add_post(connection, stage.group, stage.lin)
    assert await watching.totals() is first
    clock.at += TOTALS_FRESH_FOR
    second = await watching.totals()
    assert second is not None
    assert second.posts == {"sent": 1}


async def test_a_database_without_its_tables_is_not_well(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE openings RENAME TO away"))
        await connection.execute(text("ALTER TABLE click_hours RENAME TO elsewhere"))
    watching = Watching(database, lambda: NOON, Pulse(lambda: NOON))
    health = await watching.health()
    assert not health.is_well
    assert not health.is_database_well
    assert health.openings_overdue is None
    assert await watching.totals() is None


def test_a_job_must_beat_in_its_time_from_the_moment_it_is_expected() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    pulse.beat("unexpected")
    pulse.expect("slots", within=timedelta(seconds=30))
    clock.at += timedelta(seconds=30)
    assert pulse.stalled() == []
    clock.at += timedelta(seconds=1)
    assert pulse.stalled() == ["slots"]
    pulse.beat("slots")
    assert pulse.stalled() == []
    assert pulse.ages() == {"slots": timedelta(0), "unexpected": timedelta(seconds=31)}


def test_the_lag_of_updates_is_never_negative() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    assert pulse.lag is None
    pulse.updated(NOON - timedelta(seconds=3))
    assert pulse.lag == timedelta(seconds=3)
    pulse.updated(NOON + timedelta(seconds=1))
    assert pulse.lag == timedelta(0)
