"""Whether the allowed pace is used and kept, and whether people are answered meanwhile."""

import asyncio
import statistics
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from tests.bench import Bench, Figure, at_least, at_most, told
from tests.bench.fan.api import Manner
from tests.bench.fan.children import Api, haowu, planted, serving
from tests.bench.fan.draining import plant
from tests.bench.fan.rates import now

FREE_PER_SECOND, PAID_PER_SECOND = 30, 1_000
STRICT = Manner(free_per_second=FREE_PER_SECOND, all_per_second=PAID_PER_SECOND)
KEPT, PAID_KEPT = 0.98, 0.9
ANSWERED_WITHIN_SECONDS = 0.1
STARS = 10_000
"""A hundred thousand paid posts: the budget is no limit here."""


@dataclass(frozen=True)
class Run:
    """What a stand-in with Telegram's limits saw of ``haowu run``."""

    arrivals: list[float]
    """When each post came, in seconds, ascending."""
    seen: dict[str, Any]

    def rate(self, first: float = 0.0, last: float = 1.0) -> float:
        """Posts a second from the ``first`` part of the posts to the ``last``."""
        begin, end = int(first * len(self.arrivals)), int(last * len(self.arrivals)) - 1
        return (end - begin) / (self.arrivals[end] - self.arrivals[begin])


async def ran(world: Bench, engine: str, manner: Manner, posts: int, *, paid_stars: int = 0) -> Run:
    """Let the real process drain ``posts`` against limits that are strict to the message."""
    async with serving(world, manner) as api, planted(world, engine, f"pace_{posts}") as ground:
        await plant(ground.database, ground.promoter_id, posts, 1, now())
        async with haowu(ground, api, paid_stars=paid_stars):
            seen = await _until(api, posts)
    return Run(sorted(at for _, at in seen["arrivals"]), seen)


async def _until(api: Api, posts: int) -> dict[str, Any]:
    """What was seen when ``posts`` had arrived, or when for five seconds nothing came."""
    before, still = -1, 0
    while still < 5:
        await asyncio.sleep(1)
        seen = await api.seen()
        if seen["delivered"] >= posts:
            break
        is_new = seen["delivered"] > before or before <= 0
        before, still = seen["delivered"], 0 if is_new else still + 1
    return seen


async def kept(world: Bench, engine: str, seconds: int) -> AsyncIterator[Figure]:
    """The free pace for so long: what of 30 a second was used, and whether it was ever passed."""
    run = await ran(world, engine, STRICT, seconds * FREE_PER_SECOND)
    name = f"fanout.pace.{engine}.{seconds}_s"
    yield at_least(f"{name}.used", [run.rate() / FREE_PER_SECOND], "ratio", KEPT)
    yield at_most(f"{name}.refused", [run.seen["refused"]], "429", 0)
    yield at_most(f"{name}.doubled", [run.seen["repeated"]], "posts", 0)


async def short_pace(world: Bench) -> AsyncIterator[Figure]:
    """The free pace for half a minute, on SQLite."""
    async for figure in kept(world, "sqlite", world.of(40, 4)):
        yield figure


async def long_pace(world: Bench) -> AsyncIterator[Figure]:
    """The free pace for ten minutes."""
    async for figure in kept(world, "sqlite", world.of(600, 10)):
        yield figure


async def paid_pace(world: Bench) -> AsyncIterator[Figure]:
    """1,000 a second, 30 of them free, while people press buttons."""
    pressing = Manner(
        free_per_second=FREE_PER_SECOND,
        all_per_second=PAID_PER_SECOND,
        press_every_seconds=0.05,
    )
    run = await ran(world, "sqlite", pressing, world.of(10_000, 3_000), paid_stars=STARS)
    # The last second is not paid for: what is left then is free.
    used = run.rate(0.05, 0.9) / PAID_PER_SECOND
    yield at_least("fanout.paid.used", [used], "ratio", PAID_KEPT)
    yield told("fanout.paid.share_paid", [run.seen["paid"] / len(run.arrivals)], "ratio")
    yield told("fanout.paid.refused_free", [run.seen["refused_free"]], "429")
    yield at_most("fanout.paid.refused", [run.seen["refused"]], "429", 0)
    answers = run.seen["answers"]
    yield at_least("fanout.paid.presses_answered", [len(answers)], "presses", 50)
    yield told("fanout.paid.press_p50", [statistics.median(answers)], "s")
    p99 = statistics.quantiles(answers, n=100)[98]
    yield at_most("fanout.paid.press_p99", [p99], "s", ANSWERED_WITHIN_SECONDS)
