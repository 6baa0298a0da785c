"""A sound house to be checked: database, Telegram, public address; tests break one thing each."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.applications import Starlette

from bot.checking import Finding, Mark, findings
from bot.services.pulses import Pulse
from bot.services.watching import Watching
from handlers.web import health
from storage.database import Database
from storage.migrating import migrate
from storage.tables import people
from tests.bot.sandbox.stage import served
from tests.cast import OUYANG
from tests.evidence.operations.telegram import TOKEN, Telegram

ANSWERS: dict[str, Any] = {
    "getme": {
        "username": "haowu_bot",
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": True,
    },
    "getwebhookinfo": {"url": "", "pending_update_count": 0},
    "getmycommands": [{"command": "start", "description": "Start"}],
}
"""Of a Telegram in which all is well."""


@dataclass
class House:
    """What is checked, and what its tests change."""

    database: Database
    monkeypatch: pytest.MonkeyPatch
    folder: Path
    telegram: Telegram
    url: str = ""

    def set(self, **settings: str) -> None:
        """Change the environment."""
        for name, value in settings.items():
            self.monkeypatch.setenv(name, value)

    async def found(self) -> list[Finding]:
        """All that is not fine."""
        # A server's name in DATABASE_URL is not looked up twice.
        return [one for one in await findings() if one.mark is not Mark.FINE]


@pytest.fixture
async def sound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    """A house in which nothing is wrong."""
    async with standing(f"sqlite:///{tmp_path / 'haowu.db'}", tmp_path, monkeypatch) as house:
        yield house


@pytest.fixture
async def stored(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """The same on each engine in turn."""
    async with standing(database_url, tmp_path, monkeypatch) as house:
        yield house


@asynccontextmanager
async def standing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    """A house over the empty database at ``database_url``."""
    database = Database(database_url)
    await migrate(database)
    await start_operator(database)
    monkeypatch.chdir(tmp_path)
    telegram = Telegram(answers=deepcopy(ANSWERS))
    await telegram.open()
    house = House(database, monkeypatch, tmp_path, telegram)
    now = partial(datetime.now, UTC)
    watching = Watching(database, now, Pulse(now))

    def site(_url: str) -> Starlette:
        return Starlette(routes=health.routes(watching))

    async with served(site) as (url, _):
        house.url = url
        port = url.rpartition(":")[2]
        house.set(
            TELEGRAM_BOT_TOKEN=TOKEN,
            TELEGRAM_API_URL=telegram.url,
            DATABASE_URL=database_url,
            PUBLIC_URL=url,
            HTTP_PORT=port,
            OPERATOR_IDS=str(OUYANG),
        )
        yield house
        await telegram.close()
        await database.close()


async def start_operator(database: Database) -> None:
    """Let Ouyang press Start."""
    row = {"telegram_id": OUYANG, "name": "Ouyang", "language": "zh"}
    at = datetime.now(UTC)
    async with database.write() as connection:
        await connection.execute(insert(people), [row | {"met_at": at, "started_at": at}])


def as_lines(found: list[Finding]) -> str:
    """For the failure's words."""
    return json.dumps([[str(one.mark), one.subject, one.sentence, one.remedy] for one in found])


async def closed_port() -> int:
    """A port where nobody listens."""
    server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    return port
