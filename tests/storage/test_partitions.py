"""Clicks and books by months on PostgreSQL: every promise of one table holds over all its parts."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.links.clicks import click_id, tick_of
from storage import guards, partitions
from storage.database import Database
from tests.postgres import Postgres

NOW = datetime.now(UTC)
"""The tables are made by the machine's clock, so the months are its months."""
LATER = NOW + timedelta(days=400)
ENTRY = "INSERT INTO {} (id, kind, reason, at, seal_id) VALUES ({}, 'x', 'x', now(), {})"
LINE = "INSERT INTO {} VALUES ('{}', 'CNY', {}, {}, {}, 0, '', '')"
CLICK = "INSERT INTO clicks VALUES ('{}', 'aaaaaaaaaaaaa', '{}', 'person', NULL)"


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[Database]:
    """Only PostgreSQL keeps months."""
    database = Database(await postgres.with_tables())
    yield database
    await database.close()


async def run(database: Database, *statements: str) -> None:
    """Run ``statements`` in one transaction."""
    async with database.write() as connection:
        for statement in statements:
            await connection.execute(text(statement))


async def count(database: Database, table: str) -> int:
    """How many rows a table, or one part of it, has."""
    async with database.read() as connection:
        return int(await connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0)


def entry(number: int, *, start: int = 1) -> list[str]:
    """A balanced, sealed entry, whose lines take the place ``start`` in two accounts."""
    return [
        ENTRY.format("entries", number, number),
        LINE.format("lines", "a", start, number, 5),
        LINE.format("lines", "b", start, number, -5),
        f"INSERT INTO seals (entry_id) VALUES ({number})",
    ]


async def test_each_entry_lies_in_its_month_with_its_lines(database: Database) -> None:
    this = partitions.first_entry_id(NOW)
    await run(database, *entry(7))
    await run(database, *entry(this + 8, start=2))
    await run(database, *entry(partitions.first_entry_id(LATER) + 9, start=3))
    for table, wanted in (("entries", 1), ("lines", 2)):
        parts = (f"{table}_first", f"{table}_{NOW:%Y_%m}", f"{table}_default")
        assert [await count(database, part) for part in parts] == [wanted] * 3


async def test_an_id_is_never_given_twice_whatever_the_month(database: Database) -> None:
    await run(database, *entry(7))
    with pytest.raises(DBAPIError, match="pk_entries"):
        await run(database, *entry(7, start=2))


@pytest.mark.parametrize("start", [1, 3], ids=["taken", "gap"])
async def test_a_place_in_a_chain_is_taken_once_also_in_another_month(
    database: Database, start: int
) -> None:
    await run(database, *entry(7))
    with pytest.raises(DBAPIError, match="must follow"):
        await run(database, *entry(partitions.first_entry_id(NOW) + 8, start=start))
    await run(database, *entry(partitions.first_entry_id(NOW) + 8, start=2))


async def test_lines_of_one_statement_may_not_share_a_place(database: Database) -> None:
    values = "('a', 'CNY', 1, 7, 5, 0, '', ''), ('a', 'CNY', 1, 8, 5, 0, '', '')"
    with pytest.raises(DBAPIError, match="must follow"):
        await run(
            database,
            ENTRY.format("entries", 7, 7),
            ENTRY.format("entries", 8, 8),
            f"INSERT INTO lines VALUES {values}",
        )


async def test_a_line_names_an_entry_that_is_there(database: Database) -> None:
    with pytest.raises(DBAPIError, match="foreign key"):
        await run(database, LINE.format("lines", "a", 1, 7, 5))


@pytest.mark.parametrize(
    "statement",
    [
        ENTRY.format("entries_first", 9, 9),
        LINE.format("lines_first", "a", 2, 7, 5),
        "COPY lines_first FROM PROGRAM 'true'",
    ],
)
async def test_a_part_of_the_books_is_not_written_directly(
    database: Database, statement: str
) -> None:
    await run(database, *entry(7))
    with pytest.raises(DBAPIError, match="through the whole table"):
        await run(database, statement)


