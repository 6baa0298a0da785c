"""Watching: what is late is counted, what is well is not, and a gone database is told."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.exc import DBAPIError

from bot.services.pulses import FORGOTTEN_AFTER, Outage, Pulse, Trouble
from bot.services.watching import (
    LATE_AFTER,
    LOCKED_AFTER,
    REFUSED_FRESH_FOR,
    TOTALS_FRESH_FOR,
    WRITTEN_FRESH_FOR,
    Watching,
)
from storage.database import Database
from storage.tables import openings, variables
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
    assert health.figures is not None
    assert health.figures.openings_overdue == 1
    assert health.figures.outbox_age == timedelta(seconds=40)
    assert health.figures.uncertain_posts == 1


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
    assert health.figures is None
    assert await watching.totals() is None


async def test_a_moved_file_is_told_and_the_way_back_too(tmp_path: Path) -> None:
    file, away = tmp_path / "haowu.db", tmp_path / "away"
    database = Database(f"sqlite:///{file}")
    await database.create()
    watching = Watching(database, lambda: NOON, Pulse(lambda: NOON))
    assert (await watching.health()).is_well
    file.rename(away)
    health = await watching.health()
    assert not health.is_well
    assert health.database_trouble == "the file is gone"
    away.rename(file)
    assert (await watching.health()).is_well
    await database.close()


async def fill(database: Database) -> None:
    """Write until there is no room for another row."""
    for number in range(10_000):
        async with database.write() as connection:
            row = {"name": f"word {number}", "value": "x" * 3_000}
            await connection.execute(insert(variables), [row])


async def test_a_full_disk_is_told_though_reading_works_and_so_is_its_end(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    await database.create()
    clock = Clock()
    watching = Watching(database, clock, Pulse(clock))

    async def allow(pages: int) -> None:
        # Every connection that the pool holds keeps its own limit.
        await database.engine.dispose()
        limits[0] = f"PRAGMA max_page_count = {pages}"

    limits = ["PRAGMA max_page_count = 1000000"]
    event.listen(
        database.engine.sync_engine, "connect", lambda made, _: made.cursor().execute(limits[0])
    )
    assert (await watching.health()).is_well
    await allow(1)
    with pytest.raises(DBAPIError):
        await fill(database)
    clock.at += REFUSED_FRESH_FOR
    health = await watching.health()
    assert health.is_database_well
    assert not health.is_well
    assert health.writes is not None
    assert health.writes.trouble == "disk full"
    await allow(1_000_000)
    clock.at += max(WRITTEN_FRESH_FOR, REFUSED_FRESH_FOR)
    assert (await watching.health()).is_well
    await database.close()


async def test_a_refused_write_of_anybody_counts_for_a_while(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    await database.create()
    clock = Clock()
    watching = Watching(database, clock, Pulse(clock))
    assert (await watching.health()).is_well
    async with database.read() as connection:
        await connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(DBAPIError):
            await connection.execute(insert(variables), [{"name": "word", "value": "x"}])
        await connection.exec_driver_sql("PRAGMA query_only = OFF")
    assert not (await watching.health()).is_well
    clock.at += REFUSED_FRESH_FOR
    assert (await watching.health()).is_well
    await database.close()


async def test_a_writer_who_never_ends_is_told_after_a_while(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    await database.create()
    clock = Clock()
    watching = Watching(database, clock, Pulse(clock))
    async with database.write():
        assert (await watching.health()).is_well
        clock.at += LOCKED_AFTER
        health = await watching.health()
        assert health.writes is not None
        assert health.writes.trouble == "locked"
    clock.at += LOCKED_AFTER
    await asyncio.sleep(0.2)
    assert (await watching.health()).is_well
    await database.close()


def test_what_telegram_does_is_kept_by_bot_and_door_until_it_is_old() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    assert not pulse.is_telegram_known
    pulse.missed(7, "chat", Trouble.UNREACHABLE)
    clock.at += timedelta(seconds=30)
    pulse.missed(7, "chat", Trouble.FAULTY)
    pulse.reached(8, "outbox")
    assert pulse.outages() == (Outage(7, "chat", Trouble.FAULTY, NOON),)
    pulse.missed(7, "polling", Trouble.OTHER_POLLER)
    pulse.reached(7, "outbox")
    assert [outage.door for outage in pulse.outages()] == ["polling"]
    pulse.reached(7, "polling")
    assert pulse.outages() == ()
    assert pulse.is_telegram_known
    pulse.missed(7, "outbox", Trouble.TOKEN_REFUSED)
    clock.at += FORGOTTEN_AFTER
    assert pulse.outages() == ()
    assert not pulse.is_telegram_known


def test_a_job_that_stumbles_ticks_and_is_named_until_it_runs_to_its_end() -> None:
    clock = Clock()
    pulse = Pulse(clock)
    pulse.expect("slots", within=timedelta(seconds=30))
    clock.at += timedelta(minutes=1)
    pulse.stumble("slots")
    assert (pulse.stalled(), pulse.stumbling()) == ([], ["slots"])
    pulse.beat("slots")
    assert pulse.stumbling() == []
    pulse.stumble("slots")
    pulse.leave("slots")
    assert (pulse.ages(), pulse.stumbling()) == ({}, [])


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
