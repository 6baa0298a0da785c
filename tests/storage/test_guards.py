"""The money rules live in the database: plain SQL cannot break them, on either engine."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database

ENTRY = "INSERT INTO entries (id, kind, reason, at, seal_id) VALUES (1, 'x', 'x', '{at}', 1)"
LINE = (
    "INSERT INTO lines (account, currency, sequence, entry_id, amount_minor, balance_minor, "
    "previous_hash, hash) VALUES (:account, :currency, :sequence, 1, :amount, 0, '', '')"
)


async def write_entry(
    database: Database, amounts: list[tuple[str, int]], *, is_sealed: bool = True
) -> None:
    """Write one entry in plain SQL, a line for each (currency, amount)."""
    at = "2026-11-22 00:00:00" + ("" if database.is_sqlite else "+00")
    async with database.write() as connection:
        await connection.execute(text(ENTRY.format(at=at)))
        for number, (currency, amount) in enumerate(amounts):
            values = {"account": f"a{number}", "currency": currency, "sequence": 1}
            await connection.execute(text(LINE), values | {"amount": amount})
        if is_sealed:
            await connection.execute(text("INSERT INTO seals (entry_id) VALUES (1)"))


async def test_a_balanced_sealed_entry_is_taken(database: Database) -> None:
    await write_entry(database, [("CNY", 5), ("CNY", -5)])
    async with database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM lines")) == 2


@pytest.mark.parametrize(
    "amounts",
    [[("CNY", 5), ("CNY", -4)], [("CNY", 5), ("USD", -5)], [("CNY", 5)], []],
    ids=["sum", "two currencies", "one line", "no line"],
)
async def test_an_unbalanced_entry_is_refused(
    database: Database, amounts: list[tuple[str, int]]
) -> None:
    with pytest.raises(DBAPIError, match="sum to zero"):
        await write_entry(database, amounts)


async def test_an_unsealed_entry_cannot_be_committed(database: Database) -> None:
    with pytest.raises(DBAPIError, match="(?i)foreign key"):
        await write_entry(database, [("CNY", 5), ("CNY", -5)], is_sealed=False)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE lines SET amount_minor = 7",
        "DELETE FROM lines",
        "UPDATE entries SET reason = 'y'",
        "DELETE FROM entries",
        "DELETE FROM seals",
        "UPDATE seals SET entry_id = 2",
        "INSERT INTO lines VALUES ('late', 'CNY', 1, 1, 5, 5, '', '')",
    ],
)
async def test_nothing_written_is_ever_changed(database: Database, statement: str) -> None:
    await write_entry(database, [("CNY", 5), ("CNY", -5)])
    with pytest.raises(DBAPIError, match="append-only|sealed"):
        async with database.write() as connection:
            await connection.execute(text(statement))
