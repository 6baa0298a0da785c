"""The values of a parsed TOML document, checked one by one; faults are gathered, not raised."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bot.domain import money
from bot.errors import InputError

TERMS_ZONE = ZoneInfo("Asia/Shanghai")
"""A date without a time begins at midnight there: the documents are Chinese."""

Item = TypeVar("Item")
Table = Mapping[str, Any]


class Cells:
    """Reads values, and keeps a sentence in ``faults`` for each that is not what it must be."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def known(self, table: Table, names: tuple[str, ...], what: str) -> None:
        """Whether every key of ``table`` is among ``names``; told as no part of ``what``."""
        self.faults += [f"“{key}” is not a part of {what}." for key in table if key not in names]

    def table(self, value: Any, what: str) -> Table:
        """A table; an empty one in place of anything else."""
        if isinstance(value, Mapping):
            return value
        self.faults.append(f"“{what}” must be a table.")
        return {}

    def each(self, value: Any, what: str, read: Callable[[Table], Item | None]) -> tuple[Item, ...]:
        """What ``read`` makes of each table of a list; faulty ones are told and left out."""
        if not isinstance(value, list | tuple) or not all(
            isinstance(one, Mapping) for one in value
        ):
            self.faults.append(f"“{what}” must be a list of tables.")
            return ()
        return tuple(found for one in value if (found := read(one)) is not None)

    def number(self, table: Table, key: str, default: int, least: int = 0) -> int:
        """A whole number of at least ``least``, ``default`` where there is none."""
        value = table.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        self.faults.append(f"“{key}” must be a whole number of at least {least}, not {value!r}.")
        return default

    def optional_number(self, table: Table, key: str) -> int | None:
        """A whole number of at least 0, or None where there is none."""
        return self.number(table, key, 0) if key in table else None

    def flag(self, table: Table, key: str, *, default: bool = False) -> bool:
        """True or false, ``default`` where nothing is said."""
        value = table.get(key, default)
        if isinstance(value, bool):
            return value
        self.faults.append(f"“{key}” must be true or false, not {value!r}.")
        return default

    def currency(self, table: Table) -> str | None:
        """The ISO code under "currency", or None where there is none."""
        if "currency" not in table:
            return None
        try:
            return money.currency(str(table["currency"]))
        except InputError as fault:
            self.faults.append(str(fault))
            return None

    def words(self, table: Table, key: str) -> tuple[str, ...]:
        """A list of words; empty where there is none."""
        value = table.get(key, ())
        if isinstance(value, list | tuple) and all(isinstance(word, str) for word in value):
            return tuple(value)
        self.faults.append(f"“{key}” must be a list of words.")
        return ()

    def texts(self, value: Any, what: str) -> Mapping[str, str]:
        """A text for each language."""
        table = self.table(value, what)
        if all(isinstance(text, str) for text in table.values()):
            return table
        self.faults.append(f"“{what}” must hold a text for each language.")
        return {}

    def since(self, table: Table, what: str) -> datetime | None:
        """The instant under "from", 2019 where none is named; None for what is no date."""
        found = instant(table.get("from", date(2019, 1, 1)))
        if found is None:
            self.faults.append(f"{what} begin “from” a date, not {table['from']!r}.")
        return found


def instant(value: Any) -> datetime | None:
    """A TOML date or date-time as an aware instant; None for anything else."""
    if isinstance(value, datetime):
        local = value if value.tzinfo else value.replace(tzinfo=TERMS_ZONE)
        return local.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(0), TERMS_ZONE).astimezone(UTC)
    return None


def part_of(document: Table, key: str) -> Table:
    """The table under ``key``; an empty one where there is none."""
    found = document.get(key, {})
    return found if isinstance(found, Mapping) else {}
