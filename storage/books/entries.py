"""The books: entries with their sealed, chained lines; appended and read, never changed."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.books import ledger
from bot.domain.books.ledger import Account, Amounts, Draft, Head, Stamp
from bot.domain.records import ConversionId, Currency, Line
from storage import bulk, numbering, partitions
from storage.tables import accounts, conversions, entries, lines, seals

BOOKS_LOCK = 0x6861_6F77_75
""""haowu": the number of the advisory lock under which entries are appended on PostgreSQL."""


async def lock(connection: AsyncConnection) -> None:
    """Take the writer's place in the books until the transaction ends; call it first.

    Every crediting moves the heads of ``marketplace:…`` and ``house:held``, so creditings are
    one after the other anyway. With one lock, taken before anything is read, no chain breaks,
    nothing deadlocks, and no row is judged twice at once. SQLite has only one writer.
    """
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": BOOKS_LOCK})


async def append(connection: AsyncConnection, drafts: Sequence[Draft]) -> list[int]:
    """Write ``drafts`` as sealed entries after the heads of their accounts; their ids.

    Raises BooksError for a draft that does not balance; the database refuses it too.
    """
    if not drafts:
        return []
    month = partitions.first_entry_id(max(draft.at for draft in drafts))
    numbers = await numbering.take(connection, entries, len(drafts), above=month)
    heads = await list_heads(
        connection, {account for draft in drafts for account, _ in draft.moves}
    )
    tails, written = ledger.chain(heads, zip(numbers, drafts, strict=True))
    await bulk.insert(
        connection,
        entries,
        [
            {
                "id": number,
                "kind": draft.kind,
                "conversion_id": draft.conversion_id,
                "reason": draft.reason,
                "at": draft.at,
                "seal_id": number,
            }
            for number, draft in zip(numbers, drafts, strict=True)
        ],
    )
    await bulk.insert(
        connection,
        lines,
        [_row_of(number, line) for number, some in written.items() for line in some],
    )
    await bulk.insert(connection, seals, [{"entry_id": number} for number in numbers])
    if connection.dialect.name == "sqlite":
        # PostgreSQL moves them itself: there it is what keeps the chains whole over the months.
        await _move_heads(connection, heads, tails)
    return numbers


async def list_heads(
    connection: AsyncConnection, wanted: Collection[Account]
) -> dict[Account, Head]:
    """The heads of those of the accounts ``wanted`` that have lines."""
    rows = await connection.execute(
        select(accounts).where(accounts.c.account.in_({name for name, _ in wanted}))
    )
    return {account: head for account, head in map(read_head, rows) if account in wanted}


async def list_all_heads(connection: AsyncConnection) -> dict[Account, Head]:
    """The head of every account."""
    return dict(map(read_head, await connection.execute(select(accounts))))


async def posted(
    connection: AsyncConnection, ids: Collection[ConversionId]
) -> dict[ConversionId, Amounts]:
    """What the books hold for each of the conversions ``ids``, by account."""
    if not ids:
        return {}
    statement = (
        select(
            entries.c.conversion_id,
            lines.c.account,
            lines.c.currency,
            func.sum(lines.c.amount_minor),
        )
        .join(lines, lines.c.entry_id == entries.c.id)
        .where(entries.c.conversion_id.in_(ids))
        .group_by(entries.c.conversion_id, lines.c.account, lines.c.currency)
    )
    found: dict[ConversionId, Amounts] = {number: {} for number in ids}
    for number, account, currency, amount_minor in await connection.execute(statement):
        found[ConversionId(number)][account, Currency(currency)] = int(amount_minor)
    return found


async def list_lines(
    connection: AsyncConnection, *, after: tuple[str, str, int], limit: int
) -> list[tuple[Line, Stamp]]:
    """The next lines in order of account, currency and sequence, with what their hash covers."""
    key = tuple_(lines.c.account, lines.c.currency, lines.c.sequence)
    statement = stamped().where(key > after).order_by(*_chain_order()).limit(limit)
    return [read_line(row) for row in await connection.execute(statement)]


async def list_unbalanced(connection: AsyncConnection) -> list[int]:
    """Ids of entries that do not sum to zero in each currency, or have no seal."""
    uneven = (
        select(lines.c.entry_id)
        .group_by(lines.c.entry_id, lines.c.currency)
        .having(func.sum(lines.c.amount_minor) != 0)
    )
    unsealed = (
        select(entries.c.id)
        .outerjoin(seals, seals.c.entry_id == entries.c.id)
        .outerjoin(lines, lines.c.entry_id == entries.c.id)
        .where(or_(seals.c.entry_id.is_(None), lines.c.entry_id.is_(None)))
    )
    found = [*await connection.scalars(uneven), *await connection.scalars(unsealed)]
    return sorted({int(number) for number in found})


async def count(connection: AsyncConnection) -> int:
    """How many entries there are."""
    return int(await connection.scalar(select(func.count()).select_from(entries)) or 0)


async def freeze(connection: AsyncConnection) -> None:
    """See one moment until the transaction ends, however long it reads; call it first."""
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))


async def _move_heads(
    connection: AsyncConnection, before: dict[Account, Head], after: dict[Account, Head]
) -> None:
    new = [_head_row(account, after[account]) for account in after if account not in before]
    if new:
        await bulk.insert(connection, accounts, new)
    moved = [
        {f"the_{name}": value for name, value in _head_row(account, after[account]).items()}
        | {"the_old": head.sequence}
        for account, head in before.items()
    ]
    if moved:
        # Guarded: a head that moved meanwhile is left alone, and its line's number is taken.
        await connection.execute(
            update(accounts)
            .where(
                accounts.c.account == bindparam("the_account"),
                accounts.c.currency == bindparam("the_currency"),
                accounts.c.sequence == bindparam("the_old"),
            )
            .values(
                sequence=bindparam("the_sequence"),
                balance_minor=bindparam("the_balance_minor"),
                last_hash=bindparam("the_last_hash"),
            ),
            moved,
        )


def stamped() -> Any:
    """Lines with what their hash covers, to be narrowed down and then ``read_line``."""
    return (
        select(
            lines,
            entries.c.kind,
            entries.c.at,
            conversions.c.marketplace,
            conversions.c.order_id,
            conversions.c.row_id,
        )
        .join(entries, entries.c.id == lines.c.entry_id)
        .outerjoin(conversions, conversions.c.id == entries.c.conversion_id)
    )


def _chain_order() -> tuple[Any, ...]:
    return (lines.c.account, lines.c.currency, lines.c.sequence)


def read_line(row: Row[Any]) -> tuple[Line, Stamp]:
    """A row of ``stamped`` as records."""
    key = (
        ""
        if row.order_id is None
        else ledger.conversion_key((row.marketplace, row.order_id, row.row_id))
    )
    line = Line(
        account=row.account,
        currency=Currency(row.currency),
        sequence=row.sequence,
        amount_minor=row.amount_minor,
        balance_minor=row.balance_minor,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )
    return line, Stamp(row.entry_id, row.kind, key, row.at)


def read_head(row: Any) -> tuple[Account, Head]:
    """A row with the columns of ``accounts`` as records."""
    account = (row.account, Currency(row.currency))
    return account, Head(row.sequence, row.balance_minor, row.last_hash)


def _head_row(account: Account, head: Head) -> dict[str, Any]:
    return {
        "account": account[0],
        "currency": account[1],
        "sequence": head.sequence,
        "balance_minor": head.balance_minor,
        "last_hash": head.hash,
    }


def _row_of(number: int, line: Line) -> dict[str, Any]:
    return {
        "account": line.account,
        "currency": line.currency,
        "sequence": line.sequence,
        "entry_id": number,
        "amount_minor": line.amount_minor,
        "balance_minor": line.balance_minor,
        "previous_hash": line.previous_hash,
        "hash": line.hash,
    }
