"""How many posts a second: single clients beside each other, and the outbox as a whole."""

import statistics
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime

from tests.bench import ENGINES, Bench, Figure, at_least, at_most, told
from tests.bench.fan.api import Manner
from tests.bench.fan.children import Api, Ground, planted, running, serving
from tests.bench.fan.draining import plant

NEAR, FAR = "near", "far"
STOCK_TIMES, TELEBOT_TIMES = 10.0, 1.2
NEAR_RATE, FAR_RATE = 1_500.0, 1_000.0
FAIR_PER_SECOND = 400
"""Slow enough that the pace decides when a post comes, and not the machine."""
DELAY_TIMES = 1.1
"""A chat told to wait may cost the others what its own second call costs, and no more."""

AMOUNTS = {
    "bare": (20_000, 2_000),
    "stock": (250, 60),
    "typed": (3_000, 500),
    "telebot": (3_000, 500),
    "ours": (6_000, 1_000),
}
"""Messages of one round, full and quick: a second or two each, but for PTB as it comes."""


async def send_path(world: Bench) -> AsyncIterator[Figure]:
    """Clients beside each other in each round: the limit, PTB as it comes, a peer, and ours."""
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(serving(world, Manner()))
        children = {
            kind: await stack.enter_async_context(running("senders", kind, api.url, "64"))
            for kind in AMOUNTS
        }
        for _ in range(world.of(5, 3)):
            for kind, (full, quick) in AMOUNTS.items():
                found[kind].append(await children[kind].ask(world.of(full, quick)))
    rates = {kind: [each["rate"] for each in rounds] for kind, rounds in found.items()}
    for kind in AMOUNTS:
        yield told(f"fanout.send.{kind}.rate", rates[kind], "1/s")
        yield told(f"fanout.send.{kind}.cpu", [each["cpu_us"] for each in found[kind]], "µs")
    yield at_least("fanout.send.times_stock", ratios(rates, "stock"), "ratio", STOCK_TIMES)
    yield at_least("fanout.send.times_telebot", ratios(rates, "telebot"), "ratio", TELEBOT_TIMES)
    async with serving(world, Manner(), is_far=True) as api:
        for width in ("64", "256"):
            async with running("senders", "ours", api.url, width) as child:
                await child.ask(512)
                rounds = [await child.ask(world.of(5_000, 1_000)) for _ in range(3)]
            yield told(f"fanout.send.far.{width}.rate", [each["rate"] for each in rounds], "1/s")
            yield told(f"fanout.send.far.{width}.cpu", [each["cpu_us"] for each in rounds], "µs")


def ratios(rates: dict[str, list[float]], other: str) -> list[float]:
    """Ours to the other, round by round."""
    return [ours / theirs for ours, theirs in zip(rates["ours"], rates[other], strict=True)]


async def whole_outbox(world: Bench) -> AsyncIterator[Figure]:
    """Claim, fence, send and mark, from one process on one core, without any limit of Telegram."""
    count = world.of(6_000, 1_000)
    for where, limit in ((NEAR, NEAR_RATE), (FAR, FAR_RATE)):
        for engine in ENGINES:
            async with (
                serving(world, Manner(), is_far=where == FAR) as api,
                planted(world, engine, f"{where}") as ground,
                running("draining", ground.url, api.url) as child,
            ):
                rounds = []
                for number in range(world.of(5, 3)):
                    await plant(
                        ground.database, ground.promoter_id, count, number * count + 1, now()
                    )
                    rounds.append(await child.ask(count))
                seen = await api.seen()
            name = f"fanout.outbox.{engine}.{where}"
            yield at_least(f"{name}.rate", [each["rate"] for each in rounds], "1/s", limit)
            yield told(f"{name}.cpu", [each["cpu_us"] for each in rounds], "µs")
            yield at_most(f"{name}.doubled", [seen["repeated"]], "posts", 0)


async def fairness(world: Bench) -> AsyncIterator[Figure]:
    """How much later the others get their posts when one chat in twenty is told to wait."""
    count, delays, waited = world.of(1_200, 400), defaultdict[int, list[float]](list), 0
    async with AsyncExitStack() as stack:
        sides = []
        for told_of in (0, 20):
            api = await stack.enter_async_context(serving(world, Manner(told_to_wait_of=told_of)))
            ground = await stack.enter_async_context(planted(world, "sqlite", f"of_{told_of}"))
            paced = running("draining", ground.url, api.url, str(FAIR_PER_SECOND))
            child = await stack.enter_async_context(paced)
            sides.append((told_of, api, ground, child))
        for number in range(world.of(5, 3)):
            for told_of, api, ground, child in sides:
                await api.forget()
                await planted_round(ground, count, number)
                await child.ask(count)
                others = await arrivals(api)
                delays[told_of].append(statistics.mean(others))
                waited += (await api.seen())["waited"]
    yield told("fanout.fairness.mean_delay", delays[0], "s")
    yield told("fanout.fairness.mean_delay_beside_429", delays[20], "s")
    yield at_least("fanout.fairness.chats_told_to_wait", [waited], "chats", count / 20)
    times = [beside / alone for beside, alone in zip(delays[20], delays[0], strict=True)]
    yield at_most("fanout.fairness.delay_of_the_others", times, "ratio", DELAY_TIMES)


async def planted_round(ground: Ground, count: int, number: int) -> None:
    """``count`` more posts in groups of their own."""
    await plant(ground.database, ground.promoter_id, count, number * count + 1, now())


async def arrivals(api: Api) -> list[float]:
    """Seconds from the first post's arrival to each of those whose chat never had to wait."""
    seen = (await api.seen())["arrivals"]
    first = min(at for _, at in seen)
    return [at - first for chat_id, at in seen if chat_id % 20]


def now() -> datetime:
    """When posts are due that are due at once."""
    return datetime.now(UTC)
