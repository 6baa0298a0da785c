"""Months of clicks, entries and lines on PostgreSQL: partitions made ahead and dropped whole.

Each is cut by the id that tells the month already: a click's begins with its tick, an entry's
with year and month, and a line goes with its entry. So primary and foreign keys hold over all
months as they do over one. SQLite keeps plain tables.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import MetaData, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.links.clicks import click_id, tick_of
from storage import guards
from storage.tables import clicks

MONTHS_AHEAD = 3
"""A clock that stands still for a season still finds its month."""
LOCK_TIMEOUT = "2s"
"""Making and dropping wait for readers, and writers would wait behind: better later again."""
ENTRIES_A_MONTH = 10**12
"""Entry ids are 2611_000000000123: year and month, then a running number."""


def first_entry_id(at: datetime) -> int:
    """Below every id of an entry made in the month (UTC) of ``at``, above those before it."""
    utc = at.astimezone(UTC)
    return ((utc.year - 2000) * 100 + utc.month) * ENTRIES_A_MONTH


def _first_click_id(at: datetime) -> str:
    return click_id(tick_of(at), 0)


@dataclass(frozen=True, slots=True)
class Parted:
    """A table that is kept by months: its name, the column that is cut, and where it is cut."""

    name: str
    column: str
    bound: Callable[[datetime], int | str]
    """Below every id of the month of an instant; all are of one length, so they sort as texts."""
    is_books: bool = True


PARTED = (
    Parted("clicks", "id", _first_click_id, is_books=False),
    Parted("entries", "id", first_entry_id),
    Parted("lines", "entry_id", first_entry_id),
)

late_clicks = clicks.to_metadata(MetaData(), name="clicks_default")
"""Clicks that no month takes; the only ones that are deleted one by one."""


def is_partition(name: str) -> bool:
    """Whether a table of this name is a part of another one."""
    return any(name.startswith(f"{parted.name}_") for parted in PARTED)


def clicks_of(connection: AsyncConnection) -> Table:
    """The table from which old clicks are deleted: all of them where there are no months."""
    return clicks if connection.dialect.name == "sqlite" else late_clicks


# ---- from plain tables to months


def conversion(now: datetime) -> Iterator[str]:
    """The DDL that makes plain tables parted; what they hold becomes their first partition.

    No row is copied. Guards must be gone before it; they are put up at its end.
    """
    yield "ALTER TABLE lines DROP CONSTRAINT fk_lines_entry_id"
    yield from _clicks(now)
    yield from _entries(now)
    yield from _lines(now)
    for parted in PARTED:
        for month in _months(now):
            # The first partition of clicks goes on to the end of this month.
            if parted.is_books or month > now:
                yield _creation(parted, month)
    yield from guards.statements("postgresql")
    for parted in PARTED:
        if parted.is_books:
            parts = [_name(parted, month) for month in _months(now)]
            for part in (f"{parted.name}_first", f"{parted.name}_default", *parts):
                yield from guards.on_partition(parted.name, part)


def _clicks(now: datetime) -> Iterator[str]:
    yield from _renamed("clicks", ["pk_clicks"])
    yield from _parent("clicks", "id", "CONSTRAINT pk_clicks PRIMARY KEY (id)")
    # Clicks of this month are there already: the first partition is this month's, too.
    bound = _first_click_id(_following(_month_of(now)))
    yield (
        f"WITH strays AS (DELETE FROM clicks_first WHERE id >= '{bound}' RETURNING *) "  # noqa: S608
        "INSERT INTO clicks_default SELECT * FROM strays"
    )
    yield _attachment("clicks", bound)


def _entries(now: datetime) -> Iterator[str]:
    yield from _renamed("entries", ["pk_entries", "ix_entries_conversion_id", "ix_entries_seal_id"])
    yield from _parent(
        "entries",
        "id",
        "CONSTRAINT pk_entries PRIMARY KEY (id)",
        "CONSTRAINT fk_entries_conversion_id FOREIGN KEY (conversion_id)"
        " REFERENCES conversions (id)",
        "CONSTRAINT fk_entries_seal_id FOREIGN KEY (seal_id)"
        " REFERENCES seals (entry_id) DEFERRABLE INITIALLY DEFERRED",
    )
    yield "ALTER SEQUENCE entries_id_seq OWNED BY entries.id"
    yield "CREATE INDEX ix_entries_conversion_id ON entries (conversion_id)"
    yield "CREATE INDEX ix_entries_seal_id ON entries (seal_id)"
    yield _attachment("entries", first_entry_id(_month_of(now)))


def _lines(now: datetime) -> Iterator[str]:
    place = "(account, currency, sequence, entry_id)"
    yield "ALTER TABLE lines DROP CONSTRAINT pk_lines"
    yield from _renamed("lines", ["uq_lines_entry_id_account_currency"])
    yield f"ALTER TABLE lines_first ADD CONSTRAINT pk_lines_first PRIMARY KEY {place}"
    yield from _parent(
        "lines",
        "entry_id",
        # That no place in a chain is taken twice, also not in two months, is kept by the heads.
        f"CONSTRAINT pk_lines PRIMARY KEY {place}",
        "CONSTRAINT uq_lines_entry_id_account_currency UNIQUE (entry_id, account, currency)",
        # No foreign key to entries: asked line by line over all months it took as long as all
        # the rest. A guard asks once a statement, and no entry is ever deleted.
    )
    yield _attachment("lines", first_entry_id(_month_of(now)))


def _renamed(table: str, indexes: list[str]) -> Iterator[str]:
    """The table as its own first partition; names of indexes are unique in a database."""
    yield f"ALTER TABLE {table} RENAME TO {table}_first"
    for index in indexes:
        yield f"ALTER INDEX {index} RENAME TO {index}_first"


def _parent(table: str, column: str, *constraints: str) -> Iterator[str]:
    parts = [f"LIKE {table}_first INCLUDING DEFAULTS INCLUDING CONSTRAINTS", *constraints]
    yield f"CREATE TABLE {table} ({', '.join(parts)}) PARTITION BY RANGE ({column})"
    yield f"CREATE TABLE {table}_default PARTITION OF {table} DEFAULT"


def _attachment(table: str, bound: object) -> str:
    return (
        f"ALTER TABLE {table} ATTACH PARTITION {table}_first FOR VALUES "
        f"FROM (MINVALUE) TO ('{bound}')"
    )


# ---- the months to come, and those that are over


async def make_ahead(connection: AsyncConnection, now: datetime) -> list[str]:
    """Make the partitions of this month and the next three where they are missing; their names.

    Rows that came before their partition lie in the DEFAULT one, which then keeps that month:
    the books are never moved. Raises DBAPIError when a reader is in the way for too long.
    """
    if connection.dialect.name == "sqlite":
        return []
    await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    there, made = await _bounds(connection), []
    for parted in PARTED:
        for month in _months(now):
            name = _name(parted, month)
            covered = there.get(f"{parted.name}_first") or ""
            is_covered = name in there or covered > str(parted.bound(month))
            if is_covered or await _is_taken(connection, parted, month):
                continue
            await connection.execute(text(_creation(parted, month)))
            if parted.is_books:
                for statement in guards.on_partition(parted.name, name):
                    await connection.execute(text(statement))
            made.append(name)
    return made


async def drop_clicks(connection: AsyncConnection, *, before: datetime) -> list[str]:
    """Drop the months of clicks that were over ``before`` an instant; their names."""
    if connection.dialect.name == "sqlite":
        return []
    await connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'"))
    limit = click_id(tick_of(before), 0)
    dropped = [
        name
        for name, until in sorted((await _bounds(connection)).items())
        if name.startswith("clicks_") and until is not None and until <= limit
    ]
    for name in dropped:
        await connection.execute(text(f"DROP TABLE {name}"))
    return dropped


async def _is_taken(connection: AsyncConnection, parted: Parted, month: datetime) -> bool:
    """Whether rows of ``month`` lie in another partition."""
    start, end = parted.bound(month), parted.bound(_following(month))
    return bool(
        await connection.scalar(
            text(
                f"SELECT EXISTS (SELECT 1 FROM {parted.name}_default "  # noqa: S608
                f"WHERE {parted.column} >= '{start}' AND {parted.column} < '{end}')"
            )
        )
    )


async def _bounds(connection: AsyncConnection) -> dict[str, str | None]:
    """The name of each partition, and below what its ids are; None for a DEFAULT one."""
    rows = await connection.execute(
        text(
            "SELECT child.relname, substring(pg_get_expr(child.relpartbound, child.oid) "
            "FROM 'TO [(]''?([^'')]*)''?[)]') FROM pg_inherits "
            "JOIN pg_class child ON child.oid = inhrelid "
            "JOIN pg_class parent ON parent.oid = inhparent "
            "WHERE parent.relkind = 'p' AND parent.relnamespace = current_schema()::regnamespace"
        )
    )
    return {name: until for name, until in rows}


def _creation(parted: Parted, month: datetime) -> str:
    start, end = parted.bound(month), parted.bound(_following(month))
    return (
        f"CREATE TABLE {_name(parted, month)} PARTITION OF {parted.name} "
        f"FOR VALUES FROM ('{start}') TO ('{end}')"
    )


def _name(parted: Parted, month: datetime) -> str:
    return f"{parted.name}_{month:%Y_%m}"


def _months(now: datetime) -> Iterator[datetime]:
    month = _month_of(now)
    for _ in range(MONTHS_AHEAD + 1):
        yield month
        month = _following(month)


def _month_of(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _following(month: datetime) -> datetime:
    return _month_of(month + timedelta(days=31))
