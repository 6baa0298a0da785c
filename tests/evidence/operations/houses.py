"""A real ``haowu run`` as a process of its own, asked from outside as a monitor would ask."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import func, select

from bot.domain.records import Link, LinkCode
from handlers.web.serve import listener
from storage.database import Database
from storage.links import links
from storage.migrating import migrate
from storage.tables import clicks, conversions
from tests.cast import NOON, add_offer, set_stage
from tests.evidence.operations.telegram import TOKEN, Telegram

ROOT = Path(__file__).parents[3]
CODE = LinkCode("aaaaaaaaaaaaa")
TARGET = "https://shop.example.com/p-1?subid=aaaaaaaaaaaaa"
KEY = "key-of-the-evidence-0123456789abcdef"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E1"
MONITOR_SECONDS = 5.0
"""What a monitor waits for an answer, as promised."""
MEMBER_SECONDS = 20.0
"""What a browser or a marketplace certainly waits."""


@dataclass(frozen=True)
class Seen:
    """One look from outside: the status (0: no answer in time), what it says, how long it took."""

    status: int
    body: dict[str, Any]
    seconds: float


@dataclass
class House:
    """The process, and what it was asked."""

    database_url: str
    telegram: Telegram
    folder: Path
    port: int
    client: httpx.AsyncClient
    process: asyncio.subprocess.Process | None = None
    followed: int = 0
    """Clicks that were answered with the shop's address."""
    orders: dict[str, bool] = field(default_factory=dict)
    """Every order that was reported, and whether the report was taken."""
    statuses: list[int] = field(default_factory=list)

    async def start(self, **settings: str) -> None:
        """Start it; does not wait."""
        environment = os.environ | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.telegram.url,
            "DATABASE_URL": self.database_url,
            "PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "HTTP_PORT": str(self.port),
            "POSTBACK_KEY": KEY,
            "PYTHONPATH": str(ROOT),
        }
        with (self.folder / "log").open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run",
                env=environment | settings, cwd=self.folder, stderr=log, stdout=log,
            )  # fmt: skip

    @property
    def pid(self) -> int:
        """Of the process."""
        assert self.process is not None
        return self.process.pid

    async def stop(self) -> int:
        """Ask it to stop; its exit code."""
        assert self.process is not None
        self.process.terminate()
        return await self.process.wait()

    async def look(self) -> Seen:
        """Ask for its health, as long as a monitor waits."""
        began = time.monotonic()
        try:
            async with asyncio.timeout(MONITOR_SECONDS):
                answer = await self.client.get("/healthz", timeout=MONITOR_SECONDS)
        except (httpx.HTTPError, TimeoutError):
            return Seen(0, {}, time.monotonic() - began)
        return Seen(answer.status_code, answer.json(), time.monotonic() - began)

    async def answers_at_all(self) -> bool:
        """What a health route that only says "ok" would tell: something speaks HTTP here."""
        try:
            await self.client.get("/nothing", timeout=MONITOR_SECONDS)
        except httpx.HTTPError:
            return False
        return True

    async def click(self) -> int:
        """Follow the link; the status of the answer, 0 for none."""
        try:
            answer = await self.client.get(f"/r/{CODE}", timeout=MEMBER_SECONDS)
        except httpx.HTTPError:
            return 0
        self.followed += answer.status_code == httpx.codes.FOUND
        return answer.status_code

    async def report(self, order: str) -> int:
        """Report an order as a marketplace does; the status of the answer, 0 for none."""
        fields = {"subid": CODE, "txid": order, "status": "approved", "payout": "1.00"}
        try:
            answer = await self.client.get(
                f"/postback/feed/{KEY}", params=fields, timeout=MEMBER_SECONDS
            )
        except httpx.HTTPError:
            self.orders.setdefault(order, False)
            return 0
        self.orders[order] = self.orders.get(order, False) or answer.is_success
        return answer.status_code

    async def use(self, name: str) -> list[int]:
        """Three clicks and three orders at once; the statuses of the answers."""
        asked = [self.click() for _ in range(3)]
        asked += [self.report(f"{name}-{number}") for number in range(3)]
        found = await asyncio.gather(*asked)
        self.statuses += found
        return found

    async def lost(self) -> int:
        """Answered clicks and taken orders that the database does not hold, or holds twice."""
        for order, was_taken in list(self.orders.items()):
            if not was_taken:
                await self.report(order)
        database = Database(self.database_url)
        async with database.read() as connection:
            counted = await connection.scalar(select(func.count()).select_from(clicks)) or 0
            rows = list(await connection.scalars(select(conversions.c.order_id)))
        await database.close()
        missing = set(self.orders) - set(rows)
        return max(0, self.followed - counted) + len(missing) + len(rows) - len(set(rows))


async def furnish(database_url: str) -> None:
    """Make the tables, and put in the usual people and one link."""
    database = Database(database_url)
    await migrate(database)
    stage = await set_stage(database)
    async with database.write() as connection:
        offer_id = await add_offer(connection)
        link = Link(CODE, offer_id, "feed", None, stage.group, stage.lin, TARGET, NOON)
        await links.add(connection, [link])
    await database.close()


@asynccontextmanager
async def house(database_url: str, folder: Path) -> AsyncIterator[House]:
    """A house that is not started yet, with its Telegram; killed at the end."""
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    with listener("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    telegram = Telegram()
    await telegram.open()
    base, agent = f"http://127.0.0.1:{port}", {"User-Agent": PHONE}
    async with httpx.AsyncClient(base_url=base, headers=agent, trust_env=False) as client:
        found = House(database_url, telegram, folder, port, client)
        try:
            yield found
        finally:
            if found.process is not None and found.process.returncode is None:
                found.process.kill()
                await found.process.wait()
            await telegram.close()


async def seen_when(house: House, wanted: Any, seconds: float) -> tuple[bool, float]:
    """Look until ``wanted(seen)``, at most so long; whether, and the longest answer's time."""
    ends, longest = time.monotonic() + seconds, 0.0
    while time.monotonic() < ends:
        seen = await house.look()
        longest = max(longest, seen.seconds)
        if wanted(seen):
            return True, longest
        if house.process is not None and house.process.returncode is not None:
            break
        await asyncio.sleep(0.25)
    return False, longest
