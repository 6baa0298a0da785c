"""Lin's groups in the programmes that have pools, at the running bot."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import update
from telegram import Bot

from bot.delivery import Delivery
from bot.services.pools.showing import EDIT_SECONDS, Showing
from handlers.chat.pools import rounds
from storage.database import Database
from storage.tables import groups
from tests.cast import LIN, add_offer
from tests.handlers.chat.conftest import BOT_ID, Json, Town, buttons
from tests.handlers.chat.test_groups import add_bot, enrol, new_group, payload


@dataclass
class Pools:
    """The town with a promoter of pools, a group, and the clock's part played by hand."""

    town: Town
    database: Database
    chats: list[int] = field(default_factory=list)
    seconds: float = 1000.0
    worker: Showing | None = None

    @property
    def bot(self) -> Bot:
        """What the bot speaks with."""
        return self.town.application.bot

    async def connect(self, title: str, programme: str) -> int:
        """One more served group of Lin's in ``programme``."""
        made = await new_group(self.town, title=title)
        rights = ["pin_messages", "invite_users"]
        chat_id = await add_bot(
            self.town, made["id"], payload=await payload(self.town), rights=rights
        )
        async with self.database.write() as connection:
            await connection.execute(
                update(groups).where(groups.c.chat_id == chat_id).values(programme=programme)
            )
        self.chats.append(chat_id)
        return chat_id

    async def ticks(self) -> None:
        """Deadlines are decided, messages shown, joiners told."""
        services = self.town.services
        if self.worker is None:
            self.worker = Showing(
                self.database,
                Delivery(self.bot),
                services.texts,
                services.now,
                "https://go.example.com",
                BOT_ID,
                clock=lambda: self.seconds,
            )
        await services.rooms.pools.pooling.decide_due()
        while True:
            self.seconds += EDIT_SECONDS
            if not await self.worker.show_due():
                break
        while await rounds.tell(self.bot, services):
            pass

    async def opens(self, words: str = "/pool 1") -> Json:
        """Lin opens a pool of the first offer; its message in the first group."""
        await self.town.ask(LIN, "/search coffee")
        *_, question = await self.town.ask(LIN, words, 2)
        go = next(data for data in buttons(question).values() if data.startswith("1:pool_go"))
        await self.town.press(LIN, question, go)
        await self.ticks()
        return (await self.boards())[-1]

    async def boards(self, chat_id: int = 0) -> list[Json]:
        """The messages of pools that stand in a group."""
        found = await self.town.messages(chat_id or self.chats[0])
        return [one for one in found if "🕘" in str(one.get("text"))]

    async def taps(self, person_id: int, board: Json, data: str = "1:join:") -> str:
        """Somebody presses a button of a pool; what is said over the chat."""
        chat_id = board["chat"]["id"]
        key = next(one for one in buttons(board).values() if one.startswith(data))
        return str((await self.town.press(person_id, board, key, chat_id))["text"])

    async def whispers(self, person_id: int, chat_id: int = 0) -> list[Json]:
        """What somebody alone sees in a group."""
        answer = await self.town.client.get(
            "/sandbox/whispers",
            params={"chat_id": chat_id or self.chats[0], "person_id": person_id},
        )
        found: list[Json] = answer.json()
        return found


@pytest.fixture
async def pools(town: Town, database: Database) -> Pools:
    """Lin, unlocked, with a coupon offer in the catalogue; Mei and Wei about."""
    await enrol(town, LIN)
    async with database.write() as connection:
        await add_offer(connection, **_offer(town))
    return Pools(town, database)


def _offer(town: Town, **changed: Any) -> dict[str, Any]:
    return {
        "seen_at": town.clock.now(),
        "search": "yunnan coffee p-1",
        "category": "食品",
        "sales": 10,
    } | changed
