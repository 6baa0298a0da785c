"""Lin with two groups, a shelf of offers, and the morning of a day with three slots."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bot.domain.decks.cards import Card, DeckId
from bot.domain.programmes import Programme
from bot.domain.records import GroupId, OfferId
from bot.services.decks.together import Decks, build
from bot.services.posts.publishing import Publishing
from bot.services.posts.scheduling import Scheduling
from storage.database import Database
from storage.decks import cards
from storage.tables import deck_cards, decks, notices
from tests import cast
from tests.bot.services.stand_ins import PROGRAMMES, TEXTS, Clock
from tests.cast import SUNNY_COURT, Stage

NIGHT = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
"""Four in the morning of the 23rd in Shanghai."""
SEVEN = NIGHT + timedelta(hours=3)
EIGHT = SEVEN + timedelta(hours=1)
"""When the morning slot of fenxiang opens."""
DAY = date(2026, 11, 23)
ONE_PICK: Mapping[str, Programme] = {
    "fenxiang": replace(PROGRAMMES["fenxiang"], picks_per_slot=1, freshness_hours=10_000)
}
LEAD = timedelta(minutes=60)


@dataclass
class Table:
    """What a test of decks has at hand."""

    database: Database
    clock: Clock
    stage: Stage
    rose_lane: GroupId
    offers: list[OfferId]
    programmes: Mapping[str, Programme] = None  # type: ignore[assignment]

    def decks(self, lead: timedelta = LEAD) -> Decks:
        """The services, as another process would build them."""
        return build(self.database, self.programmes or ONE_PICK, TEXTS, self.clock, lead)

    def publishing(self) -> Publishing:
        """What opens slots."""
        return Publishing(
            self.database,
            self.programmes or ONE_PICK,
            TEXTS,
            self.clock,
            os.urandom,
            "https://h.example",
        )

    async def plan(self) -> None:
        """Open whatever is due."""
        while await self.publishing().plan_due():
            pass

    async def adopt(self) -> None:
        """Make the openings of groups that have none."""
        while await Scheduling(self.database, self.programmes or ONE_PICK, self.clock).adopt():
            pass

    async def rows(self, table: Any) -> list[Any]:
        """Every row, the earliest first."""
        async with self.database.read() as connection:
            return list(await connection.execute(select(table).order_by(*table.primary_key)))

    async def dealt(self) -> list[Card]:
        """The cards of the last deck, in their order."""
        async with self.database.read() as connection:
            number = max((row.id for row in await connection.execute(select(decks))), default=0)
            return await cards.list_of(connection, DeckId(number))

    async def texts_told(self) -> list[str]:
        """The keys of what waits to be told."""
        return sorted(row.text for row in await self.rows(notices))

    async def counts(self) -> tuple[int, int]:
        """How many decks and cards there are."""
        return len(await self.rows(decks)), len(await self.rows(deck_cards))


async def set_table(database: Database, count: int = 12) -> Table:
    """Two groups of Lin's without a history, and ``count`` offers, the first the best sold."""
    stage = await cast.set_stage(database)
    async with database.write() as connection:
        rose_lane = await cast.add_group(
            connection, stage.lin, SUNNY_COURT - 1, title="Rose Lane", language="en"
        )
        offers = [
            await cast.add_offer(
                connection,
                f"p-{number}",
                title=f"Find {number}",
                sales=10_000 // number,
                category="Food > Coffee" if number % 2 else "Home > Paper",
                brand="Wild" if number % 2 else None,
            )
            for number in range(1, count + 1)
        ]
    table = Table(database, Clock(NIGHT), stage, rose_lane, offers)
    await table.adopt()
    return table
