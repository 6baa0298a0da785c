"""Where the machine of the books stands: a database that is quickly new for every example."""

import asyncio
import shutil
import sqlite3
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import seed, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text

from tests.bot.services.books.breaking import Breaking
from tests.bot.services.books.drawing import QUIET, Stand
from tests.bot.services.books.machine import Books
from tests.bot.services.books.market import set_up
from tests.bot.services.books.model import Model
from tests.postgres import Postgres


def on_sqlite(folder: Path) -> Stand:
    """In a file in ``folder``: a copy of a template."""
    place, template = folder / "machine.db", folder / "template.db"
    database = Breaking(f"sqlite:///{place}")

    async def renew() -> None:
        await database.close()
        await asyncio.to_thread(shutil.copyfile, template, place)

    def look(statement: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(place, isolation_level=None)) as prompt:
            return prompt.execute(statement).fetchall()

    loop = asyncio.new_event_loop()
    model = loop.run_until_complete(_prepared(database))
    shutil.copyfile(place, template)
    return Stand(loop, database, renew, lambda: deepcopy(model), look)


def on_postgresql(postgres: Postgres) -> Stand:
    """In a database of a server: a copy of a template."""
    loop = asyncio.new_event_loop()
    name = f"machine_{uuid4().hex[:12]}"
    template = f"{name}_template"
    first = Breaking(postgres.address(template))
    loop.run_until_complete(postgres.run(f"CREATE DATABASE {template}"))
    model = loop.run_until_complete(_prepared(first))
    database = Breaking(postgres.address(name))

    async def renew() -> None:
        await database.close()
        await postgres.run(f"DROP DATABASE IF EXISTS {name}")
        await postgres.run(f"CREATE DATABASE {name} TEMPLATE {template}")

    async def ask(statement: str) -> list[tuple[Any, ...]]:
        async with database.read() as connection:
            return [tuple(row) for row in await connection.execute(text(statement))]

    def look(statement: str) -> list[tuple[Any, ...]]:
        return loop.run_until_complete(ask(statement))

    return Stand(loop, database, renew, lambda: deepcopy(model), look)


def run(stand: Stand, *, examples: int, steps: int, seed_: int, **changed: object) -> None:
    """Run the machine on ``stand``; raises AssertionError where books and model differ.

    The same seed makes the same steps. ``changed`` are further settings of Hypothesis.
    """

    class Standing(Books):
        """The machine on this stand."""

    Standing.stand = stand
    how = settings(QUIET, max_examples=examples, stateful_step_count=steps + 1, **changed)  # type: ignore[arg-type]
    try:
        run_state_machine_as_test(seed(seed_)(Standing), settings=how)
    finally:
        stand.loop.run_until_complete(stand.database.close())
        stand.loop.close()


async def _prepared(database: Breaking) -> Model:
    await database.create()
    model = await set_up(database)
    await database.close()
    return model
