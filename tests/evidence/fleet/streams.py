"""What streams in from outside while processes die: clicks, postbacks, and people who write."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from sqlalchemy import text

from storage.database import Database
from tests.evidence.fleet.ships import KEY, Fleet
from tests.evidence.fleet.telegram import Telegram

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E1"
PAUSE_SECONDS = 0.02
WIDTH = 4


@dataclass
class Streams:
    """Asks the web sides of a fleet, remembers what was answered, and asks again what was not."""

    fleet: Fleet
    telegram: Telegram
    codes: Sequence[str]
    chance: Random
    followed: Counter[str] = field(default_factory=Counter)
    """Clicks that were answered with the shop's address."""
    taken: set[str] = field(default_factory=set)
    """Orders whose postback was answered 2xx."""
    again: int = 0
    """Requests without an answer, made again elsewhere."""
    refused: Counter[int] = field(default_factory=Counter)
    _orders: int = 0

    async def flow(self, is_over: asyncio.Event) -> None:
        """Ask until it is over, and until the last question is answered."""
        agent = {"User-Agent": PHONE}
        async with httpx.AsyncClient(headers=agent, trust_env=False, timeout=10) as client:
            works = [self._click(client, is_over) for _ in range(WIDTH)]
            works += [self._report(client, is_over) for _ in range(WIDTH)]
            await asyncio.gather(*works, self._write(is_over))

    async def _click(self, client: httpx.AsyncClient, is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            code = self.chance.choice(self.codes)
            if await self._ask(client, f"/r/{code}") == httpx.codes.FOUND:
                self.followed[code] += 1
            await asyncio.sleep(PAUSE_SECONDS)

    async def _report(self, client: httpx.AsyncClient, is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            self._orders += 1
            order, code = f"S-{self._orders}", self.chance.choice(self.codes)
            fields = {"subid": code, "txid": order, "status": "approved", "payout": "1.00"}
            while order not in self.taken:
                if await self._ask(client, f"/postback/feed/{KEY}", fields) == httpx.codes.OK:
                    self.taken.add(order)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _write(self, is_over: asyncio.Event) -> None:
        while not is_over.is_set():
            self.telegram.write(self.chance.choice(self.telegram.bot_ids))
            await asyncio.sleep(0.2)

    async def _ask(
        self, client: httpx.AsyncClient, path: str, fields: dict[str, str] | None = None
    ) -> int:
        port = self.fleet.web(self.chance)
        status = 0
        with contextlib.suppress(httpx.HTTPError):
            answer = await client.get(f"http://127.0.0.1:{port}{path}", params=fields)
            status = answer.status_code
        self.again += status == 0
        if status not in (0, httpx.codes.OK, httpx.codes.FOUND):
            self.refused[status] += 1
        return status


@dataclass(frozen=True)
class Books:
    """What the database holds of it in the end."""

    clicks_lost: int
    orders_lost: int
    orders_doubled: int
    unbalanced: int


async def compare(database_url: str, streams: Streams) -> Books:
    """Compare what was answered with what is kept."""
    database = Database(database_url)
    async with database.read() as connection:

        async def rows(statement: str) -> Sequence[Any]:
            return (await connection.execute(text(statement))).all()

        kept = dict(
            tuple(row) for row in await rows("SELECT code, count(*) FROM clicks GROUP BY 1")
        )
        orders = Counter(str(row[0]) for row in await rows("SELECT order_id FROM conversions"))
        sums = await rows("SELECT currency, sum(amount_minor) FROM lines GROUP BY 1")
    await database.close()
    lost = {code: count - kept.get(code, 0) for code, count in streams.followed.items()}
    return Books(
        clicks_lost=sum(missing for missing in lost.values() if missing > 0),
        orders_lost=len(streams.taken - orders.keys()),
        orders_doubled=sum(count > 1 for count in orders.values()),
        unbalanced=sum(1 for _, total in sums if total) if sums else 1,
    )
