"""R2, R6 and R11: processes that take reports die by SIGKILL, and no report is lost or doubled.

R2 kills from outside; in R6 a process kills itself between receipt and commit; R11 adds up.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import event, text
from starlette.applications import Starlette

from bot.domain.records import Currency
from bot.services.books.crediting import Crediting
from bot.services.books.settling import Settling
from handlers.web import postback
from handlers.web.errors import Answering
from handlers.web.serve import listener, serve_on
from storage.books.postbacks import Verdict
from storage.database import Database
from tests.bot.services.books.market import OPENED_AT, PROGRAMMES, set_up
from tests.bot.services.books.model import Model
from tests.evidence import ENGINES, Line, World, at_least, exactly
from tests.evidence.killing import Child, Nursery, Wire
from tests.evidence.sending import KEY, Comparison, Sender, compare
from tests.schemes import TEXTS

KILLS = (200, 8)  # in a full run and in a quick one, on each engine
IN_FLIGHT = (30, 2)
ACCEPTED = (10_000, 300)
OWN_DEATHS = (60, 5)
CONTROL_KILLS = (40, 15)
LIVES_LIMIT = 2_000
PATIENCE_SECONDS = 600
LIFE_SECONDS = (0.05, 0.7)  # from the first request to the kill, at least and at most
LONG_LIFE_SECONDS = (1.0, 4.0)
STATEMENTS = (2, 600)
"""The number of the statement at which a process kills itself, at least and at most."""


@dataclass(frozen=True)
class Life:
    """What a child that takes reports needs to know."""

    database_url: str
    began_at: float
    """The run's start by the wall clock, when its own clock says OPENED_AT."""
    fatal_statement: int = 0
    naive: str = ""
    """"early" answers before it commits, "added" knows no report from another; else the product."""


async def take_reports(wire: Wire, life: Life) -> None:
    """A child's work: the real postback door over the real crediting, until it is killed."""

    def now() -> datetime:
        return OPENED_AT + timedelta(seconds=time.time() - life.began_at)

    database = Database(life.database_url)
    if life.fatal_statement:
        _die_at(database, life.fatal_statement)
    crediting: Any = (
        Naive(database, life.naive == "early")
        if life.naive
        else Crediting(database, PROGRAMMES, now, Currency("CNY"), UTC)
    )
    answering = Answering(TEXTS, "zh")
    app = Starlette(
        routes=postback.routes(crediting, [KEY], now=now),
        exception_handlers=answering.handlers(),
    )
    door = listener("127.0.0.1", 0)
    wire.say(door.getsockname()[1])
    serving = asyncio.create_task(serve_on(app, door, asyncio.Event()))
    if not life.naive:
        await crediting.replay()
        await Settling(database, now).release_due()
    await serving


def _die_at(database: Database, number: int) -> None:
    left = [number]

    def on_statement(*_: Any) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine.sync_engine, "before_cursor_execute", on_statement)
    event.listen(database.engine.sync_engine, "commit", on_statement)


@dataclass(frozen=True)
class Naive:
    """Takes reports as one would at first: each is one more, and an answer costs nothing."""

    database: Database
    answers_early: bool

    async def receive(self, _marketplace: str, *, query: str, **_rest: object) -> Verdict:
        """Answer at once and write later, or write and count what comes twice as two."""
        writing = asyncio.create_task(self._write(int(query.partition("number=")[2])))
        if not self.answers_early:
            await writing
        return Verdict(0, "credited", "", None, OPENED_AT)

    async def _write(self, number: int) -> None:
        async with self.database.write() as connection:
            await connection.execute(
                text("INSERT INTO naive (number) VALUES (:number)"), {"number": number}
            )


@dataclass
class Killing:
    """Lives and deaths of the process that takes reports, one after the other."""

    world: World
    database_url: str
    naive: str = ""
    kills: int = 0
    in_flight: int = 0
    """Kills while at least one request had not been answered."""
    own_deaths: int = 0

    def __post_init__(self) -> None:
        """Start the clock of the run; the same seed makes the same sales and the same lives."""
        self.chance = Random(self.world.seed)  # noqa: S311
        self.sender = Sender(self.chance)
        self.began_at = time.time()
        self.nursery = Nursery(["tests.evidence.death"])

    async def kill(self, seconds: tuple[float, float] = LIFE_SECONDS) -> None:
        """One life, ended from outside at a random moment while reports stream in."""
        child, port = await self._birth()
        is_over = asyncio.Event()
        sending = asyncio.create_task(self.sender.send_to(port, is_over))
        await asyncio.sleep(self.chance.uniform(*seconds))
        self.in_flight += bool(self.sender.under_way)
        self.kills += await child.kill()
        is_over.set()
        await sending

    async def die(self) -> None:
        """One life that ends itself at a random statement."""
        child, port = await self._birth(self.chance.randint(*STATEMENTS))
        is_over = asyncio.Event()
        sending = asyncio.create_task(self.sender.send_to(port, is_over))
        self.own_deaths += await child.ended() == -signal.SIGKILL
        is_over.set()
        await sending

    async def finish(self) -> None:
        """A last life in which everything that waits is answered."""
        child, port = await self._birth()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self.sender.send_to(port, asyncio.Event(), is_last=True)
        await child.kill()

    async def _birth(self, fatal_statement: int = 0) -> tuple[Child, int]:
        """A child, and its port; one that dies before it says so is born again."""
        for _ in range(LIVES_LIMIT):
            life = Life(self.database_url, self.began_at, fatal_statement, self.naive)
            child = self.nursery.bear(take_reports, life)
            with contextlib.suppress(EOFError):
                return child, await child.heard()
            await child.ended()
        raise AssertionError("No child lived long enough to open its door.")


