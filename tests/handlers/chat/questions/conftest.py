"""Lin's group with a few offers in the shop and one of them posted."""

import asyncio
from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.records import GroupId, OfferId, PersonId
from storage.database import Database
from tests.cast import LIN, MEI, add_offer, add_post
from tests.handlers.chat.conftest import BOT_ID, PATIENCE_SECONDS, Json, Town
from tests.handlers.chat.test_groups import add_bot, enrol, new_group, payload

BANK: dict[str, Any] = {
    "external_id": "bank",
    "title": "充电宝 10000mAh 轻薄款 power bank",
    "price_minor": 5990,
    "sale_price_minor": 4590,
    "stock": 120,
    "category": "数码",
}
TISSUES: dict[str, Any] = {
    "external_id": "tissues",
    "title": "本色抽纸 24包",
    "price_minor": 3990,
    "sale_price_minor": 2790,
    "stock": None,
    "category": "纸品",
}


@dataclass
class Group:
    """Lin's group as its members see it."""

    town: Town
    database: Database
    chat_id: int
    group_id: GroupId
    promoter_id: PersonId
    offers: dict[str, OfferId]

    async def says(self, text: str, by: int = MEI, **fields: Any) -> Json:
        """Let somebody write into the group."""
        said: Json = await self.town.act(
            "say", chat_id=self.chat_id, person_id=by, text=text, **fields
        )
        return said

    async def whispers(self, to: int = MEI) -> list[Json]:
        """What one member alone was told in the group."""
        wanted = {"chat_id": self.chat_id, "person_id": to}
        answer = await self.town.client.get("/sandbox/whispers", params=wanted)
        found: list[Json] = [one for one in answer.json() if one["from"]["is_bot"]]
        return found

    async def whispered(self, to: int = MEI, count: int = 1) -> str:
        """The latest of ``count`` things that one member alone was told."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            found = await self.whispers(to)
            if len(found) >= count:
                return str(found[-1]["text"])
            await asyncio.sleep(0.02)
        raise AssertionError(f"{len(found)} of {count} were whispered")

    async def spoken(self) -> list[Json]:
        """What the bot said in the open."""
        found = await self.town.messages(self.chat_id)
        return [one for one in found if one["from"]["id"] == BOT_ID and "text" in one]

    async def signs(self, message: Json) -> list[str]:
        """The bot's signs under a message."""
        wanted = {"chat_id": self.chat_id, "message_id": message["message_id"]}
        answer = await self.town.client.get("/sandbox/reactions", params=wanted)
        found: list[str] = [one for each in answer.json().values() for one in each]
        return found

    async def becomes(self, message: Json, sign: str) -> None:
        """Wait until a sign stands under a message."""
        for _ in range(400):
            if sign in await self.signs(message):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{await self.signs(message)} instead of {sign}")

    async def posted(self, name: str) -> int:
        """Let the bot have posted an offer; the message's id."""
        message = self.town.world.place(
            self.town.world.chat(self.chat_id),
            self.town.world.bot,
            {"text": f"「广告」{name}"},
        )
        async with self.database.write() as connection:
            await add_post(
                connection,
                self.group_id,
                self.promoter_id,
                self.offers[name],
                chat_id=self.chat_id,
                message_id=message["message_id"],
                ordinal=message["message_id"],
                sent_at=self.town.clock.now(),
            )
        return int(message["message_id"])

    def server(self, *, ephemeral: bool, strict: bool = True) -> None:
        """Be this Bot API server."""
        self.town.world.supports_ephemeral = ephemeral
        self.town.world.refuses_unknown = strict


@pytest.fixture
async def group(town: Town, database: Database) -> Group:
    """Lin's connected group, Mei in it; the bot is an administrator and hears everything."""
    await enrol(town, LIN)
    async with database.write() as connection:
        offers = {
            one["external_id"]: await add_offer(
                connection, seen_at=town.clock.now(), digest=one["external_id"], **one
            )
            for one in (BANK, TISSUES)
        }
    return await connected(town, database, offers)


async def connected(
    town: Town, database: Database, offers: dict[str, OfferId], title: str = "Sunny Court"
) -> Group:
    """One more group of Lin's."""
    chat = await new_group(town, title=title)
    chat_id = await add_bot(town, chat["id"], payload=await payload(town), rights=[])
    found = await town.services.connecting.group_by_chat(chat_id)
    assert found is not None
    return Group(town, database, chat_id, found.id, found.promoter_id, offers)
