"""The web side on a real port, over a real database, with Lin's link to an offer."""

import asyncio
import os
import tomllib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import bot
from bot.domain.records import Link, LinkCode
from bot.domain.texts import Texts, read_texts
from bot.services.links.tracking import Tracking
from bot.services.pulses import Pulse
from bot.services.watching import Watching
from handlers.web.app import build
from handlers.web.serve import serve
from handlers.web.webhook import Inlet
from storage.database import Database
from storage.links import links
from tests.cast import NOON, add_offer, set_stage

CODE = LinkCode("aaaaaaaaaaaaa")
TARGET = "https://shop.example.com/p-1?subid=aaaaaaaaaaaaa"
SECRET = "s3cret-of-the-webhook"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Mobile/15E148 Telegram-iOS/10.14"
)


def load_texts() -> dict[str, Texts]:
    """The texts that ship."""
    folder = Path(bot.__file__).parent / "locales"
    return {
        path.stem: read_texts(path.stem, tomllib.loads(path.read_text("utf-8")))
        for path in folder.glob("*.toml")
    }


@asynccontextmanager
async def served(app: Any, stop: asyncio.Event | None = None) -> AsyncIterator[int]:
    """``app`` on a free port of the real server; gives the port."""
    stop = stop or asyncio.Event()
    ready: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(
        serve(app, host="127.0.0.1", port=0, stop=stop, on_ready=ready.set_result)
    )
    try:
        yield await ready
    finally:
        stop.set()
        await serving


@dataclass
class Site:
    """The running web side and what stands behind it."""

    database: Database
    client: httpx.AsyncClient
    pulse: Pulse
    tracking: Tracking
    port: int
    stop: asyncio.Event
    updates: list[Mapping[str, Any]] = field(default_factory=list)


@pytest.fixture
async def site(database: Database) -> AsyncIterator[Site]:
    """The web side with one link, CODE, which leads to TARGET."""
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        link = Link(CODE, offer_id, "feed", None, stage.group, stage.lin, TARGET, NOON)
        await links.add(connection, [link])

    def now() -> datetime:
        return datetime.now(UTC)

    tracking = Tracking(database, now, os.urandom)
    pulse = Pulse(now)
    updates: list[Mapping[str, Any]] = []

    async def on_update(update: Mapping[str, Any]) -> None:
        if "boom" in update:
            raise RuntimeError("canary-of-the-inside")
        updates.append(update)

    app = build(
        tracking=tracking,
        watching=Watching(database, now, pulse),
        texts=load_texts(),
        default_language="zh",
        inlets=[Inlet("/telegram", SECRET, on_update)],
    )
    stop = asyncio.Event()
    async with served(app, stop) as port:
        base = f"http://127.0.0.1:{port}"
        headers = {"User-Agent": PHONE}
        async with httpx.AsyncClient(base_url=base, headers=headers) as client:
            yield Site(database, client, pulse, tracking, port, stop, updates)
