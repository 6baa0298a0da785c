"""The same few people in every test, each with one role, and builders that put them on stage."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, OfferId, PersonId, PostId
from storage.catalogue import indexing
from storage.catalogue.indexing import Entry
from storage.database import Database
from storage.tables import groups, marketplaces, offers, people, posts, promoters
from storage.upsert import insert_ignore

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
"""Noon in Shanghai on a Sunday."""

OUYANG, LIN, CHEN, ZHAO, MEI, WEI = 1001, 2001, 2002, 2003, 3001, 3002
"""Telegram ids: operator; promoters Lin, Chen (by Lin), Zhao (by Chen); member; outsider."""
SUNNY_COURT = -1001000000001
"""Chat id of Lin's group."""
BOT = 7000000001
"""Telegram's id of our bot, which is the number in the sandbox's token."""


@dataclass(frozen=True)
class Stage:
    """Our own ids of the promoters and of Sunny Court."""

    lin: PersonId
    chen: PersonId
    zhao: PersonId
    group: GroupId


async def set_stage(database: Database) -> Stage:
    """Lin, Chen and Zhao in fenxiang, and Lin's active group of 120 members."""
    async with database.write() as connection:
        lin = await add_promoter(connection, LIN, "Lin")
        chen = await add_promoter(connection, CHEN, "Chen", inviter_id=lin)
        zhao = await add_promoter(connection, ZHAO, "Zhao", inviter_id=chen)
        group = await add_group(connection, lin)
    return Stage(lin, chen, zhao, group)


async def add_person(
    connection: AsyncConnection, telegram_id: int, name: str, *, language: str = "zh"
) -> PersonId:
    """Somebody who spoke to the bot; returns our own id."""
    row = {"telegram_id": telegram_id, "name": name, "language": language, "met_at": NOON}
    return PersonId(await _add(connection, people, row))


async def add_promoter(
    connection: AsyncConnection,
    telegram_id: int,
    name: str,
    *,
    inviter_id: PersonId | None = None,
    programme: str = "fenxiang",
) -> PersonId:
    """An unlocked promoter; returns our own id."""
    person_id = await add_person(connection, telegram_id, name)
    row = {
        "person_id": person_id,
        "programme": programme,
        "inviter_id": inviter_id,
        "status": "active",
        "level": "starter",
        "joined_at": NOON,
        "unlocked_at": NOON,
    }
    await connection.execute(insert(promoters), [row])
    return person_id


async def add_group(
    connection: AsyncConnection,
    promoter_id: PersonId,
    chat_id: int = SUNNY_COURT,
    **changed: Any,
) -> GroupId:
    """An active group of 120 members in Shanghai; ``changed`` are other column values."""
    row = {
        "chat_id": chat_id,
        "title": "Sunny Court",
        "promoter_id": promoter_id,
        "programme": "fenxiang",
        "state": "active",
        "member_count": 120,
        "timezone": "Asia/Shanghai",
        "language": "zh",
        "missing_rights": [],
        "connected_at": NOON,
        "bot_id": BOT,
    }
    return GroupId(await _add(connection, groups, row | changed))


async def add_offer(
    connection: AsyncConnection, external_id: str = "p-1", **changed: Any
) -> OfferId:
    """A live offer of marketplace "feed" at 19.90 after coupon; ``changed`` are column values."""
    row = {
        "marketplace": "feed",
        "external_id": external_id,
        "title": f"Yunnan coffee {external_id}",
        "url": f"https://shop.example.com/{external_id}",
        "price_minor": 2990,
        "sale_price_minor": 1990,
        "currency": "CNY",
        "commission_bps": 1000,
        "digest": external_id,
        "added_at": NOON,
        "seen_at": NOON,
    } | changed
    marketplace = {"name": row["marketplace"], "added_at": NOON, "is_self_purchase_paid": True}
    await insert_ignore(connection, marketplaces, [marketplace])
    offer_id = OfferId(await _add(connection, offers, row))
    told: dict[str, Any] = {"brand": None, "category": None, "sales": None, "ended_at": None} | row
    entry = Entry._make([offer_id, *(told[name] for name in Entry._fields[1:])])
    await connection.run_sync(indexing.put, [entry] if told["ended_at"] is None else [])
    return offer_id


async def add_post(
    connection: AsyncConnection,
    group_id: GroupId,
    promoter_id: PersonId,
    offer_id: OfferId | None = None,
    **changed: Any,
) -> PostId:
    """A sent post of the noon slot; ``changed`` are other column values."""
    row: dict[str, Any] = {
        "group_id": group_id,
        "promoter_id": promoter_id,
        "offer_id": offer_id,
        "day": NOON.date(),
        "slot": "noon",
        "ordinal": 1,
        "state": "sent",
        "due_at": NOON,
        "closes_at": NOON,
        "rendered": {"html": "「广告」", "image_url": None, "buttons": []},
        "is_autopilot": True,
        "created_at": NOON,
        "bot_id": BOT,
    }
    return PostId(await _add(connection, posts, row | changed))


async def _add(connection: AsyncConnection, table: Any, row: dict[str, Any]) -> int:
    found = await connection.scalar(insert(table).values(row).returning(table.c.id))
    return int(found or 0)
