"""A crowd of groups whose slots fall due together, put straight into the tables."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, insert, text

from bot.domain.catalogue.matching import fold
from storage import bulk
from storage.database import Connection, Database
from storage.tables import groups, marketplaces, offers, openings, people, promoters
from tests.cast import NOON

ZONES = (
    "Asia/Shanghai", "Asia/Tokyo", "Asia/Kolkata", "Asia/Singapore",
    "Asia/Dubai", "Australia/Sydney", "Pacific/Auckland", "Australia/Lord_Howe",
)  # fmt: skip
"""Eight, of which some keep summer time and two are half an hour off; day at NOON in all."""
GROUPS_EACH = 10
"""Groups of one promoter: as many as the programmes allow [S1]."""
OFFERS = 2_000
SLOT = "noon"
PIECE_ROWS = 10_000


async def put(database_url: str, count: int) -> None:
    """``count`` groups of fenxiang in an empty database, all due at NOON, and offers for them."""
    database = Database(database_url)
    async with database.write() as connection:
        market = {"name": "feed", "added_at": NOON, "is_self_purchase_paid": True}
        await connection.execute(insert(marketplaces), [market])
    owners = (count + GROUPS_EACH - 1) // GROUPS_EACH
    for table, rows in (
        (people, map(_person, range(1, owners + 1))),
        (promoters, map(_promoter, range(1, owners + 1))),
        (groups, map(_group, range(1, count + 1))),
        (openings, _openings(count)),
        (offers, map(_offer, range(1, OFFERS + 1))),
    ):
        while piece := list(islice(rows, PIECE_ROWS)):
            async with database.write() as connection:
                await bulk.insert(connection, table, piece)
    async with database.write() as connection:
        await _settle(connection, (people, groups, offers))
    await database.close()


async def _settle(connection: Connection, numbered: Iterable[Table]) -> None:
    """Let the engine know what its own inserts would have told it: ids taken, and how much."""
    if connection.dialect.name == "postgresql":
        for table in numbered:
            await connection.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), "
                    f"(SELECT max(id) FROM {table.name}))"
                )
            )
        # As autovacuum does by itself a minute later.
        await connection.execute(text("ANALYZE"))


def _person(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "telegram_id": 10**9 + number,
        "name": f"Promoter {number}",
        "language": "zh",
        "met_at": NOON,
    }


def _promoter(number: int) -> dict[str, Any]:
    return {
        "person_id": number,
        "programme": "fenxiang",
        "inviter_id": None,
        "status": "active",
        "level": "starter",
        "joined_at": NOON,
        "unlocked_at": NOON,
    }


def _group(number: int) -> dict[str, Any]:
    return {
        "id": number,
        "chat_id": -(10**12) - number,
        "title": f"Sunny Court {number}",
        # The groups of one promoter were connected at different times.
        "promoter_id": (number - 1) // GROUPS_EACH + 1,
        "programme": "fenxiang",
        "state": "active",
        "is_paused": False,
        "member_count": 120,
        "timezone": ZONES[number % len(ZONES)],
        "language": "zh" if number % 2 else "en",
        "missing_rights": [],
        # Not new any more: one opening in so many sells nothing.
        "connected_at": NOON - timedelta(days=30),
        "bot_id": 700_000_001,
    }


def _openings(count: int) -> Iterator[dict[str, Any]]:
    days = [NOON.astimezone(ZoneInfo(zone)).date() for zone in ZONES]
    for number in range(1, count + 1):
        yield {
            "group_id": number,
            "slot": SLOT,
            "day": days[number % len(ZONES)],
            "opens_at": NOON,
            "closes_at": NOON + timedelta(minutes=30),
        }


def _offer(number: int) -> dict[str, Any]:
    title = f"云南咖啡 Yunnan coffee {number}"
    return {
        "id": number,
        "marketplace": "feed",
        "external_id": f"p-{number}",
        "title": title,
        "url": f"https://shop.example.com/item/{number}?from=feed",
        "price_minor": 2_990 + number,
        "sale_price_minor": 1_990 + number,
        "currency": "CNY",
        "image_url": f"https://shop.example.com/pictures/{number}.jpg",
        "category": f"Food > Kind {number % 20}",
        "coupon": "满20减10",
        "commission_bps": 500 + number % 2_000,
        "stock": 500,
        "rating_bps": 9_000 + number % 1_000,
        "reviews": number,
        "sales": number * 3,
        "digest": str(number),
        "search": fold(title),
        "added_at": NOON,
        "seen_at": NOON,
    }
