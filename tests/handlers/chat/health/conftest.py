"""Lin's group at the running bot, with posts in it and nights that pass."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.posts.notices import Notice, worded
from bot.domain.records import Group, GroupId
from storage.database import Database
from storage.people import groups as groups_storage
from storage.tables import group_days, groups, notices
from tests.cast import LIN, MEI, add_offer, add_post
from tests.handlers.chat.conftest import Json, Town
from tests.handlers.chat.test_groups import add_bot, enrol, new_group, payload

NEIGHBOURS = 9_000_101


@dataclass
class Court:
    """The town with a group of Lin's, whose bot is an administrator."""

    town: Town
    database: Database
    chat_id: int
    offer_id: Any
    neighbours: int = 0
    posted: int = 0

    async def group(self) -> Group:
        """As stored."""
        async with self.database.read() as connection:
            found = await groups_storage.find_by_chat(connection, self.chat_id)
        assert found is not None
        return found

    async def group_id(self) -> GroupId:
        """Our id of it."""
        return (await self.group()).id

    async def post(self) -> Json:
        """A selling post that stands in the group."""
        group = await self.group()
        message = await self.town.application.bot.send_message(self.chat_id, "「广告」 A find")
        self.posted += 1
        now = self.town.clock.now()
        async with self.database.write() as connection:
            await add_post(
                connection,
                group.id,
                group.promoter_id,
                self.offer_id,
                day=now.date(),
                ordinal=self.posted,
                sent_at=now,
                chat_id=self.chat_id,
                message_id=message.message_id,
            )
        found = await self.town.messages(self.chat_id, message.message_id - 1)
        return found[0]

    async def neighbours_leave(self, number: int) -> None:
        """People join, and leave of their own will."""
        for _ in range(number):
            self.neighbours += 1
            who = NEIGHBOURS + self.neighbours
            await self.town.act("add_person", id=who, first_name=f"Neighbour {self.neighbours}")
            await self.town.act("join", chat_id=self.chat_id, person_id=who)
            await self.town.act("leave", chat_id=self.chat_id, person_id=who)
        await self.town.settled()

    async def dislike(self, message: Json, emoji: str | None = "👎", **fields: Any) -> None:
        """Mei reacts to a message."""
        await self.town.act(
            "react",
            chat_id=self.chat_id,
            message_id=message["message_id"],
            person_id=MEI,
            emoji=emoji,
            **fields,
        )
        await self.town.settled()

    async def counts(self) -> dict[str, int]:
        """All days' counts together."""
        async with self.database.read() as connection:
            rows = (await connection.execute(select(group_days))).all()
        names = ("joins", "leaves", "leaves_after", "downs", "removed")
        found = {name: sum(getattr(row, name) for row in rows) for name in names}
        return {name: count for name, count in found.items() if count}

    async def nights(self, number: int = 1) -> None:
        """Days pass, each judged when it is over."""
        evaluating = self.town.services.rooms.health.evaluating
        for _ in range(number):
            self.town.clock.advance(timedelta(days=1))
            await evaluating.adopt()
            while await evaluating.evaluate():
                pass

    async def told(self, language: str) -> list[str]:
        """What waits to be told to Lin."""
        async with self.database.read() as connection:
            rows = await connection.execute(
                select(notices)
                .where(notices.c.text.like("health.%"))
                .order_by(notices.c.created_at)
            )
            texts = self.town.services.texts[language]
            return [
                worded(Notice(row.key, row.person_id, row.text, row.words), texts) for row in rows
            ]

    async def set_members(self, count: int, **changed: Any) -> None:
        """So many people are in the group, as counted."""
        await self.town.act("set_member_count", chat_id=self.chat_id, count=count)
        async with self.database.write() as connection:
            await connection.execute(
                update(groups)
                .where(groups.c.chat_id == self.chat_id)
                .values(member_count=count, **changed)
            )


@pytest.fixture
async def court(town: Town, database: Database) -> Court:
    """Lin's group of eighty people, known to the clock."""
    # Nights are judged at two in the morning, UTC, and the town begins at one.
    town.clock.advance(timedelta(hours=2))
    await enrol(town, LIN)
    made = await new_group(town)
    chat_id = await add_bot(
        town, made["id"], payload=await payload(town), rights=["pin_messages", "invite_users"]
    )
    async with database.write() as connection:
        offer_id = await add_offer(connection)
    await town.services.rooms.health.evaluating.adopt()
    return Court(town, database, chat_id, offer_id)
