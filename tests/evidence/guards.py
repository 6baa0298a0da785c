"""R13: the money rules live in the database: plain SQL cannot break them, on either engine.

Every attempt is made on its own and inside a savepoint, after each step of the schema; what is
lawful must be taken, and where the guard is gone the same attempt must succeed.
"""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random

from alembic import command
from sqlalchemy import Connection, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.migrating import MIGRATIONS, configuration
from tests.evidence import ENGINES, Line, World, at_least, exactly
from tests.evidence.attempts import (
    ATTEMPTS,
    ON,
    PARTITIONS,
    SETTING,
    N,
    Statements,
    balanced,
    entry,
    line,
    seal,
)

RANDOM = (4_000, 60)
"""Transactions of chance on each engine: in a full run, in a quick one."""


@dataclass
class Trial:
    """A database at one step of the schema, and what was tried there."""

    database: Database
    tried: int = 0
    taken: int = 0
    """Attempts that should have been refused."""

    async def attempt(self, statements: Statements, *, in_savepoint: bool) -> bool:
        """Whether ``statements`` could be committed together."""
        try:
            async with self.database.write() as connection:
                if in_savepoint:
                    async with connection.begin_nested():
                        await _run(connection, statements)
                else:
                    await _run(connection, statements)
        except IntegrityError:
            # What a rule refuses; anything else is a fault of the attempt, and is told.
            return False
        return True

    async def refuse(self, attempts: Mapping[str, Statements]) -> list[str]:
        """Try each of ``attempts`` in both ways; the names of those that went through."""
        taken = [
            name
            for name, statements in attempts.items()
            for in_savepoint in (False, True)
            if await self.attempt(statements, in_savepoint=in_savepoint)
        ]
        self.tried += 2 * len(attempts)
        self.taken += len(taken)
        return taken

    async def partitions(self) -> dict[str, Statements]:
        """What can be tried on each part of a table that is kept in parts."""
        if self.database.is_sqlite:
            return {}
        async with self.database.read() as connection:
            parts = [tuple(row) for row in await connection.execute(text(PARTITIONS))]
        found: dict[str, Statements] = {}
        for table, part in parts:
            found[f"INSERT into {part}"] = [
                statement.replace(f"INTO {table} ", f"INTO {part} ") for statement in balanced(N)
            ]
            found[f"TRUNCATE of {part}"] = [f"TRUNCATE {part}"]
            async with self.database.read() as connection:
                is_filled = await connection.scalar(text(f"SELECT count(*) FROM {part}"))
            if is_filled:
                found[f"DELETE of {part}"] = [f"DELETE FROM {part}"]
                found[f"UPDATE of {part}"] = [f"UPDATE {part} SET {KEYS[table]} = {KEYS[table]}"]
        return found


KEYS: Mapping[str, str] = {"entries": "reason", "lines": "amount_minor"}


async def _run(connection: AsyncConnection, statements: Statements) -> None:
    for statement in statements:
        await connection.execute(text(statement))


async def guards(world: World) -> AsyncIterator[Line]:
    """R13 on both engines after each step of the schema, then the controls."""
    steps = sorted(path.name.partition("_")[0] for path in MIGRATIONS.glob("versions/0*.py"))
    for engine in ENGINES:
        for step in steps:
            name = f"R13.{engine}.{step}"
            trial = Trial(await _at_step(world, engine, step))
            taken = await trial.refuse({**ATTEMPTS, **ON[engine], **await trial.partitions()})
            for attempt in taken:
                yield Line(f"{name}.taken", attempt, "none", False)
            wrong, lawful, unlawful = await _chance(trial, world, world.of(*RANDOM))
            yield exactly(f"{name}.taken_though_unlawful", trial.taken, 0)
            yield at_least(f"{name}.tried", trial.tried, 2 * len({**ATTEMPTS, **ON[engine]}))
            yield exactly(f"{name}.wrong_by_chance", wrong, 0)
            yield at_least(f"{name}.lawful_by_chance", lawful, world.of(500, 5))
            yield at_least(f"{name}.unlawful_by_chance", unlawful, world.of(500, 5))
            for control, went_through in (await _controls(trial)).items():
                yield at_least(f"{name}.control.{control.replace(' ', '_')}", went_through, 1)
            await trial.database.close()


async def _at_step(world: World, engine: str, step: str) -> Database:
    """A database at a step, come to it one step after the other, with what is lawful in it."""
    if engine == "sqlite":
        url = f"sqlite:///{world.folder / f'guards-{step}.db'}"
    else:
        url = await world.postgres.fresh()
    database = Database(url)

    def upgrade(connection: Connection) -> None:
        command.upgrade(configuration(connection), step)

    async with database.write() as connection:
        await connection.run_sync(upgrade)
    async with database.write() as connection:
        await _run(connection, SETTING)
    return database


async def _chance(trial: Trial, world: World, count: int) -> tuple[int, int, int]:
    """Entries of chance: wrong decisions, and how many were lawful and unlawful."""
    chance = Random(world.seed)  # noqa: S311
    wrong, decided = 0, [0, 0]
    for number in range(2 * N, 2 * N + count):
        sums: dict[str, int] = {}
        statements = [entry(number)]
        places = chance.randint(1, 4)
        for place in range(places):
            currency = chance.choice(("CNY", "CNY", "USD"))
            amount = chance.choice((-2, -1, 1, 2))
            if place == places - 1 and chance.random() < 0.7 and sums.get(currency):
                amount = -sums[currency]
            sums[currency] = sums.get(currency, 0) + amount
            statements.append(line(number, f"r{number}-{place}", amount, currency))
        is_sealed = chance.random() < 0.9
        statements += [seal(number)] * is_sealed
        is_lawful = is_sealed and places > 1 and not any(sums.values())
        decided[is_lawful] += 1
        in_savepoint = chance.random() < 0.5
        wrong += await trial.attempt(statements, in_savepoint=in_savepoint) != is_lawful
    return wrong, decided[True], decided[False]


# ---------------------------------------------------------------- the controls


async def _controls(trial: Trial) -> dict[str, int]:
    """Without what guards, the same attempts go through; 1 for each that did."""
    attempts = {
        "an entry without a seal": "PRAGMA foreign_keys = OFF",
        "an unbalanced entry": "DROP TRIGGER seals_balance",
        "UPDATE of lines": "DROP TRIGGER lines_no_update",
    }
    if not trial.database.is_sqlite:
        return {name: await _unguarded(trial.database, ATTEMPTS[name]) for name in attempts}
    await trial.database.close()
    place = Path(str(trial.database.url.database))
    return {
        name: await asyncio.to_thread(_unguarded_copy, place, without, ATTEMPTS[name])
        for name, without in attempts.items()
    }


def _unguarded_copy(place: Path, without: str, statements: Statements) -> int:
    copy = place.with_suffix(".control")
    shutil.copyfile(place, copy)
    with closing(sqlite3.connect(copy, isolation_level=None)) as prompt:
        for statement in ("PRAGMA foreign_keys = ON", without, "BEGIN", *statements, "COMMIT"):
            prompt.execute(statement)
    return 1


async def _unguarded(database: Database, statements: Statements) -> int:
    """With every trigger and foreign key switched off; nothing of it stays."""
    async with database.engine.connect() as connection, connection.begin() as transaction:
        switched = ["SET LOCAL session_replication_role = replica", *statements]
        await _run(connection, [*switched, "SET CONSTRAINTS ALL IMMEDIATE"])
        await transaction.rollback()
    return 1


PROMISES = {"R13": guards}
