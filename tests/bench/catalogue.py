"""Importing feeds, parsed and stored, and the shortlist of a catalogue of a million offers."""

import csv
import io
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import timedelta
from itertools import islice
from typing import Any
from xml.sax.saxutils import escape

from sqlalchemy import insert, text

from bot.domain.catalogue.matching import fold
from bot.domain.records import Currency
from bot.marketplaces.feeds.cells import Defaults
from bot.marketplaces.feeds.reading import Read, Reading, read_feed
from bot.services.catalogue.ranking import made
from bot.services.catalogue.refreshing import Refreshing
from storage import bulk
from storage.database import Database
from storage.tables import marketplaces, offers, prices
from tests.bench import ENGINES, Bench, Figure, at_least, at_most
from tests.cast import NOON
from tests.schemes import PROGRAMMES

ROUNDS = 3
PARSED, STORED = 20_000, 5_000
"""Rows a second."""
SHORTLIST_SECONDS = 5.0
CATALOGUE = 1_000_000
PIECE_ROWS = 10_000
BRANDS = ("Fenghua", "Nordlys", "Casa Verde", "Haolai", "Brightway", "Old Mill", "", "Sanhe")
ROOTS = ("Home", "Food", "Garden", "Clothing", "Electronics", "Toys", "Sport", "Beauty")
READING = Reading(Defaults(currency=Currency("CNY"), commission_bps=None, now=NOON))


# ---------------------------------------------------------------- import


async def importing(bench: Bench) -> AsyncIterator[Figure]:
    """Rows a second of each format, parsed alone, and parsed and stored on each engine."""
    feeds = {kind: write(bench.of(40_000, 4_000)) for kind, write in WRITERS.items()}
    rates: dict[str, list[float]] = {}
    for number in range(ROUNDS):
        for kind, feed in feeds.items():
            rates.setdefault(f"import.{kind}.parsed", []).append(_parse(feed))
        for engine in ENGINES:
            url = await bench.database_url(engine, f"import-{number}")
            for what, rate in (await _store(url, feeds["csv"])).items():
                rates.setdefault(f"import.{engine}.{what}", []).append(rate)
    for name, values in rates.items():
        yield at_least(name, values, "1/s", PARSED if name.endswith("parsed") else STORED)


def _parse(feed: bytes) -> float:
    began = time.perf_counter()
    count = sum(isinstance(row, Read) for row in read_feed(io.BytesIO(feed), READING))
    return count / (time.perf_counter() - began)


async def _store(url: str, feed: bytes) -> dict[str, float]:
    """The same feed twice: every offer is added, then every offer is found unchanged."""
    database = Database(url)
    refreshing, rates = Refreshing(database, lambda: NOON), {}
    for what in ("stored", "seen_again"):
        began = time.perf_counter()
        report = await refreshing.import_rows(read_feed(io.BytesIO(feed), READING))
        seen = report.added if what == "stored" else report.unchanged
        rates[what] = seen / (time.perf_counter() - began)
    await database.close()
    return rates


def _rows(count: int) -> Iterator[dict[str, str]]:
    for number in range(count):
        price = 990 + number * 37 % 90_000
        yield {
            "id": f"sku-{number}",
            "title": f"{BRANDS[number % 8]} 云南小粒咖啡 mild roast {number}, 250 g",
            "url": f"https://shop.example.com/item/{number}?from=feed&campaign=autumn",
            "price": f"{price / 100:.2f} CNY",
            "sale_price": f"{price * 8 // 10 / 100:.2f} CNY" if number % 3 else "",
            "image": f"https://cdn.example.com/pictures/{number % 977}/{number}.jpg",
            "brand": BRANDS[number % 8],
            "category": f"{ROOTS[number % 8]} > Kind {number % 40} > Shelf {number % 400}",
            "description": "Hand picked, washed, roasted this week. " * 4,
            "stock": str(number % 1_500),
            "coupon": "满20减10" if number % 5 == 0 else "",
            "commission_rate": f"{number % 40}%",
            "rating": f"{3 + number % 20 / 10:.1f}",
            "reviews": str(number % 3_000),
            "sales": str(number * 7 % 40_000),
            "delivery": "次日达" if number % 2 else "",
        }


