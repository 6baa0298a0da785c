"""What the clock does for links into groups."""

import os
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.services.leaving import together
from bot.services.leaving.arriving import Step
from schedules import leaving
from storage.database import Database
from storage.leaving import invite_links
from storage.tables import cohort_members
from tests.bot.services.stand_ins import PROGRAMMES, Clock
from tests.cast import NOON, SUNNY_COURT, set_stage


async def test_who_came_is_counted_at_night_and_forgotten_after_ninety_days(
    database: Database,
) -> None:
    stage, clock = await set_stage(database), Clock(NOON)
    services = together.build(database, PROGRAMMES, clock, os.urandom, ZoneInfo("Asia/Shanghai"))
    async with database.write() as connection:
        await invite_links.add(connection, stage.group, "flyer", "https://t.me/+x", NOON)
    step = Step(SUNNY_COURT, 5, came=True, at=NOON, url="https://t.me/+x")
    await services.arriving.note(step)
    await services.copying.begin(stage.lin, stage.group)
    assert await leaving.settle(services) == 0
    clock.at += timedelta(days=91)
    assert await leaving.settle(services) == 2
    async with database.read() as connection:
        assert (await connection.execute(cohort_members.select())).all() == []
