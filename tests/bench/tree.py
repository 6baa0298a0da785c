"""A tree of ten thousand promoters answers /team and credits an order as fast as a tree of ten."""

import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import insert, text

from bot.domain.records import Currency, PersonId
from bot.services.books.crediting import Crediting
from bot.services.growth import together
from bot.services.growth.together import Growth
from storage.database import Database
from storage.tables import groups, links, marketplaces, offers, people, promoters
from tests.bench import ENGINES, Bench, Figure, Subject, at_most, told
from tests.bench.crowd import _offer, _settle
from tests.cast import NOON
from tests.schemes import PROGRAMMES

ZONE = ZoneInfo("Asia/Shanghai")
CHILDREN = 400
"""What a node grows by in a month [S2]."""
BIG, SMALL = 10_000, 10
ORDERS_EACH = 5
RATIO_LIMIT = 1.3
ROOT = PersonId(1)

Call = Callable[[int], Awaitable[object]]
PIECE_ROWS = 10_000


@dataclass(frozen=True)
class Tree:
    """One database with a tree, and the services over it."""

    database: Database
    growth: Growth
    crediting: Crediting
    sellers: tuple[int, ...]
    """Numbers of the children of the root."""


def inviter_of(number: int, children: int) -> int | None:
    """Who stands above the ``number``-th promoter, when each takes ``children`` in turn."""
    return None if number == 1 else (number - 2) // children + 1


def rows_of(size: int, children: int) -> Mapping[Any, list[dict[str, Any]]]:
    """The people of a tree; the children of its root have a group and a link each."""
    everybody = range(1, size + 1)
    sellers = [each for each in everybody if inviter_of(each, children) == 1]
    return {
        people: [
            {
                "id": each,
                "telegram_id": 10**9 + each,
                "name": f"Promoter {each}",
                "language": "zh",
                "met_at": NOON,
            }
            for each in everybody
        ],
        promoters: [
            {
                "person_id": each,
                "programme": "fenxiang",
                "inviter_id": inviter_of(each, children),
                "status": "active",
                "level": "starter",
                "joined_at": NOON - timedelta(days=30) + timedelta(minutes=each),
                "unlocked_at": NOON,
            }
            for each in everybody
        ],
        offers: [_offer(1)],
        groups: [
            {
                "id": each,
                "chat_id": -(10**12) - each,
                "title": f"Group {each}",
                "promoter_id": each,
                "programme": "fenxiang",
                "state": "active",
                "member_count": 120,
                "timezone": "Asia/Shanghai",
                "language": "zh",
                "missing_rights": [],
                "connected_at": NOON,
            }
            for each in sellers
        ],
        links: [
            {
                "code": code_of(each),
                "offer_id": 1,
                "marketplace": "feed",
                "group_id": each,
                "promoter_id": each,
                "target_url": "https://shop.example.com/1",
                "created_at": NOON,
            }
            for each in sellers
        ],
    }


def code_of(seller: int) -> str:
    """The link of a seller: its number, in letters that a code may have."""
    return f"{seller:013}".translate(str.maketrans("0123456789", "abcdefghjk"))


async def plant(url: str, size: int, children: int) -> Tree:
    """A tree of ``size`` in an empty database."""
    database, moment = Database(url), NOON + timedelta(minutes=5)
    async with database.write() as connection:
        market = {"name": "feed", "added_at": NOON, "is_self_purchase_paid": True}
        await connection.execute(insert(marketplaces), [market])
    for table, rows in rows_of(size, children).items():
        for start in range(0, len(rows), PIECE_ROWS):
            async with database.write() as connection:
                await connection.execute(insert(table), rows[start : start + PIECE_ROWS])
    async with database.write() as connection:
        await _settle(connection, (people, groups, offers))

    def now() -> datetime:
        return moment

    crediting = Crediting(database, PROGRAMMES, now, Currency("CNY"), ZONE)
    growth = together.build(database, PROGRAMMES, lambda: moment + timedelta(minutes=2), ZONE)
    sellers = tuple(each for each in range(2, size + 1) if inviter_of(each, children) == 1)
    return Tree(database, growth, crediting, sellers)


async def credit(tree: Tree, seller: int, order: str) -> None:
    """One order by the link of ``seller``."""
    told_ = {"subid": code_of(seller), "txid": order, "payout": "10.00", "status": "approved"}
    verdict = await tree.crediting.receive("feed", query=urlencode(told_))
    assert verdict.result == "credited", verdict


async def sell(tree: Tree, each: int) -> None:
    """Every seller has ``each`` orders this month, and the team's sums know of them."""
    for seller in tree.sellers:
        for number in range(each):
            await credit(tree, seller, f"L-{seller}-{number}")
    while await tree.growth.teaming.add_up():
        pass
    async with tree.database.write() as connection:
        await connection.execute(text("ANALYZE"))


async def alternately(big: Call, small: Call, times: int) -> tuple[list[float], list[float]]:
    """Milliseconds of ``times`` calls of each, one after the other: the machine is shared."""
    found: tuple[list[float], list[float]] = ([], [])
    for number in range(times):
        for call, kept in ((big, found[0]), (small, found[1])):
            began = time.perf_counter()
            await call(number)
            kept.append((time.perf_counter() - began) * 1000)
    return found


def compared(name: str, big: list[float], small: list[float]) -> list[Figure]:
    """p50 and p99 of both, and their ratio."""
    figures = []
    for part, quantile in (("p50", 50), ("p99", 99)):
        two = [statistics.quantiles(each, n=100)[quantile - 1] for each in (big, small)]
        figures += [
            told(f"{name}.big.{part}", [two[0]], "ms"),
            told(f"{name}.small.{part}", [two[1]], "ms"),
        ]
        figures.append(at_most(f"{name}.{part}_ratio", [two[0] / two[1]], "ratio", RATIO_LIMIT))
    return figures


VIEWS: Mapping[str, Callable[[Tree], Awaitable[object]]] = {
    "sales": lambda one: one.growth.teaming.sales(ROOT),
    "mentees": lambda one: one.growth.mentors.mentees(ROOT, 0),
    "invitations": lambda one: one.growth.teaming.invitations(ROOT),
}


async def measured(engine: str, big: Tree, small: Tree, times: int) -> list[Figure]:
    """Every view of /team and the crediting of an order, in both trees by turns."""

    def viewed(view: Callable[[Tree], Awaitable[object]], one: Tree) -> Call:
        return lambda _: view(one)

    def credited(one: Tree) -> Call:
        return lambda number: credit(one, one.sellers[number % (SMALL - 1)], f"N-{number}")

    found: list[Figure] = []
    for name, view in VIEWS.items():
        two = viewed(view, big), viewed(view, small)
        await alternately(*two, 10)
        found += compared(f"tree.{engine}.{name}", *await alternately(*two, times))
    taken = await alternately(credited(big), credited(small), times // 2)
    return found + compared(f"tree.{engine}.credit", *taken)


async def tree(bench: Bench) -> AsyncIterator[Figure]:
    """/team and one credit, in a tree of 10,000 with 400 a node, against a tree of ten."""
    times = bench.of(400, 40)
    for engine in ENGINES:
        big = await plant(await bench.database_url(engine, "big"), BIG, CHILDREN)
        small = await plant(await bench.database_url(engine, "small"), SMALL, SMALL - 1)
        for each in (big, small):
            await sell(each, bench.of(ORDERS_EACH, 1))
        for figure in await measured(engine, big, small, times):
            yield figure
        for each in (big, small):
            await each.database.close()


SUBJECTS: dict[str, Subject] = {"tree": tree}
