"""The town of each journey: the real bot, its web side and clock, over an empty database."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from bot import demo
from bot.app import App
from bot.demo import PROGRAMME, ZONE
from bot.domain.books.ledger import Account
from bot.domain.money import currency
from bot.services.catalogue.refreshing import FeedWish
from storage.books import entries
from storage.database import Database
from storage.migrating import migrate
from tests.journeys.pace import HASTY
from tests.journeys.people import GroupChat, Json, Person, Stage, client_of, until

MORNING = datetime(2026, 11, 22, 7, 50, tzinfo=ZONE)
"""Ten minutes before the first slot of a Sunday."""


@dataclass
class Town(Stage):
    """The stage with the house behind it, for what operators do at the command line."""

    demo: demo.Town

    @property
    def app(self) -> App:
        """Every service."""
        return self.demo.app

    async def invite(self, programme: str = PROGRAMME) -> str:
        """A code for one promoter, as ``haowu invite`` makes it."""
        return (await self.app.enrolling.invite(programme, owner_id=None)).code

    async def enrol(self, *people: Person, programme: str = PROGRAMME) -> None:
        """Let people join whose training is not what is looked at; an operator waives it."""
        for person in people:
            await person.starts(await self.invite(programme))
            await person.sees("先花一分钟读读规则")
            await self.app.enrolling.unlock(person.id, by="test", reason="known since long")

    async def stock(self) -> None:
        """Import the shop's feed, as ``haowu catalog import`` does."""
        wish = FeedWish(marketplace=demo.MARKETPLACE, currency=currency("CNY"))
        report = await self.app.refreshing.import_source(f"{self.demo.url}/shop/feed.jsonl", wish)
        assert report.added > 40

    async def morning(self, *groups: GroupChat, each: int = 2) -> list[list[Json]]:
        """Let the morning slot come and pass; the posts of every group."""
        await self.opens("morning", *groups)
        if each > 1:
            await self.clock(minutes=13)
            await self.passes(*groups, count=each)
        return [await group.posts() for group in groups]

    async def books(self) -> dict[str, int]:
        """Every account's balance in fen, the empty ones left out."""
        async with self.app.database.read() as connection:
            heads = await entries.list_all_heads(connection)
        return {_name(key): head.balance_minor for key, head in heads.items() if head.balance_minor}

    async def books_become(self, wanted: dict[str, int]) -> None:
        """Wait until exactly these accounts hold something; the clock does it by itself."""

        async def look() -> bool | None:
            found.update(balances := await self.books())
            return True if balances == wanted else None

        found: dict[str, int] = {}
        await until(look, lambda: f"the books hold {found}, not {wanted}")

    async def our_id(self, person: Person) -> int:
        """The number by which the books know a promoter."""
        found = await self.app.enrolling.promoter_by_telegram(person.id)
        assert found is not None
        return found.id


def _name(account: Account) -> str:
    name, code = account
    assert code == "CNY"
    return name


@pytest.fixture
async def town(database_url: str) -> AsyncIterator[Town]:
    """A running town with a stocked shop and nobody in it yet."""
    database = Database(database_url)
    await migrate(database)
    await database.close()
    async with (
        demo.town(
            database_url, asyncio.Event(), start=MORNING, is_limited=False, timetable=HASTY
        ) as running,
        client_of(running.url) as client,
    ):
        town = Town(client, running)
        await town.stock()
        yield town
