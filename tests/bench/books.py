"""Crediting through attribution, terms and sealed books: its rate, and what does not slow it."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

from bot.domain.links.clicks import click_id, tick_of
from bot.services.books.settling import Settling
from storage import bulk, guards
from storage.database import Database
from storage.tables import clicks, metadata
from tests.bench import ENGINES, Bench, Figure, at_least, at_most, told
from tests.bench.orders import ORDERED_AT, Stand, paid, server_seconds, settle, stand
from tests.cast import NOON

RATE, TREE_RATIO, PARTITION_RATIO = 3_000, 1.2, 1.15
SMALL_TREE, LARGE_TREE, CHILDREN = 10, 10_000, 400
ROUNDS, UNDISTURBED = 7, 3
"""The rate is that of the least disturbed rounds, as PERFORMANCE measured its own."""
CLICKS = 2_000
SENDERS = (1, 16, 256)


async def books(bench: Bench) -> AsyncIterator[Figure]:
    """Rates on each engine, then what a large tree and what months cost, as ratios."""
    count = bench.of(4_000, 500)
    for engine in ENGINES:
        few = await _stand(bench, engine, "few", SMALL_TREE, SMALL_TREE)
        many = await _stand(bench, engine, "many", bench.of(LARGE_TREE, 1_000), CHILDREN)
        async for figure in _rates(f"books.{engine}", few, count):
            yield figure
        async for figure in _trees(f"books.{engine}", few, many, count // 2):
            yield figure
        yield await _verified(f"books.{engine}.verified", few)
        for at_once in SENDERS:
            name = f"books.{engine}.postbacks_of_{at_once}"
            yield await _postbacks(name, few, bench.of(20, 2) * at_once, at_once)
        for each in (few, many):
            await each.database.close()
        async for figure in _communities(bench, engine, count // 2):
            yield figure
    async for figure in _months(bench, count // 2):
        yield figure


async def _communities(bench: Bench, engine: str, count: int) -> AsyncIterator[Figure]:
    """The same of community terms, which ask for the nearest gold owner above each shop."""
    wanwu = {"programme": "wanwu", "gold": 1}
    few = await _stand(bench, engine, "wanwu-few", SMALL_TREE, SMALL_TREE, **wanwu)
    large = bench.of(LARGE_TREE, 1_000)
    many = await _stand(bench, engine, "wanwu-many", large, CHILDREN, **wanwu)
    async for figure in _trees(f"books.{engine}.community", few, many, count):
        yield figure
    for each in (few, many):
        await each.database.close()


async def _stand(
    bench: Bench, engine: str, name: str, count: int, children: int, **scheme: Any
) -> Stand:
    url = await bench.database_url(engine, name)
    found = await stand(url, count=count, children=children, **scheme)
    # The first batch compiles statements and fills caches.
    await found.credit(paid(found.codes, 90_000_000, 1_000))
    await settle(found.database)
    return found


async def _rates(name: str, few: Stand, count: int) -> AsyncIterator[Figure]:
    """Conversions a second by the wall and by the processor: new rows of a file."""
    costs = [await few.credit(paid(few.codes, n * count, count)) for n in range(ROUNDS)]
    best = sorted(count / cost.wall_seconds for cost in costs)[-UNDISTURBED:]
    yield at_least(f"{name}.conversions", best, "1/s", RATE)
    micros = [cost.cpu_seconds / count * 1e6 for cost in costs]
    yield told(f"{name}.processor", micros, "µs")


async def _trees(name: str, few: Stand, many: Stand, count: int) -> AsyncIterator[Figure]:
    """What crediting under the large tree costs beside the small one, round by round.

    First orders of ten promoters in either tree; then orders of all promoters of the large one,
    where a batch has as many accounts as rows.
    """
    ten = many.codes[-SMALL_TREE:]
    ratios, spread = [], []
    for n in range(ROUNDS):
        start = 10_000_000 + n * count
        small = await few.credit(paid(few.codes, start, count))
        same = await many.credit(paid(ten, start, count))
        all_of_them = await many.credit(paid(many.codes, start + 5_000_000, count))
        ratios.append(same.cpu_seconds / small.cpu_seconds)
        spread.append(all_of_them.cpu_seconds / small.cpu_seconds)
    yield at_most(f"{name}.large_tree", ratios, "ratio", TREE_RATIO)
    yield told(f"{name}.large_tree_all_promoters", spread, "ratio")


async def _verified(name: str, few: Stand) -> Figure:
    """Lines that ``haowu verify`` checks a second."""
    began = time.perf_counter()
    found = await Settling(few.database, lambda: NOON).verify()
    assert found.faults == ()
    return told(name, [found.counts["lines"] / (time.perf_counter() - began)], "1/s")


async def _postbacks(name: str, few: Stand, count: int, at_once: int) -> Figure:
    """Postbacks a second from so many senders, each sending when its one before is answered."""

    async def send(sender: int) -> None:
        for number in range(count // at_once):
            order_id = f"P-{at_once}-{sender}-{number}"
            given = {"subid": few.codes[0], "txid": order_id, "payout": "10.00"}
            await few.crediting.receive("feed", query=urlencode(given))

    began = time.perf_counter()
    await asyncio.gather(*(send(sender) for sender in range(at_once)))
    return told(name, [count / (time.perf_counter() - began)], "1/s")


# ---- months


async def _months(bench: Bench, count: int) -> AsyncIterator[Figure]:
    """What keeping months costs beside plain tables with the same guards, round by round."""
    plain_url = await _plain(bench)
    plain = await stand(plain_url, count=SMALL_TREE, children=SMALL_TREE)
    parted = await _stand(bench, "postgresql", "parted", SMALL_TREE, SMALL_TREE)
    await plain.credit(paid(plain.codes, 90_000_000, 1_000))
    credited, clicked = [], []
    for n in range(ROUNDS):
        rows = paid(plain.codes, n * count, count)
        costs = [(await each.credit(rows)).cpu_seconds for each in (plain, parted)]
        credited.append(costs[1] / costs[0])
        spent = [await _click(each.database, n) for each in (plain, parted)]
        clicked.append(spent[1] / spent[0])
    yield at_most("books.postgresql.months_of_entries", credited, "ratio", PARTITION_RATIO)
    yield at_most("books.postgresql.months_of_clicks", clicked, "ratio", PARTITION_RATIO)
    for each in (plain, parted):
        await each.database.close()


async def _plain(bench: Bench) -> str:
    """A database whose tables are kept by no months, with every guard that stands without."""
    url = await bench.postgres.fresh()
    database = Database(url)
    async with database.write() as connection:
        await connection.run_sync(metadata.create_all)
        for statement in guards.statements("postgresql"):
            await connection.exec_driver_sql(statement)
    await database.close()
    return url


async def _click(database: Database, round_: int) -> float:
    """Processor seconds that some batches of clicks take, each batch in a transaction."""
    rows = [
        {
            "id": click_id(tick_of(ORDERED_AT) + round_, number),
            "code": "aaaaaaaaaaaaa",
            "at": ORDERED_AT,
            "kind": "person",
            "visitor": None,
        }
        for number in range(10 * CLICKS)
    ]
    servers, spent = await server_seconds(database), time.process_time()
    for start in range(0, len(rows), CLICKS):
        async with database.write() as connection:
            await bulk.insert(connection, clicks, rows[start : start + CLICKS])
    await asyncio.sleep(0)
    own = time.process_time() - spent
    return own + await server_seconds(database) - servers


SUBJECTS = {"books": books}
