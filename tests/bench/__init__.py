"""Measurements as ratios within one run: run as ``uv run python -m tests.bench``.

Each module measures subjects by name (``SUBJECTS``); a figure is compared with what was measured
beside it in the same run, since the machine is shared and its absolutes mean little.
"""

import statistics
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.postgres import Postgres

ENGINES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Figure:
    """One measured figure: the median of its rounds, and how far apart they were."""

    name: str
    """"redirect.sqlite.rate": the subject, what it ran on, what was measured."""
    value: float
    unit: str
    """"1/s", "ratio", "MiB", "s", "µs"."""
    target: str = ""
    """">=0.5", as PERFORMANCE names it; empty for what is only told."""
    is_met: bool | None = None
    noise: float = 0.0
    """(largest - smallest) / median of the rounds; 0 where there was one."""
    rounds: int = 1


@dataclass(frozen=True)
class Bench:
    """What a subject is measured with."""

    is_quick: bool
    folder: Path
    postgres: Postgres

    def of(self, full: int, quick: int) -> int:
        """How much to do: ``full``, or ``quick`` in a quick run."""
        return quick if self.is_quick else full

    async def database_url(self, engine: str, name: str) -> str:
        """The address of a fresh database with every table; ``name`` is a SQLite file's."""
        return await self.postgres.database_url(engine, self.folder / name)


Subject = Callable[[Bench], AsyncIterator[Figure]]


def told(name: str, values: Sequence[float], unit: str) -> Figure:
    """The median of ``values``, without a target."""
    middle = statistics.median(values)
    noise = (max(values) - min(values)) / middle if middle else 0.0
    return Figure(name, middle, unit, noise=noise, rounds=len(values))


def at_least(name: str, values: Sequence[float], unit: str, limit: float) -> Figure:
    """The median of ``values``, which is to reach ``limit``."""
    seen = told(name, values, unit)
    met = seen.value >= limit
    return Figure(name, seen.value, unit, f">={limit:g}", met, seen.noise, seen.rounds)


def at_most(name: str, values: Sequence[float], unit: str, limit: float) -> Figure:
    """The median of ``values``, which may not pass ``limit``."""
    seen = told(name, values, unit)
    met = seen.value <= limit
    return Figure(name, seen.value, unit, f"<={limit:g}", met, seen.noise, seen.rounds)
