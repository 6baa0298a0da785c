"""The real chat door in front of a stand-in Telegram on a local port."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from os import urandom
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.delivery import Delivery
from bot.domain.texts import Texts
from bot.phrasing import Phrasing
from bot.sandbox.app import create_app
from bot.sandbox.clock import MovableClock
from bot.sandbox.world.world import World
from bot.services.posts.sending import Sending
from bot.services.rooms import Ground, Rooms
from handlers.chat.context import ChatApplication, Services
from handlers.chat.door import build
from handlers.chat.wire.intake import Intake
from handlers.chat.wire.polling import Poller, close_door, open_door
from storage.database import Database
from tests.bot.sandbox.stage import served
from tests.cast import BOT, OUYANG
from tests.schemes import PROGRAMMES, TEXTS
from tests.sqlite import Files

TOKEN = "7000000001:sandbox-token"
START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
BOT_ID, OTHER_BOT_ID = 7000000001, 7000000002
PATIENCE_SECONDS = 8.0

Json = dict[str, Any]


@dataclass
class Town:
    """The stand-in Telegram as people use it, with the bot at its other end."""

    client: httpx.AsyncClient
    services: Services
    application: ChatApplication
    clock: MovableClock
    world: World
    stop: asyncio.Event
    polling: asyncio.Task[None]

    async def act(self, name: str, **fields: Any) -> Any:
        """Let somebody do something."""
        answer = await self.client.post(f"/sandbox/{name}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def messages(self, chat_id: int, after: int = 0) -> list[Json]:
        """What stands in a chat."""
        answer = await self.client.get(
            "/sandbox/messages", params={"chat_id": chat_id, "after": after}
        )
        found: list[Json] = answer.json()
        return found

    async def last_id(self, chat_id: int) -> int:
        """The id of the chat's latest message, 0 in an empty one."""
        answer = await self.client.get("/sandbox/messages", params={"chat_id": chat_id})
        if answer.status_code != 200:
            return 0
        return max((message["message_id"] for message in answer.json()), default=0)

    async def said(self, chat_id: int, after: int, count: int = 1) -> list[Json]:
        """The bot's next ``count`` messages after a message id."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            found = [
                message
                for message in await self.messages(chat_id, after)
                if message.get("from", {}).get("is_bot") and "new_chat_members" not in message
            ]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.02)
        raise AssertionError(f"the bot said {len(found)} of {count}: {found}")

    async def ask(self, person_id: int, text: str, count: int = 1) -> list[Json]:
        """Write to the bot in private and wait for its answers."""
        before = await self.last_id(person_id)
        await self.act("say", chat_id=person_id, person_id=person_id, text=text)
        return await self.said(person_id, before, count)

    async def hear(self, person_id: int, text: str, count: int = 1) -> str:
        """What the bot answers in private, as text."""
        found = await self.ask(person_id, text, count)
        return "\n".join(str(one.get("text") or one.get("caption")) for one in found)

    async def press(self, person_id: int, message: Json, data: str, chat_id: int = 0) -> Json:
        """Press a button; the bot's answer over the chat."""
        result = await self.act(
            "press",
            chat_id=chat_id or person_id,
            message_id=message["message_id"],
            person_id=person_id,
            data=data,
        )
        answer: Json | None = result["answer"]
        assert answer is not None, "the press was not answered"
        return answer

    async def forge(self, person_id: int, message: Json | None, data: str) -> Json:
        """Send a press that the message, as it stands now, has no button for."""
        query_id = self.world.new_callback_id()
        self.world.answers[query_id] = None
        query = {
            "id": query_id,
            "from": self.world.person(person_id).user(),
            "chat_instance": "1",
            "data": data,
        }
        self.world.mailbox.put("callback_query", query | ({"message": message} if message else {}))
        for _ in range(400):
            answer = self.world.answers[query_id]
            if answer is not None:
                return answer
            await asyncio.sleep(0.02)
        raise AssertionError("the press was not answered")

    async def reread(self, chat_id: int, message: Json) -> Json:
        """A message as it stands now."""
        found = await self.messages(chat_id, message["message_id"] - 1)
        return found[0]

    async def settled(self) -> None:
        """Wait until every update was fetched and handled."""
        while True:
            answer = (await self.client.get("/sandbox/updates")).json()
            busy = self.application.update_processor.current_concurrent_updates
            if not answer["waiting"] and not busy:
                return
            await asyncio.sleep(0.02)

    async def last_update_id(self) -> int:
        """The id of the latest update."""
        past = (await self.client.get("/sandbox/updates")).json()["past"]
        return max(int(update["update_id"]) for update in past)


def buttons(message: Json) -> dict[str, str]:
    """A message's buttons: text to what is behind it."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {one["text"]: one.get("callback_data") or one["url"] for row in rows for one in row}


def services_for(
    database: Database,
    clock: MovableClock,
    texts: Mapping[str, Texts],
    phrasing: Phrasing | None = None,
) -> Services:
    """The services that the roof would build."""
    now = clock.now
    ground = Ground(
        database,
        PROGRAMMES,
        texts,
        now,
        urandom,
        "https://go.example.com",
        ZONE,
        "zh",
        operator_ids=frozenset({OUYANG}),
        bot_ids=frozenset({BOT_ID, OTHER_BOT_ID}),
        phrasing=phrasing,
    )
    return Services(
        sending=Sending(database, Delivery(Bot(TOKEN)), texts, now, urandom, BOT),
        rooms=Rooms(ground),
        programmes=PROGRAMMES,
        texts=texts,
        operator_ids=frozenset({OUYANG}),
        zone=ZONE,
        default_language="zh",
        now=now,
        bot_id=BOT_ID,
    )


def plain_request() -> HTTPXRequest:
    """PTB's own HTTP, past any proxy of the machine."""
    return HTTPXRequest(connection_pool_size=16, httpx_kwargs={"trust_env": False})


@pytest.fixture
async def database(tmp_path: Path, sqlite_files: Files) -> AsyncIterator[Database]:
    """SQLite alone: the services were tried on both engines."""
    database = await sqlite_files.with_tables(tmp_path / "haowu.db")
    yield database
    await database.close()


@pytest.fixture
def phrasing() -> Phrasing | None:
    """No language model, as in most houses."""
    return None


@pytest.fixture
async def town(database: Database, phrasing: Phrasing | None) -> AsyncIterator[Town]:
    """A running bot in a running Telegram."""
    clock = MovableClock(START)
    services = services_for(database, clock, TEXTS, phrasing)

    def sandbox(url: str) -> Any:
        return create_app(
            token=TOKEN,
            bot_url="http://127.0.0.1:9",
            postback_key="key",
            clock=clock,
            marks=[],
            public_url=url,
            limits=False,
        )

    async with served(sandbox) as (url, app), _client(url) as client:
        application = build(services, token=TOKEN, api_url=url, request=plain_request())
        stop = asyncio.Event()
        assert await open_door(application, stop)
        polling = asyncio.create_task(Poller(Intake(application), plain_request()).run(stop))
        yield Town(client, services, application, clock, app.state.world, stop, polling)
        stop.set()
        await polling
        await close_door(application)


@contextlib.asynccontextmanager
async def _client(url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client:
        yield client