@pytest.mark.parametrize("table", ["entries", "lines"])
@pytest.mark.parametrize("part", ["", "_first", "_default", f"_{NOW:%Y_%m}"])
@pytest.mark.parametrize(
    "change", ["UPDATE {} SET {} = {} + 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"]
)
async def test_nothing_written_is_changed_through_any_part(
    database: Database, table: str, part: str, change: str
) -> None:
    for number, start in ((7, 1), (partitions.first_entry_id(NOW) + 8, 2)):
        await run(database, *entry(number, start=start))
    await run(database, *entry(partitions.first_entry_id(LATER) + 9, start=3))
    column = "id" if table == "entries" else "amount_minor"
    with pytest.raises(DBAPIError, match="append-only"):
        await run(database, change.format(table + part, column, column))


async def test_an_unbalanced_entry_is_refused_in_every_month(database: Database) -> None:
    for number in (7, partitions.first_entry_id(NOW), partitions.first_entry_id(LATER)):
        with pytest.raises(DBAPIError, match="sum to zero"):
            await run(
                database,
                ENTRY.format("entries", number, number),
                LINE.format("lines", "a", 1, number, 5),
                LINE.format("lines", "b", 1, number, -4),
                f"INSERT INTO seals (entry_id) VALUES ({number})",
            )
        with pytest.raises(DBAPIError, match="(?i)foreign key"):
            await run(database, ENTRY.format("entries", number, number))


async def test_a_guard_that_one_part_lacks_is_missed(database: Database) -> None:
    await run(
        database,
        "ALTER TABLE lines_first DISABLE TRIGGER lines_no_direct",
        "ALTER TABLE entries_default DISABLE TRIGGER entries_no_update",
    )
    async with database.read() as connection:
        assert await guards.missing(connection) == {"lines_no_direct", "entries_no_update"}


async def test_months_are_made_ahead_once_and_with_their_guards(database: Database) -> None:
    async with database.write() as connection:
        assert await partitions.make_ahead(connection, NOW) == []
        made = await partitions.make_ahead(connection, LATER)
        assert len(made) == 3 * (partitions.MONTHS_AHEAD + 1)
        assert await partitions.make_ahead(connection, LATER) == []
        assert await guards.missing(connection) == set()
    await run(database, *entry(partitions.first_entry_id(LATER) + 9))
    assert await count(database, f"lines_{LATER:%Y_%m}") == 2


async def test_a_month_that_began_in_the_default_part_stays_there(database: Database) -> None:
    first = partitions.first_entry_id(LATER)
    await run(database, *entry(first + 1))
    async with database.write() as connection:
        made = await partitions.make_ahead(connection, LATER)
    assert f"entries_{LATER:%Y_%m}" not in made
    assert f"clicks_{LATER:%Y_%m}" in made
    await run(database, *entry(first + 2, start=2))
    assert await count(database, "entries_default") == 2


async def test_months_of_clicks_are_dropped_when_all_of_them_is_old(database: Database) -> None:
    async with database.write() as connection:
        await partitions.make_ahead(connection, LATER)
    for at in (NOW, NOW + timedelta(days=32), LATER):
        await run(database, CLICK.format(click_id(tick_of(at), 1), at.isoformat()))
    async with database.write() as connection:
        assert await partitions.drop_clicks(connection, before=NOW) == []
        dropped = await partitions.drop_clicks(connection, before=NOW + timedelta(days=64))
    assert dropped[-1] == "clicks_first"
    assert 1 <= await count(database, "clicks") <= 2
    assert await count(database, f"clicks_{LATER:%Y_%m}") == 1
    async with database.write() as connection:
        await partitions.drop_clicks(connection, before=LATER - timedelta(days=32))
    assert await count(database, "clicks") == 1


async def test_the_books_wait_for_no_reader_when_months_are_made(database: Database) -> None:
    async with database.read() as reader:
        await reader.execute(text("SELECT count(*) FROM entries"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            async with database.write() as connection:
                await partitions.make_ahead(connection, LATER)
    async with database.write() as connection:
        assert await partitions.make_ahead(connection, LATER)
