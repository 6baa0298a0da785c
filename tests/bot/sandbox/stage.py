"""The sandbox on a real port and a bot of python-telegram-bot that talks to it."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import httpx
import uvicorn
from PIL import Image
from starlette.applications import Starlette
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox.app import create_app
from bot.sandbox.clock import MovableClock
from bot.sandbox.world.world import World

TOKEN = "7000000001:sandbox-token"
OPERATOR, PROMOTER, SECOND, MEMBER, OUTSIDER = 1001, 2001, 2002, 3001, 3002
START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MARKS = [("morning", "08:00"), ("noon", "12:00"), ("evening", "19:30")]


@contextlib.asynccontextmanager
async def served(build: Callable[[str], Any]) -> AsyncIterator[tuple[str, Any]]:
    """Serve what `build` makes of its own address on a free local port."""
    # Only for sockets that name TCP does asyncio switch off Nagle's 40 ms.
    tcp = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with tcp as listening:
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = build(url)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        # uvicorn tells that it is ready only by a flag.
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        try:
            yield url, app
        finally:
            server.should_exit = True
            await serving


@dataclass
class Standing:
    """The sandbox as a test finds it: its address, its world, a client and PTB's own bot."""

    url: str
    world: World
    client: httpx.AsyncClient
    bot: Bot

    async def act(self, name: str, /, **fields: Any) -> Any:
        """Let somebody do something over HTTP and return the result."""
        answer = await self.client.post(f"/sandbox/{name}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def call(self, method: str, /, **fields: Any) -> dict[str, Any]:
        """Call a Bot API method with a JSON body and return the whole answer."""
        answer = await self.client.post(f"/bot{TOKEN}/{method}", json=fields)
        body: dict[str, Any] = answer.json()
        assert body["ok"] or body["error_code"] == answer.status_code
        return body

    async def group(self, *, rights: list[str] | None = None, **fields: Any) -> int:
        """Found Lin's group with Mei in it, add the bot, forget the updates; return its id."""
        given = {"title": "小区好物群", "owner_id": PROMOTER, "member_ids": [MEMBER]} | fields
        chat = await self.act("new_group", **given)
        await self.act("add_bot", chat_id=chat["id"], by=PROMOTER, rights=rights)
        self.world.mailbox.waiting.clear()
        return int(chat["id"])

    async def started(self, person_id: int = PROMOTER) -> int:
        """Let somebody press Start, forget the update, and return the private chat's id."""
        await self.act("start", person_id=person_id)
        self.world.mailbox.waiting.clear()
        return person_id

    def waiting(self, kind: str) -> list[dict[str, Any]]:
        """Return the waiting updates of one kind."""
        return [one[kind] for one in self.world.mailbox.waiting.values() if kind in one]


def picture_bytes(side: int = 300) -> bytes:
    """Return a PNG of the given side."""
    written = BytesIO()
    Image.new("RGB", (side, side // 2), (240, 90, 60)).save(written, "PNG")
    return written.getvalue()


def ptb(url: str) -> Bot:
    """Return python-telegram-bot's bot for the sandbox at an address."""
    request = HTTPXRequest(read_timeout=5, httpx_kwargs={"trust_env": False})
    polling = HTTPXRequest(read_timeout=5, httpx_kwargs={"trust_env": False})
    return Bot(
        TOKEN,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=request,
        get_updates_request=polling,
    )


def build(url: str, **options: Any) -> Starlette:
    """Return a sandbox with the usual people and a clock that stands still."""
    given: dict[str, Any] = {
        "token": TOKEN,
        "bot_url": url,
        "postback_key": "key",
        "clock": MovableClock(START, frozen=True),
        "marks": MARKS,
        "public_url": url,
        "limits": False,
    }
    return create_app(**(given | options))
