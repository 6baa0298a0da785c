"""The books in the database: appended in order, read by account, the same on both engines."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.books.ledger import Account, Draft, Head
from bot.domain.records import Currency
from bot.errors import BooksError
from storage import guards
from storage.books import entries
from storage.database import Database
from tests.cast import NOON

CNY, USD = Currency("CNY"), Currency("USD")
HOUSE, HOUSE_USD = ("house:held", CNY), ("house:held", USD)
SHOP = ("marketplace:feed", CNY)


def draft(amount: int, account: Account = HOUSE, other: Account = SHOP) -> Draft:
    return Draft("credit", None, "", "a test", NOON, ((account, amount), (other, -amount)))


async def append(database: Database, *drafts: Draft) -> list[int]:
    async with database.write() as connection:
        await entries.lock(connection)
        return await entries.append(connection, list(drafts))


async def test_entries_follow_each_other_in_their_accounts(database: Database) -> None:
    first = await append(database, draft(5), draft(7))
    second = await append(database, draft(-2))
    assert sorted({*first, *second}) == [*first, *second]
    async with database.read() as connection:
        lines = await entries.list_lines(connection, after=("", "", 0), limit=100)
        heads = await entries.list_all_heads(connection)
    house = [line for line, _ in lines if line.account == "house:held"]
    assert [(line.sequence, line.balance_minor) for line in house] == [(1, 5), (2, 12), (3, 10)]
    assert heads[HOUSE] == Head(3, 10, house[-1].hash)
    assert [line.previous_hash for line in house[1:]] == [line.hash for line in house[:-1]]


async def test_each_currency_of_an_account_is_a_chain_of_its_own(database: Database) -> None:
    await append(database, draft(5), draft(9, HOUSE_USD, ("marketplace:feed", USD)))
    async with database.read() as connection:
        heads = await entries.list_heads(connection, {HOUSE_USD})
    assert (set(heads), heads[HOUSE_USD].balance_minor) == ({HOUSE_USD}, 9)


async def test_lines_are_read_in_pieces_without_a_gap(database: Database) -> None:
    await append(database, *(draft(number) for number in range(1, 8)))
    async with database.read() as connection:
        whole = await entries.list_lines(connection, after=("", "", 0), limit=100)
        pieces, after = [], ("", "", 0)
        while piece := await entries.list_lines(connection, after=after, limit=3):
            pieces += piece
            after = (piece[-1][0].account, piece[-1][0].currency, piece[-1][0].sequence)
    assert pieces == whole
    assert len(whole) == 14


async def test_nothing_to_write_writes_nothing(database: Database) -> None:
    assert await append(database) == []
    async with database.read() as connection:
        assert await entries.count(connection) == 0
        assert await entries.posted(connection, []) == {}


async def test_an_unbalanced_draft_leaves_nothing_behind(database: Database) -> None:
    uneven = Draft("credit", None, "", "x", NOON, ((HOUSE, 5), (SHOP, -4)))
    with pytest.raises(BooksError):
        await append(database, draft(1), uneven)
    async with database.read() as connection:
        assert await entries.count(connection) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounts SET sequence = 1",
        "UPDATE accounts SET account = 'house:other' WHERE account = 'house:held'",
        "DELETE FROM accounts",
    ],
)
async def test_a_head_never_goes_back(database: Database, statement: str) -> None:
    await append(database, draft(5), draft(6))
    with pytest.raises(DBAPIError, match="only goes forward"):
        async with database.write() as connection:
            await connection.execute(text(statement))
    await append(database, draft(7))
    async with database.read() as connection:
        assert (await entries.list_heads(connection, {HOUSE}))[HOUSE].sequence == 3


async def test_the_database_has_every_guard(database: Database) -> None:
    async with database.read() as connection:
        assert await guards.missing(connection) == set()