def _csv(count: int) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, next(_rows(1)))
    writer.writeheader()
    writer.writerows(_rows(count))
    return text.getvalue().encode()


def _jsonl(count: int) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in _rows(count)).encode()


def _google(count: int) -> bytes:
    names = {"url": "link", "image": "image_link", "category": "product_type"}
    items = (
        "<item>"
        + "".join(
            f"<g:{names.get(name, name)}>{escape(cell)}</g:{names.get(name, name)}>"
            for name, cell in row.items()
            if cell
        )
        + "</item>"
        for row in _rows(count)
    )
    head = '<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><channel>'
    return (head + "\n".join(items) + "</channel></rss>").encode()


WRITERS: Mapping[str, Callable[[int], bytes]] = {"csv": _csv, "jsonl": _jsonl, "google": _google}


# ---------------------------------------------------------------- shortlist


async def shortlist(bench: Bench) -> AsyncIterator[Figure]:
    """Seconds to rank a catalogue of a million offers for a programme, on each engine."""
    count = bench.of(CATALOGUE, 20_000)
    databases = {}
    for engine in ENGINES:
        databases[engine] = Database(await bench.database_url(engine, "shortlist"))
        await _fill(databases[engine], count)
    spent: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for engine, database in databases.items():
            began = time.perf_counter()
            async with database.read() as connection:
                best = await made(connection, PROGRAMMES["fenxiang"], NOON.date(), NOON)
            spent.setdefault(engine, []).append(time.perf_counter() - began)
            assert len(best.rows) == PROGRAMMES["fenxiang"].shortlist_size
            assert best.reserve
    for engine, values in spent.items():
        await databases[engine].close()
        yield at_most(f"shortlist.{engine}.{count}", values, "s", SHORTLIST_SECONDS)


async def _fill(database: Database, count: int) -> None:
    async with database.write() as connection:
        market = {"name": "feed", "added_at": NOON, "is_self_purchase_paid": True}
        await connection.execute(insert(marketplaces), [market])
    for table, rows in ((offers, map(_offer, range(count))), (prices, _history(count))):
        while piece := list(islice(rows, PIECE_ROWS)):
            async with database.write() as connection:
                await bulk.insert(connection, table, piece)
    if not database.is_sqlite:
        async with database.write() as connection:
            await connection.execute(text("ANALYZE"))


def _offer(number: int) -> dict[str, Any]:
    """What no feed says of every offer is not said of some of these."""
    price = 990 + number * 37 % 90_000
    title = f"{BRANDS[number % 8]} 云南小粒咖啡 mild roast {number}, 250 g"
    return {
        "id": number + 1,
        "marketplace": "feed",
        "external_id": f"sku-{number}",
        "title": title,
        "url": f"https://shop.example.com/item/{number}?from=feed",
        "price_minor": price,
        "sale_price_minor": price * (60 + number * 7 % 40) // 100 if number % 3 else None,
        "currency": "CNY",
        "image_url": f"https://cdn.example.com/pictures/{number}.jpg",
        "brand": BRANDS[number % 8] or None,
        "category": f"{ROOTS[number % 8]} > Kind {number % 40} > Shelf {number % 400}",
        "description": "Hand picked, washed, roasted this week. " * 4,
        "stock": number * 13 % 1_500 if number % 4 else None,
        "commission_bps": number * 11 % 4_000 if number % 7 else None,
        "rating_bps": 6_000 + number * 17 % 4_000 if number % 5 else None,
        "reviews": number * 31 % 3_000,
        "sales": number * 7 % 40_000 if number % 6 else None,
        "digest": str(number),
        "search": fold(title),
        "added_at": NOON,
        "seen_at": NOON,
    }


def _history(count: int) -> Iterator[dict[str, Any]]:
    """A first price for every offer; one in fifty moved in the last days."""
    for number in range(count):
        row = _offer(number) if number % 50 == 0 else {}
        yield {"offer_id": number + 1, "price_minor": 5_000, "at": NOON - timedelta(days=40)}
        if row:
            price = row["sale_price_minor"] or row["price_minor"]
            yield {"offer_id": number + 1, "price_minor": price, "at": NOON - timedelta(days=3)}


SUBJECTS = {"import": importing, "shortlist": shortlist}
