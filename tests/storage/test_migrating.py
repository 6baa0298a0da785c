"""The database that the steps build is the one that the tables describe."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert, select, text

from bot.domain.books import ledger
from bot.domain.books.ledger import Draft
from bot.domain.links.clicks import click_id, tick_of
from bot.domain.records import Currency
from bot.services.books.settling import Settling
from storage import guards, partitions, tables
from storage.books import entries
from storage.catalogue import indexing
from storage.database import Database
from storage.migrating import configuration, head, migrate, missing_guards, revision
from storage.tables import metadata
from tests.cast import NOON

FAR = NOON + timedelta(days=3_650)


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """A database without a single table."""
    database = Database(database_url)
    yield database
    await database.close()


def is_whole(_what: object, name: str | None, kind: str, *_others: object) -> bool:
    """Whether something is described: no part of a table kept by months, none of the full text.

    The entry of a line is asked for by a guard on PostgreSQL, by a foreign key on SQLite.
    """
    is_part = kind == "table" and (
        partitions.is_partition(name or "") or indexing.is_part(name or "")
    )
    return not is_part and name != "fk_lines_entry_id"


def differences(connection: Connection) -> list[object]:
    """What alembic would change to make the database like the tables."""
    opts = {"compare_type": True, "include_object": is_whole}
    context = MigrationContext.configure(connection, opts=opts)
    return list(compare_metadata(context, metadata))


async def test_the_steps_build_what_the_tables_describe(empty: Database) -> None:
    await migrate(empty)
    async with empty.read() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_guard_stands_after_the_steps(empty: Database) -> None:
    await migrate(empty)
    async with empty.read() as connection:
        assert await missing_guards(connection) == set()


async def test_a_missing_guard_is_noticed(empty: Database) -> None:
    await migrate(empty)
    where = "" if empty.is_sqlite else " ON lines"
    async with empty.write() as connection:
        await connection.execute(text(f"DROP TRIGGER lines_no_update{where}"))
        assert await missing_guards(connection) == {"lines_no_update"}


async def test_migrating_again_changes_nothing(empty: Database) -> None:
    assert await migrate(empty) == head()
    assert await migrate(empty) == head()
    async with empty.read() as connection:
        assert await revision(connection) == head()


async def test_several_that_migrate_at_once_come_after_each_other(database_url: str) -> None:
    databases = [Database(database_url) for _ in range(3)]
    assert await asyncio.gather(*map(migrate, databases)) == [head()] * 3
    for database in databases:
        await database.close()


async def test_an_empty_database_has_no_revision(empty: Database) -> None:
    async with empty.read() as connection:
        assert await revision(connection) is None


def test_the_names_of_the_guards_are_told_without_a_database() -> None:
    assert {"seals_balance", "lines_sealed", "entries_no_delete"} <= guards.names()


# ---------------------------------------------------------------- rows of the first house


DRAFTS = [
    Draft("credit", None, "", "a test", NOON + timedelta(days=number), moves)
    for number, moves in enumerate(
        [
            ((("house:held", Currency("CNY")), 5), (("marketplace:feed", Currency("CNY")), -5)),
            ((("house:held", Currency("CNY")), -2), (("marketplace:feed", Currency("CNY")), 2)),
        ]
    )
]


async def fill_the_first_house(database: Database) -> None:
    """The first step alone, without the guards of later ones, and rows in what changes after."""
    async with database.write() as connection:
        await connection.run_sync(lambda sync: command.upgrade(configuration(sync), "0001"))
        if not database.is_sqlite:
            await connection.execute(text(guards.removal()))
        tails, written = ledger.chain({}, enumerate(DRAFTS, 1))
        for number, draft in enumerate(DRAFTS, 1):
            row = {"id": number, "kind": draft.kind, "conversion_id": None, "seal_id": number}
            row |= {"reason": draft.reason, "at": draft.at}
            await connection.execute(insert(tables.entries), [row])
            rows = [asdict(line) | {"entry_id": number} for line in written[number]]
            await connection.execute(insert(tables.lines), rows)
            await connection.execute(insert(tables.seals), [{"entry_id": number}])
        heads = [
            {"account": account, "currency": currency, "sequence": head.sequence}
            | {"balance_minor": head.balance_minor, "last_hash": head.hash}
            for (account, currency), head in tails.items()
        ]
        await connection.execute(insert(tables.accounts), heads)
        clicks = [
            {"id": identity, "code": "a" * 13, "at": NOON, "kind": "person", "visitor": None}
            for identity in (click_id(tick_of(NOON), 1), click_id(tick_of(FAR), 1), "zzz")
        ]
        await connection.execute(insert(tables.clicks), clicks)
        if not database.is_sqlite:
            await connection.execute(text("SELECT setval('entries_id_seq', 2)"))


async def rows_of(database: Database) -> dict[str, list[Any]]:
    """Every row of the tables that the second step touches."""
    async with database.read() as connection:
        return {
            table.name: sorted(map(tuple, await connection.execute(select(table))))
            for table in (tables.entries, tables.lines, tables.accounts, tables.clicks)
        }


async def test_the_months_take_over_every_row_of_the_first_house(empty: Database) -> None:
    await fill_the_first_house(empty)
    before = await rows_of(empty)
    await migrate(empty)
    assert await rows_of(empty) == before
    assert [len(rows) for rows in before.values()] == [2, 4, 2, 3]
    async with empty.write() as connection:
        await entries.append(connection, DRAFTS)
    found = await Settling(empty, lambda: NOON).verify()
    assert found.faults == ()
    assert found.counts["lines"] == 8