async def _opened(world: World, engine: str, name: str) -> tuple[str, Model]:
    """A database with the market in it, and the model that knows it."""
    url = await world.database_url(engine, name)
    database = Database(url)
    model = await set_up(database)
    await database.close()
    return url, model


async def _settled(killing: Killing, model: Model) -> tuple[Comparison, int]:
    """Answer all that waits, judge what was kept, and compare; also the faults of `verify`."""
    await killing.finish()
    database = Database(killing.database_url)
    now = datetime.now(UTC)
    await Crediting(database, PROGRAMMES, lambda: now, Currency("CNY"), UTC).replay()
    found = await compare(database, killing.sender, deepcopy(model))
    faults = len((await Settling(database, lambda: now).verify()).faults)
    await database.close()
    return found, faults


async def deaths(world: World) -> AsyncIterator[Line]:
    """R2: kill -9 at random times while reports stream in."""
    for engine in ENGINES:
        url, model = await _opened(world, engine, "deaths")
        killing = Killing(world, url)
        for _ in range(world.of(*KILLS)):
            await killing.kill()
        found, faults = await _settled(killing, model)
        name = f"R2.{engine}"
        yield exactly(f"{name}.lost", found.lost, 0)
        yield exactly(f"{name}.doubled", found.doubled, 0)
        yield exactly(f"{name}.unjudged", found.unjudged, 0)
        yield exactly(f"{name}.reconciliation", found.reconciliation, 0)
        yield exactly(f"{name}.verify_faults", faults, 0)
        yield at_least(f"{name}.kills", killing.kills, world.of(*KILLS))
        yield at_least(f"{name}.kills_in_flight", killing.in_flight, world.of(*IN_FLIGHT))
        yield at_least(f"{name}.reports", len(killing.sender.answered), 100)
        yield at_least(f"{name}.sent_again", killing.sender.again(), world.of(*IN_FLIGHT))
    async for line in _controls(world):
        yield line


async def _controls(world: World) -> AsyncIterator[Line]:
    for naive, what in (("early", "lost"), ("added", "doubled")):
        url = await world.database_url("sqlite", f"naive-{naive}")
        database = Database(url)
        async with database.write() as connection:
            await connection.execute(text("CREATE TABLE naive (number INTEGER NOT NULL)"))
            for shop in ("feed", "other"):
                await connection.execute(
                    text("INSERT INTO marketplaces VALUES (:shop, :at, 1)"),
                    {"shop": shop, "at": "2026-11-22 00:00:00"},
                )
        killing = Killing(world, url, naive)
        for _ in range(world.of(*CONTROL_KILLS)):
            await killing.kill()
        await killing.finish()
        async with database.read() as connection:
            kept = list(await connection.scalars(text("SELECT number FROM naive")))
        await database.close()
        wrong = (
            len(killing.sender.answered - set(kept))
            if what == "lost"
            else len(kept) - len(set(kept))
        )
        yield at_least(f"R2.control.{naive}.{what}", wrong, 1)


async def accepted(world: World) -> AsyncIterator[Line]:
    """R6: every report that was answered 2xx is there, whenever the process died."""
    wanted, own_deaths = world.of(*ACCEPTED), world.of(*OWN_DEATHS)
    for engine in ENGINES:
        url, model = await _opened(world, engine, "accepted")
        killing = Killing(world, url)
        while len(killing.sender.answered) < wanted or killing.own_deaths < own_deaths:
            await killing.die()
        found, _ = await _settled(killing, model)
        name = f"R6.{engine}"
        yield exactly(f"{name}.lost", found.lost, 0)
        yield exactly(f"{name}.doubled", found.doubled, 0)
        yield at_least(f"{name}.accepted", len(killing.sender.answered), wanted)
        yield at_least(f"{name}.deaths_before_commit", killing.own_deaths, own_deaths)
        yield at_least(f"{name}.sent_again", killing.sender.again(), own_deaths)


async def reconciled(world: World) -> AsyncIterator[Line]:
    """R11: both books added up by currency, promoter and house; a changed row is found."""
    for engine in ENGINES:
        url, model = await _opened(world, engine, "reconciled")
        killing = Killing(world, url)
        while len(killing.sender.answered) < world.of(2_000, 100):
            await killing.kill(LONG_LIFE_SECONDS)
        found, _ = await _settled(killing, model)
        currencies = {told.currency for told in killing.sender.book}
        promoters = {link.promoter_id for link in model.links.values()}
        yield exactly(f"R11.{engine}.minor_units", found.reconciliation, 0)
        yield at_least(f"R11.{engine}.rows", len(killing.sender.rows), world.of(500, 50))
        yield at_least(f"R11.{engine}.currencies", len(currencies), 3)
        yield at_least(f"R11.{engine}.promoters", len(promoters), 3)
        tampered = await _tampered(killing, model)
        yield at_least(f"R11.{engine}.control.minor_units", tampered.reconciliation, 1)


async def _tampered(killing: Killing, model: Model) -> Comparison:
    """The comparison after one line was made larger by one, past the guard."""
    database = Database(killing.database_url)
    async with database.write() as connection:
        if database.is_sqlite:
            await connection.execute(text("DROP TRIGGER lines_no_update"))
        else:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text(
                "UPDATE lines SET amount_minor = amount_minor + 1 WHERE account = 'house:held' "
                "AND sequence = 1 AND currency = 'CNY'"
            )
        )
    found = await compare(database, killing.sender, deepcopy(model))
    await database.close()
    return found


PROMISES = {"R2": deaths, "R6": accepted, "R11": reconciled}
