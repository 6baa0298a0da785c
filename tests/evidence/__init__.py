"""Evidence for each promise of reliability: run as ``uv run python -m tests.evidence``.

Each module proves promises by name (``PROMISES``), with real engines, real processes and faults
that are counted, and beside each a naive variant that must fail (the negative control).
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import Postgres

ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Line:
    """One printed line: what was counted, what it had to be, and whether it was."""

    name: str
    """"R2.sqlite.lost": the promise, what it is about, what is counted."""
    value: float | str
    limit: str
    is_met: bool


@dataclass(frozen=True)
class World:
    """What a promise is proven with."""

    seed: int
    is_quick: bool
    """A tenth of the work or less, to see that everything runs; not the figure promised."""
    folder: Path
    """Empty, for databases and logs; deleted afterwards."""
    postgres: Postgres

    async def database_url(self, engine: str, name: str) -> str:
        """The address of a fresh database with every table; ``name`` is a SQLite file's."""
        return await self.postgres.database_url(engine, self.folder / name)

    def of(self, full: int, quick: int) -> int:
        """How much to do: ``full``, or ``quick`` in a quick run."""
        return quick if self.is_quick else full


Proof = Callable[[World], AsyncIterator[Line]]


def exactly(name: str, value: float, wanted: float) -> Line:
    """A line that is met by one value alone."""
    return Line(name, value, f"={wanted:g}", value == wanted)


def at_least(name: str, value: float, limit: float) -> Line:
    """A line that is met by ``limit`` and more."""
    return Line(name, value, f">={limit:g}", value >= limit)


def at_most(name: str, value: float, limit: float) -> Line:
    """A line that is met by ``limit`` and less."""
    return Line(name, value, f"<={limit:g}", value <= limit)
