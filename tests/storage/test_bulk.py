"""Many rows at once come back as they were given, on both engines."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from storage import bulk, numbering
from storage.database import Database
from storage.tables import groups, openings, people, postbacks, promoters
from tests.cast import NOON, add_group, add_promoter


async def test_rows_come_back_as_they_were_given(database: Database) -> None:
    rows = [
        {
            "id": number,
            "marketplace": "feed",
            "source": "http",
            "raw": f"“好物”\n{{}} {number}",
            "received_at": NOON + timedelta(microseconds=number),
        }
        for number in range(1, 3_000)
    ]
    async with database.write() as connection:
        await bulk.insert(connection, postbacks, rows)
        await bulk.insert(connection, postbacks, [])
    async with database.read() as connection:
        found = await connection.execute(select(postbacks).order_by(postbacks.c.id))
        assert [dict(row._mapping) for row in found] == rows


async def test_documents_flags_and_nothing_at_all_survive(database: Database) -> None:
    async with database.write() as connection:
        lin = await add_promoter(connection, 2001, "Lin")
        row = {
            "chat_id": -(2**40),
            "title": "群",
            "promoter_id": lin,
            "programme": "fenxiang",
            "state": "active",
            "is_paused": True,
            "lost_at": None,
            "member_count": 120,
            "timezone": "Asia/Shanghai",
            "language": "zh",
            "missing_rights": ["发", {"a": None}],
            "connected_at": NOON,
        }
        await bulk.insert(connection, groups, [row])
    async with database.read() as connection:
        found = (await connection.execute(select(groups))).one()._mapping
    assert {name: found[name] for name in row} == row


async def test_a_value_that_is_too_long_is_refused_and_never_cut(database: Database) -> None:
    if database.is_sqlite:
        return
    row = {"telegram_id": 1, "name": "x" * 129, "language": "zh", "met_at": NOON}
    with pytest.raises(DBAPIError, match="too long"):
        async with database.write() as connection:
            await bulk.insert(connection, people, [row])


async def test_what_a_constraint_refuses_leaves_none_of_the_rows(database: Database) -> None:
    row = {
        "programme": "fenxiang",
        "status": "active",
        "level": "starter",
        "joined_at": NOON,
    }
    async with database.write() as connection:
        lin = await add_promoter(connection, 2001, "Lin")
    with pytest.raises(DBAPIError):
        async with database.write() as connection:
            await bulk.insert(connection, promoters, [row | {"person_id": lin}])
    async with database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(promoters)) == 1


async def test_numbers_are_taken_once(database: Database) -> None:
    async with database.write() as connection:
        first = await numbering.take(connection, postbacks, 3)
        rows = [
            {"id": number, "marketplace": "f", "source": "http", "raw": "", "received_at": NOON}
            for number in first
        ]
        await bulk.insert(connection, postbacks, rows)
    async with database.write() as connection:
        second = await numbering.take(connection, postbacks, 2)
        assert await numbering.take(connection, postbacks, 0) == []
    assert len({*first, *second}) == 5
    assert max(first) < min(second)


async def test_rows_are_put_in_the_place_of_those_with_their_key(database: Database) -> None:
    async with database.write() as connection:
        lin = await add_promoter(connection, 2001, "Lin")
        group_id = await add_group(connection, lin)

        def opening(slot: str, hours: int) -> dict[str, Any]:
            return {
                "group_id": group_id,
                "slot": slot,
                "day": NOON.date(),
                "opens_at": NOON + timedelta(hours=hours),
                "closes_at": NOON + timedelta(hours=hours + 1),
            }

        keys = ("group_id", "slot")
        await bulk.put(connection, openings, [opening("noon", 0), opening("evening", 8)], keys)
        await bulk.put(connection, openings, [opening("noon", 24), opening("night", 12)], keys)
        await bulk.put(connection, openings, [], keys)
        found = await connection.execute(select(openings).order_by(openings.c.opens_at))
        assert [dict(row._mapping) for row in found] == [
            opening("evening", 8), opening("night", 12), opening("noon", 24),
        ]  # fmt: skip
