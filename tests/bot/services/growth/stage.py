"""A stage for growing: Lin, Chen by Lin, Zhao by Chen, with a shop of offers and a clock."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, update

from bot.domain.records import GroupId, OfferId, PersonId, Promoter
from bot.services.growth import together
from bot.services.growth.together import Growth
from storage.database import Database
from storage.people import people
from storage.tables import (
    conversions,
    joiners,
    lessons,
    links,
    notices,
    picks,
    pools,
    promoters,
    questions,
    told,
)
from tests import cast
from tests.cast import NOON
from tests.schemes import PROGRAMMES

ZONE = ZoneInfo("Asia/Shanghai")


@dataclass
class Scene:
    """The people, what they do put straight into the tables, and the services."""

    database: Database
    stage: cast.Stage
    offer_id: OfferId
    at: datetime = NOON
    growth: Growth = field(init=False)
    number: int = 0

    def __post_init__(self) -> None:
        """Build the services over the clock."""
        self.growth = together.build(self.database, PROGRAMMES, lambda: self.at, ZONE)

    async def promoter(self, person_id: PersonId) -> Promoter:
        """A promoter as stored."""
        async with self.database.read() as connection:
            found = await people.find_promoter(connection, person_id)
        assert found is not None
        return found

    async def put(self, table: Any, **row: Any) -> int:
        """One row; its number."""
        async with self.database.write() as connection:
            done = await connection.execute(insert(table).values(row))
            key = done.inserted_primary_key
            return int(key[0]) if key and isinstance(key[0], int) else 0

    async def set_level(self, person_id: PersonId, level: str) -> None:
        """Put a promoter at a level."""
        async with self.database.write() as connection:
            await connection.execute(
                update(promoters).where(promoters.c.person_id == person_id).values(level=level)
            )

    async def does(self, person_id: PersonId, *tasks: str) -> None:
        """Tasks that were done before."""
        for task in tasks:
            await self.put(lessons, promoter_id=person_id, task=task, done_at=NOON)

    async def picks(self, group_id: GroupId, days: int = 1, since: int = 0) -> None:
        """Own picks on so many days, from ``since`` days ago backwards."""
        for day in range(since, days):
            date = (NOON - timedelta(days=day)).date()
            await self.put(
                picks,
                group_id=group_id,
                offer_id=self.offer_id,
                day=date,
                slot="noon",
                chosen_at=NOON,
            )

    async def picks_more(self, days: int) -> None:
        """Lin's picks go on to so many days in all."""
        async with self.database.read() as connection:
            so_far = int(await connection.scalar(select(func.count()).select_from(picks)) or 0)
        await self.picks(self.stage.group, days, so_far)

    async def sells(
        self,
        promoter_id: PersonId,
        *,
        state: str = "approved",
        group_id: GroupId | None = None,
        source: str = "post",
        order: str | None = None,
        inviter_id: PersonId | None = None,
        ordered_at: datetime = NOON,
    ) -> None:
        """An order row credited to a promoter."""
        self.number += 1
        code = f"c{self.number:012}"
        await self.put(
            links,
            code=code,
            offer_id=self.offer_id,
            marketplace="feed",
            group_id=group_id,
            promoter_id=promoter_id,
            target_url="https://shop.example.com/p-1",
            created_at=NOON,
            source=source,
        )
        await self.put(
            conversions,
            marketplace="feed",
            order_id=order or f"O-{self.number}",
            row_id=str(self.number),
            state=state,
            native_status=state,
            commission_minor=1000,
            amount_minor=10_000,
            currency="CNY",
            ordered_at=ordered_at,
            updated_at=NOON,
            received_at=NOON,
            link_code=code,
            group_id=group_id,
            promoter_id=promoter_id,
            inviter_id=inviter_id,
        )

    async def answers(self, promoter_id: PersonId) -> None:
        """A promoter's word about an offer."""
        await self.put(
            told,
            promoter_id=promoter_id,
            offer_id=self.offer_id,
            topic="stock",
            text="yes",
            told_at=NOON,
            digest="x",
        )

    async def joins_pools(self, person_id: PersonId, count: int, **changed: Any) -> None:
        """A member joins so many pools of the group."""
        for _ in range(count):
            self.number += 1
            async with self.database.write() as connection:
                offer_id = await cast.add_offer(connection, f"pool-{self.number}")
            code = f"p{self.number:012}"
            await self.put(
                links,
                code=code,
                offer_id=offer_id,
                marketplace="feed",
                group_id=self.stage.group,
                promoter_id=self.stage.lin,
                target_url="https://shop.example.com/p-1",
                created_at=NOON,
            )
            pool_id = await self.put(
                pools,
                group_id=self.stage.group,
                promoter_id=self.stage.lin,
                offer_id=offer_id,
                state="open",
                target=2,
                seats=5,
                joined=1,
                together_minor=100,
                alone_minor=200,
                currency="CNY",
                seen_at=NOON,
                opened_at=NOON,
                closes_at=NOON,
                together_code=code,
                alone_code=code,
                has_pickup=False,
                standing="sent",
            )
            row = {"pool_id": pool_id, "person_id": person_id, "joined_at": NOON} | changed
            await self.put(joiners, **row)

    async def asks(self, person_id: PersonId, **changed: Any) -> None:
        """A member asks in the group, and the promoter's answer serves everybody."""
        row = {
            "person_id": person_id,
            "group_id": self.stage.group,
            "chat_id": cast.SUNNY_COURT,
            "asked_at": NOON,
            "language": "zh",
            "text": "?",
            "kind": "unknown",
            "state": "told",
            "worded": "plain",
        } | changed
        await self.put(questions, **row)

    async def notices(self) -> list[tuple[int, str]]:
        """Who is told what, by key of the text."""
        async with self.database.read() as connection:
            rows = await connection.execute(
                select(notices.c.person_id, notices.c.text).order_by(notices.c.key)
            )
            return [(row.person_id, row.text) for row in rows]


async def open_scene(database: Database) -> Scene:
    """Everybody in fenxiang; Lin has Sunny Court."""
    stage = await cast.set_stage(database)
    async with database.write() as connection:
        offer_id = await cast.add_offer(connection)
    return Scene(database, stage, offer_id)
