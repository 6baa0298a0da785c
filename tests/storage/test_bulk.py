"""Many rows at once come back as they were given, on both engines."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from storage import bulk, numbering
from storage.database import Database
from storage.tables import groups, people, postbacks, promoters
from tests.cast import NOON, add_promoter


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
