"""Lin's groups, one offer, and every process that may be at them at one time."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.domain.posts.budgets import Limits
from bot.domain.programmes import Programme
from bot.domain.records import GroupId, OfferId
from bot.services.leaving import together
from bot.services.leaving.together import Leaving
from bot.services.posts.publishing import Publishing
from bot.services.posts.scheduling import Scheduling
from bot.services.posts.sending import Sending
from storage.database import Database
from tests import cast
from tests.bot.services.stand_ins import PROGRAMMES, TEXTS, Clock, Sender
from tests.cast import BOT, NOON, SUNNY_COURT, Stage

FAST = Limits(per_second=10_000, chat_gap_seconds=0.0, group_per_minute=1_000)
ROSE_LANE = SUNNY_COURT - 1
EVENING = datetime(2026, 11, 22, 11, 31, tzinfo=UTC)
FENXIANG: Mapping[str, Programme] = PROGRAMMES | {
    "fenxiang": replace(PROGRAMMES["fenxiang"], picks_per_slot=1, freshness_hours=10_000)
}


@dataclass
class Home:
    """The stage, two groups of Lin's, the services, and whatever else is at work."""

    database: Database
    stage: Stage
    rose_lane: GroupId
    clock: Clock
    leaving: Leaving

    def again(self) -> Leaving:
        """The services of another process."""
        return leaving_of(self.database, self.clock)

    def publishing(self) -> Publishing:
        """A planner."""
        return Publishing(
            self.database, FENXIANG, TEXTS, self.clock, os.urandom, "https://haowu.example"
        )

    def scheduling(self) -> Scheduling:
        """Whoever makes openings."""
        return Scheduling(self.database, FENXIANG, self.clock)

    def sending(self, sender: Sender) -> Sending:
        """An outbox."""
        return Sending(
            self.database, sender, TEXTS, self.clock, os.urandom, BOT, FAST, is_first=True
        )

    async def offer(self, name: str = "tea") -> OfferId:
        """An offer."""
        async with self.database.write() as connection:
            return await cast.add_offer(connection, name)

    async def rows(self, table: Any) -> list[Any]:
        """Every row, by its key; what waits is written down first."""
        await self.leaving.arriving.flush()
        async with self.database.read() as connection:
            return list(await connection.execute(select(table).order_by(*table.primary_key)))

    async def change(self, table: Any, *where: Any, **values: Any) -> None:
        """Set columns."""
        async with self.database.write() as connection:
            await connection.execute(update(table).where(*where).values(**values))


def leaving_of(database: Database, clock: Clock) -> Leaving:
    """The services over a clock."""
    return together.build(database, FENXIANG, clock, os.urandom, ZoneInfo("Asia/Shanghai"))


@pytest.fixture
async def home(database: Database) -> Home:
    """Sunny Court and Rose Lane are Lin's; it is noon."""
    stage, clock = await cast.set_stage(database), Clock(NOON)
    async with database.write() as connection:
        rose_lane = await cast.add_group(connection, stage.lin, ROSE_LANE, title="Rose Lane")
    return Home(database, stage, rose_lane, clock, leaving_of(database, clock))
