"""A stage for the health of groups: Lin's group, days that pass, and what happens on them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from bot.domain.health.rules import HealthRules
from bot.domain.health.standings import Health
from bot.domain.posts.notices import Notice, worded
from bot.domain.records import Group, GroupId, PersonId
from bot.services.health import together
from bot.services.health.together import Healths
from storage.database import Database
from storage.health import healths
from storage.people import groups as groups_storage
from storage.tables import (
    audit,
    click_hours,
    conversions,
    group_days,
    groups,
    links,
    notices,
    posts,
)
from tests.bot.services.stand_ins import Clock
from tests.cast import NOON, SUNNY_COURT, Stage, add_offer, add_post, set_stage
from tests.schemes import PROGRAMMES, TEXTS

RULES = HealthRules()
MORNING = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
"""When a night's evaluation begins."""


COUNTS = {column.name for column in group_days.columns} - {"group_id", "day"}


@dataclass
class Scene:
    """Lin's group as time goes by."""

    database: Database
    stage: Stage
    clock: Clock
    health: Healths
    offer_id: Any
    _count: int = 0

    @property
    def group_id(self) -> GroupId:
        """Sunny Court."""
        return self.stage.group

    @property
    def lin(self) -> PersonId:
        """Its promoter."""
        return self.stage.lin

    async def night(self, number: int = 1) -> None:
        """Let days pass, each judged when it is over."""
        for _ in range(number):
            self.clock.pass_(days=1)
            await self.health.evaluating.adopt()
            while await self.health.evaluating.evaluate():
                pass

    async def group(self) -> Group:
        """The group as it stands."""
        async with self.database.read() as connection:
            found = await groups_storage.find(connection, self.group_id)
        assert found is not None
        return found

    async def known(self) -> Health:
        """What is remembered of it."""
        async with self.database.read() as connection:
            return (await healths.list_by_ids(connection, [self.group_id]))[self.group_id]

    async def set_group(self, **changed: Any) -> None:
        """Write columns of the group."""
        async with self.database.write() as connection:
            await connection.execute(
                update(groups).where(groups.c.id == self.group_id).values(**changed)
            )

    async def posts(
        self, number: int = 3, *, clicks: int = 0, slot: str = "noon", hour: int | None = None
    ) -> None:
        """Selling posts that reach the group now, each followed by so many people."""
        now = self.clock()
        async with self.database.write() as connection:
            for _ in range(number):
                self._count += 1
                post_id = await add_post(
                    connection,
                    self.group_id,
                    self.lin,
                    self.offer_id,
                    day=now.date(),
                    slot=slot,
                    ordinal=self._count % 30_000,
                    sent_at=now,
                    message_id=self._count,
                    chat_id=SUNNY_COURT,
                )
                code = f"c{self._count:011d}"
                link = {
                    "code": code,
                    "offer_id": self.offer_id,
                    "marketplace": "feed",
                    "post_id": post_id,
                    "group_id": self.group_id,
                    "promoter_id": self.lin,
                    "target_url": "https://shop.example.com/p",
                    "created_at": now,
                }
                await connection.execute(insert(links).values(link))
                at = now.replace(minute=0, second=0, microsecond=0)
                at = at if hour is None else at.replace(hour=hour)
                hours = {"code": code, "hour_at": at, "people": clicks, "bots": 1}
                await connection.execute(insert(click_hours).values(hours))

    async def orders(self, number: int) -> None:
        """Orders that are credited to the group now."""
        now = self.clock()
        async with self.database.write() as connection:
            for _ in range(number):
                self._count += 1
                row = {
                    "marketplace": "feed",
                    "order_id": f"o-{self._count}",
                    "row_id": "1",
                    "state": "pending",
                    "native_status": "",
                    "commission_minor": 100,
                    "amount_minor": 1000,
                    "currency": "CNY",
                    "ordered_at": now,
                    "updated_at": now,
                    "received_at": now,
                    "group_id": self.group_id,
                    "promoter_id": self.lin,
                }
                await connection.execute(insert(conversions).values(row))

    async def leave(self, number: int) -> None:
        """People who leave now."""
        for _ in range(number):
            self._count += 1
            await self.health.hearing.left(SUNNY_COURT, (1, self._count))

    async def days(self) -> dict[date, dict[str, int]]:
        """What was counted, by day."""
        async with self.database.read() as connection:
            rows = await connection.execute(select(group_days).order_by(group_days.c.day))
            return {
                row.day: {
                    name: getattr(row, name) for name in row._fields[2:] if row._mapping[name]
                }
                for row in rows
            }

    async def told(self, language: str = "en") -> list[str]:
        """What Lin was told, in order."""
        async with self.database.read() as connection:
            rows = await connection.execute(select(notices).order_by(notices.c.created_at))
            return [
                worded(Notice(row.key, row.person_id, row.text, row.words), TEXTS[language])
                for row in rows
            ]

    async def log(self) -> list[tuple[str, str, str]]:
        """The audit log of the group: actor, action, reason."""
        async with self.database.read() as connection:
            rows = await connection.execute(
                select(audit)
                .where(audit.c.subject == f"group:{self.group_id}")
                .order_by(audit.c.id)
            )
            return [(row.actor, row.action, row.reason) for row in rows]

    async def sent(self) -> int:
        """How many posts there are in the table."""
        async with self.database.read() as connection:
            return len((await connection.execute(select(posts.c.id))).all())


@asynccontextmanager
async def scene(database: Database) -> AsyncIterator[Scene]:
    """Lin's group of 120 members, known since this morning."""
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
    clock = Clock(MORNING)
    built = together.build(database, PROGRAMMES, clock)
    found = Scene(database, stage, clock, built, offer_id)
    await built.evaluating.adopt()
    yield found


def with_rules(**changed: Any) -> dict[str, Any]:
    """The programmes with other bounds for fenxiang."""
    own = PROGRAMMES["fenxiang"]
    return {**PROGRAMMES, "fenxiang": replace(own, health=replace(own.health, **changed))}


def days(count: int) -> timedelta:
    """So many days."""
    return timedelta(days=count)


__all__ = ["MORNING", "NOON", "RULES", "Scene", "days", "scene", "with_rules"]
