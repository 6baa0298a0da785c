"""R15: no click that was answered is lost, whenever the web side is killed.

Sixty-four people click as fast as they are answered while the process is killed again and again.
Each has a link of their own, so that what each was told is compared with what each left behind.
"""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from storage.database import Database
from tests.bench.load import CONNECTIONS, Order, Outcome, is_person, run
from tests.evidence import ENGINES, Line, World, at_least, exactly
from tests.handlers.web.linking import CODES, TARGET, kept, linked

KILLS = 50
QUICK_KILLS = 3
LONG_ENOUGH_SECONDS = 60
"""The load ends with the server, not by itself."""


@dataclass
class Sums:
    """What the clients were told over all lives of the server."""

    answers: list[int] = field(default_factory=lambda: [0] * CONNECTIONS)
    killed: int = 0
    """Kills of a server that lived."""
    under_way: int = 0
    """Kills with a request under way: a connection broke before its answer."""
    broken: int = 0
    wrong: int = 0

    def add(self, outcome: Outcome) -> None:
        """One life more."""
        self.answers = [a + b for a, b in zip(self.answers, outcome.answers, strict=True)]
        self.under_way += outcome.broken > 0
        self.broken += outcome.broken
        self.wrong += len(outcome.wrong)


async def live_and_die(kind: str, database_url: str, seconds: float, sums: Sums) -> None:
    """One life: start, be clicked on, be killed in the middle of it."""
    serving = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.handlers.web.clicking", kind, database_url,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert serving.stdout is not None
    port = int(await serving.stdout.readline())
    core = max(os.sched_getaffinity(0))
    begun = asyncio.Event()
    order = Order(port, CODES, LONG_ENOUGH_SECONDS, core, TARGET)
    clicking = asyncio.create_task(run(order, begun))
    try:
        await begun.wait()
        await asyncio.sleep(seconds)
        sums.killed += serving.returncode is None
    finally:
        serving.kill()
        await serving.wait()
    sums.add(await clicking)


async def prove(world: World, engine: str, kind: str, kills: int) -> AsyncIterator[Line]:
    """Kill a server of ``kind``, and compare what it said with what it kept."""
    name = f"R15.clicks.{engine if kind == 'ours' else 'control'}"
    database_url = await linked(await world.database_url(engine, f"{kind}-{engine}"))
    chance, sums = random.Random(world.seed), Sums()  # noqa: S311 - not a secret
    for _kill in range(kills):
        # At random within and between commits.
        await live_and_die(kind, database_url, chance.uniform(0.1, 0.9), sums)
    database = Database(database_url)
    found = await kept(database)
    await database.close()
    told = dict(zip(CODES, sums.answers, strict=True))
    lost = sum(max(0, told[code] - found.get(code, (0, 0))[0]) for code in CODES)
    yield at_least(f"{name}.kills", sums.killed, kills)
    yield at_least(f"{name}.kills_with_a_click_under_way", sums.under_way, 0.6 * kills)
    yield at_least(f"{name}.answers", sum(sums.answers), 100 * kills)
    if kind != "ours":
        yield at_least(f"{name}.lost", lost, 1)
        return
    yield exactly(f"{name}.lost", lost, 0)
    # A click may be kept and its answer not heard: one for each connection that broke.
    more = sum(found[code][0] for code in CODES) - sum(sums.answers)
    yield Line(f"{name}.kept_unheard", more, f"<={sums.broken}", 0 <= more <= sums.broken)
    misjudged = [
        code
        for number, code in enumerate(CODES)
        if found[code][1] != (found[code][0] if is_person(number) else 0)
    ]
    yield exactly(f"{name}.misjudged_links", len(misjudged), 0)
    yield exactly(f"{name}.wrong_answers", sums.wrong, 0)


async def clicks(world: World) -> AsyncIterator[Line]:
    """Both engines, and the variant that answers first."""
    kills = world.of(KILLS, QUICK_KILLS)
    for engine in ENGINES:
        async for line in prove(world, engine, "ours", kills):
            yield line
    async for line in prove(world, "sqlite", "hasty", world.of(5, 1)):
        yield line


PROMISES = {"R15": clicks}
