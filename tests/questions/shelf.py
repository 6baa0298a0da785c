"""Both catalogues, brought into a database by the real import with their past prices."""

import csv
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.sandbox.shop.catalogue import feed_table, load_offers
from bot.services.catalogue.refreshing import FeedWish, Refreshing
from storage.database import Database
from storage.tables import offers, prices
from tests.cast import NOON

CATALOGUE = Path(__file__).with_name("catalogue.tsv")
DEMO, BAZAAR, FAIR = "demo", "bazaar", "fair"
"""Marketplaces: the demo's shop, our own one, and those whose only offer came to an end."""
SHOP = "https://shop.example.com"
LAST_IMPORT_HOURS = 1
USUALLY_SINCE_HOURS = 72
FEED = (
    "id title url brand category currency price sale_price coupon stock rating reviews sales "
    "delivery size material returns contents description"
).split()
Row = Mapping[str, str]


@dataclass(frozen=True)
class Stored:
    """An offer as the database holds it, by columns, and its prices from when on, minor units."""

    name: str
    """Its id in the feed."""
    columns: Mapping[str, Any]
    history: tuple[tuple[datetime, int], ...]

    @property
    def price_now(self) -> int:
        """What the buyer pays, minor units."""
        sale = self.columns["sale_price_minor"]
        return int(self.columns["price_minor"] if sale is None else sale)


def rows() -> list[Row]:
    """Our own catalogue as the file has it."""
    with CATALOGUE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


async def fill(database: Database) -> None:
    """Import both catalogues as of NOON: ours as often as its prices changed, the demo's once."""
    own = [row for row in rows() if not row["ended_days"]]
    ended = [row for row in rows() if row["ended_days"]]
    for hours in sorted(_sightings(own), reverse=True):
        await _import(database, BAZAAR, hours, _table(_seen(own, hours)))
    for row in ended:
        market = f"{FAIR}-{row['id'].lower()}"
        seen = _table([_cells(row, _price(row))])
        await _import(database, market, int(row["seen_hours"]), seen)
        gone = 24 * int(row["ended_days"])
        await _import(database, market, gone, _table([]), is_ending_missing=True)
    demo = feed_table(list(load_offers().values()), SHOP)
    await _import(database, DEMO, LAST_IMPORT_HOURS, demo)


async def stored(database: Database) -> dict[str, Stored]:
    """Every offer by its name, read past the code that is judged."""
    async with database.read() as connection:
        past: dict[int, list[tuple[datetime, int]]] = {}
        for row in await connection.execute(select(prices).order_by(prices.c.at, prices.c.id)):
            past.setdefault(row.offer_id, []).append((row.at, row.price_minor))
        found = await connection.execute(select(offers))
        return {
            row.external_id: Stored(
                row.external_id, dict(row._mapping), tuple(past.get(row.id, ()))
            )
            for row in found
        }


def _sightings(own: list[Row]) -> set[int]:
    """Hours ago at which the feed was read: at each change of price, and lately."""
    changed = {hours for row in own for hours, _ in _past(row)}
    return changed | {_last(row) for row in own}


def _seen(own: list[Row], hours: int) -> Iterator[list[str]]:
    for row in own:
        past = _past(row)
        if past[0][0] >= hours >= _last(row):
            price = next(price for since, price in reversed(past) if since >= hours)
            yield _cells(row, price)


def _past(row: Row) -> list[tuple[int, str]]:
    """Since how many hours ago which price after coupon, the earliest first."""
    told = [point.split(":") for point in row["history"].split()]
    past = [(24 * int(days), price) for days, price in told]
    now = (_last(row), _price(row))
    if not past:
        return [(max(USUALLY_SINCE_HOURS, _last(row)), _price(row))]
    return past if Decimal(past[-1][1]) == Decimal(_price(row)) else [*past, now]


def _price(row: Row) -> str:
    return row["sale_price"] or row["price"]


def _last(row: Row) -> int:
    return int(row["seen_hours"] or LAST_IMPORT_HOURS)


def _cells(row: Row, price: str) -> list[str]:
    """The row as it stood when the price after coupon was ``price``."""
    usual = row["price"]
    told = dict(row) | {"url": f"{SHOP}/{row['id']}"}
    if row["sale_price"]:
        told |= {"price": max(usual, price, key=Decimal), "sale_price": price}
    else:
        told["price"] = price
    return [told[name] for name in FEED]


def _table(cells: Iterator[list[str]] | list[list[str]]) -> str:
    return "".join("\t".join(row) + "\n" for row in [FEED, *cells])


async def _import(
    database: Database, marketplace: str, hours: int, table: str, *, is_ending_missing: bool = False
) -> None:
    at = NOON - timedelta(hours=hours)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "feed.tsv"
        path.write_text(table, encoding="utf-8")
        wish = FeedWish(marketplace=marketplace, is_ending_missing=is_ending_missing)
        report = await Refreshing(database, lambda: at).import_source(str(path), wish)
    if report.refused:
        raise AssertionError(f"{marketplace}: {report.refused}")
