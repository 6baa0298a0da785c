"""The sandbox on a real port, and the same few people in every test."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.sandbox.app import create_app
from bot.sandbox.clock import MovableClock
from bot.sandbox.world.world import World

TOKEN = "7000000001:sandbox-token"
START = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MARKS = [("morning", "08:00"), ("noon", "12:00"), ("evening", "19:30")]


@contextlib.asynccontextmanager
async def served(build: Callable[[str], Any]) -> AsyncIterator[tuple[str, Any]]:
    """Serve what `build` makes of its own address on a free local port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = build(url)
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, timeout_graceful_shutdown=1))
        server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign]
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:
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

    async def act(self, name: str, **fields: Any) -> Any:
        """Let somebody do something over HTTP and return the result."""
        answer = await self.client.post(f"/sandbox/{name}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def call(self, method: str, **fields: Any) -> dict[str, Any]:
        """Call a Bot API method with a JSON body and return the whole answer."""
        answer = await self.client.post(f"/bot{TOKEN}/{method}", json=fields)
        body: dict[str, Any] = answer.json()
        assert body["ok"] or body["error_code"] == answer.status_code
        return body


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


@pytest.fixture
async def standing() -> AsyncIterator[Standing]:
    """Serve a sandbox without flood limits."""
    async with served(build) as (url, app), httpx.AsyncClient(base_url=url) as client:
        bot = ptb(url)
        async with bot:
            yield Standing(url, app.state.world, client, bot)
