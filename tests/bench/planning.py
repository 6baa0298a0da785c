"""Planning one slot for 5,000, 50,000 and 500,000 groups: cost a group, growth, and memory.

One child plans them all, the small crowds between parts of the large one, so that a noisy hour
falls on both alike.
"""

import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.services.posts.publishing import Publishing
from storage.database import Database
from tests.bench import ENGINES, Bench, Figure, at_most, told
from tests.bench.crowd import put
from tests.cast import NOON
from tests.evidence.killing import Nursery, Wire
from tests.schemes import PROGRAMMES, TEXTS

SMALL, MIDDLE, LARGE = 5_000, 50_000, 500_000
ROUNDS = 3
RATIO = 1.5
MEMORY_MIB = 300
TIMEOUT_SECONDS = 900.0


@dataclass
class Told:
    """What the child measured: µs a group in each round of a crowd, and its memory at the most."""

    costs: dict[str, list[float]] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    peak_mib: float = 0.0


async def planning(bench: Bench) -> AsyncIterator[Figure]:
    """Cost a group, what it grows to, and the child's memory at the most, on each engine."""
    sizes = {
        "small": bench.of(SMALL, 1_000),
        "middle": bench.of(MIDDLE, 4_000),
        "large": bench.of(LARGE, 12_000),
    }
    for engine in ENGINES:
        urls: dict[str, list[str]] = {}
        for name, size in sizes.items():
            for number in range(ROUNDS if name == "small" else 1):
                url = await bench.database_url(engine, f"{name}-{number}")
                await put(url, size)
                urls.setdefault(name, []).append(url)
        child = Nursery([__name__]).bear(plan_all, urls, sizes["large"] // ROUNDS + 1)
        seen: Told = await child.heard(TIMEOUT_SECONDS)
        await child.ended()
        for figure in _figures(f"planning.{engine}", seen, sizes):
            yield figure


def _figures(name: str, seen: Told, sizes: dict[str, int]) -> list[Figure]:
    growth = [
        large / small for large, small in zip(seen.costs["large"], seen.costs["small"], strict=True)
    ]
    planned = sum(seen.groups.values())
    expected = sizes["small"] * ROUNDS + sizes["middle"] + sizes["large"]
    return [
        *(told(f"{name}.{sizes[each]}", costs, "µs") for each, costs in seen.costs.items()),
        at_most(f"{name}.growth", growth, "ratio", RATIO),
        at_most(f"{name}.peak", [seen.peak_mib], "MiB", MEMORY_MIB),
        at_most(f"{name}.not_planned", [expected - planned], "", 0),
    ]


async def plan_all(wire: Wire, urls: dict[str, list[str]], part: int) -> None:
    """Plan every crowd, the large one in ROUNDS parts with a small one before each."""
    seen = Told()
    large = Database(urls["large"][0])
    for number, small in enumerate(urls["small"]):
        await _whole(small, "small", seen)
        await _some(large, "large", seen, part)
        if number == 0:
            await _whole(urls["middle"][0], "middle", seen)
    await large.close()
    seen.peak_mib = _peak_mib()
    wire.say(seen)


async def _whole(url: str, name: str, seen: Told) -> None:
    database = Database(url)
    await _some(database, name, seen, LARGE)
    await database.close()


async def _some(database: Database, name: str, seen: Told, at_least: int) -> None:
    """Plan batch after batch until so many groups, or all, are planned."""
    publishing = Publishing(
        database, PROGRAMMES, TEXTS, lambda: NOON, os.urandom, "https://haowu.example"
    )
    began, done = time.perf_counter(), 0
    while done < at_least and (count := await publishing.plan_due()):
        done += count
    if done:
        spent = time.perf_counter() - began
        seen.costs.setdefault(name, []).append(spent / done * 1e6)
        seen.groups[name] = seen.groups.get(name, 0) + done


def _peak_mib() -> float:
    # Not ru_maxrss: it outlives an exec and would tell of the parent.
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    return int(peak) / 1024


SUBJECTS = {"planning": planning}
