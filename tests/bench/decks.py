"""Dealing decks: the cost a promoter as promoters grow tenfold, and one deck's time at its worst.

A promoter has ten groups in eight zones; the deck of the day has about sixty cards.
"""

import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, update

from bot.services.decks.dealing import Dealing
from storage import bulk
from storage.database import Database
from storage.tables import click_hours, deck_cards, deck_turns, decks, links, notices, offers
from tests.bench import ENGINES, Bench, Figure, at_most, told
from tests.bench.crowd import GROUPS_EACH, OFFERS, _offer, _settle, put
from tests.cast import NOON
from tests.schemes import PROGRAMMES, TEXTS

FEW, MANY = 1_000, 10_000
ROUNDS = 3
RATIO = 1.5
CATALOGUE = 100_000
DECKS = 300
P99_MS = 1_000.0
LINKS_EACH = 168
"""Six posts a day for four weeks: what a group's history has at the most."""
DUE = NOON + timedelta(hours=18, minutes=30)
"""Half past seven in the morning in Tokyo: of everybody a group opens next."""
PIECE_ROWS = 10_000


async def dealing(bench: Bench) -> AsyncIterator[Figure]:
    """Cost a promoter for few and for many, on each engine; few before each third of many."""
    few, many = bench.of(FEW, 50), bench.of(MANY, 500)
    for engine in ENGINES:
        crowd = await _crowd(await bench.database_url(engine, "many"), many)
        small, large = list[float](), list[float]()
        for number in range(ROUNDS):
            database = await _crowd(await bench.database_url(engine, f"few-{number}"), few)
            small.append(await _deal(database, few))
            await database.close()
            large.append(await _deal(crowd, many // ROUNDS))
        await crowd.close()
        yield told(f"decks.{engine}.{few}", small, "ms")
        yield told(f"decks.{engine}.{many}", large, "ms")
        ratios = [after / before for before, after in zip(small, large, strict=True)]
        yield at_most(f"decks.{engine}.growth", ratios, "ratio", RATIO)


async def _crowd(url: str, promoters: int) -> Database:
    await put(url, promoters * GROUPS_EACH)
    database = Database(url)
    await _seat(database, promoters)
    # The first deck makes the day's shortlists, which is another matter.
    await _worker(database).deal_due(1)
    return database


async def _deal(database: Database, at_least: int) -> float:
    """Milliseconds a promoter, until so many, or all, have their deck."""
    worker, began, done = _worker(database), time.perf_counter(), 0
    while done < at_least and (count := await worker.deal_due()):
        done += count
    return (time.perf_counter() - began) / done * 1e3


async def one_deck(bench: Bench) -> AsyncIterator[Figure]:
    """One promoter's deck over a large catalogue, with the history of four weeks behind it."""
    for engine in ENGINES:
        url = await bench.database_url(engine, "deck-one")
        await put(url, GROUPS_EACH)
        database = Database(url)
        await _fill(database, bench.of(CATALOGUE, 5_000))
        await _seat(database, 1)
        worker, spent = _worker(database), list[float]()
        for _ in range(bench.of(DECKS, 30) + 1):
            began = time.perf_counter()
            assert await worker.deal_due() == 1
            spent.append((time.perf_counter() - began) * 1e3)
            async with database.write() as connection:
                for table in (deck_cards, decks, notices):
                    await connection.execute(delete(table))
                await connection.execute(update(deck_turns).values(due_at=NOON))
        # The first one ranks the catalogue for everybody.
        first, *others = spent
        others.sort()
        yield told(f"deck.{engine}.first", [first], "ms")
        yield told(f"deck.{engine}.p50", [others[len(others) // 2]], "ms")
        p99 = others[min(len(others) - 1, len(others) * 99 // 100)]
        yield at_most(f"deck.{engine}.p99", [p99], "ms", P99_MS)
        await database.close()


def _worker(database: Database) -> Dealing:
    return Dealing(database, PROGRAMMES, TEXTS, lambda: DUE)


async def _seat(database: Database, promoters: int) -> None:
    rows = [{"promoter_id": each, "due_at": NOON} for each in range(1, promoters + 1)]
    async with database.write() as connection:
        await bulk.insert(connection, deck_turns, rows)


async def _fill(database: Database, count: int) -> None:
    """So many offers in all, and links that were followed in each group."""
    more = map(_offer, range(OFFERS + 1, count + 1))
    for table, rows in ((offers, more), (links, _links()), (click_hours, _clicks())):
        while piece := list(islice(rows, PIECE_ROWS)):
            async with database.write() as connection:
                await connection.execute(insert(table), piece)
    async with database.write() as connection:
        await _settle(connection, (offers,))


def _codes() -> Iterator[tuple[int, int, str]]:
    for group in range(1, GROUPS_EACH + 1):
        for number in range(LINKS_EACH):
            yield group, number, f"c{group:03}{number:05}"


def _links() -> Iterator[dict[str, Any]]:
    for group, number, code in _codes():
        yield {
            "code": code,
            "offer_id": group * 100 + number,
            "marketplace": "feed",
            "group_id": group,
            "promoter_id": 1,
            "target_url": "https://shop.example.com",
            "created_at": NOON - timedelta(hours=4 * number),
        }


def _clicks() -> Iterator[dict[str, Any]]:
    for _, number, code in _codes():
        for hour in range(3):
            at = NOON - timedelta(hours=4 * number - hour)
            yield {"code": code, "hour_at": at, "people": 1 + number % 5, "bots": 1}


SUBJECTS = {"decks": dealing, "deck": one_deck}
