"""Sunny Court and Rose Lane over offers enough for weeks, and a clock that runs through them."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update

from bot.domain.programmes import Programme
from bot.domain.records import GroupId
from bot.services.posts.publishing import Publishing
from bot.services.posts.scheduling import Scheduling
from bot.services.schedules import together
from bot.services.schedules.together import Schedules
from storage.database import Database
from storage.tables import groups, openings, posts, slot_runs
from tests import cast
from tests.bot.services.stand_ins import PROGRAMMES, TEXTS, Clock
from tests.cast import NOON, SUNNY_COURT, Stage

FENXIANG: Mapping[str, Programme] = {
    "fenxiang": replace(
        PROGRAMMES["fenxiang"], picks_per_slot=1, freshness_hours=10_000, repeat_days=1
    )
}
OFFERS = 12


@dataclass
class Street:
    """Lin's two groups as the clock finds them."""

    database: Database
    clock: Clock
    stage: Stage
    rose_lane: GroupId
    programmes: Mapping[str, Programme]

    @property
    def schedules(self) -> Schedules:
        """What people ask of schedules."""
        return together.build(self.database, self.programmes, self.clock)

    async def runs_until(self, end: datetime) -> None:
        """Let each slot open in its time until ``end``."""
        scheduling = Scheduling(self.database, self.programmes, self.clock)
        publishing = Publishing(
            self.database, self.programmes, TEXTS, self.clock, os.urandom, "https://haowu.example"
        )
        while await scheduling.adopt():
            pass
        while self.clock.at < end:
            while await publishing.plan_due():
                pass
            async with self.database.read() as connection:
                next_at = await connection.scalar(select(func.min(openings.c.opens_at)))
            self.clock.at = min(next_at or end, end)

    async def rows(self, table: Any = posts) -> list[Any]:
        """Every row, the earliest first."""
        async with self.database.read() as connection:
            return list(await connection.execute(select(table).order_by(table.c.id)))

    async def outcomes(self) -> set[tuple[str, str, str | None]]:
        """(slot, outcome, reason) of every slot that ran."""
        return {(row.slot, row.outcome, row.reason) for row in await self.rows(slot_runs)}


async def street(
    database: Database, programmes: Mapping[str, Programme] = FENXIANG, *, age_days: int = 0
) -> Street:
    """Lin with two groups that were connected so many days ago."""
    stage = await cast.set_stage(database)
    connected_at = NOON - timedelta(days=age_days)
    async with database.write() as connection:
        await connection.execute(update(groups).values(connected_at=connected_at))
        rose_lane = await cast.add_group(
            connection, stage.lin, SUNNY_COURT - 1, title="Rose Lane", connected_at=connected_at
        )
        for number in range(OFFERS):
            await cast.add_offer(connection, f"p-{number}")
    return Street(database, Clock(NOON), stage, rose_lane, programmes)
