"""R1: nothing lost, nothing doubled, sum zero, equal to a model that shares no code with the books.

The machine is in ``tests.bot.services.books``; here it runs as long as was promised, in two
processes, and against two naive variants that it must find out.
"""

import asyncio
import tempfile
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bot.domain.books import conversions, ledger
from bot.domain.records import Conversion, Observation
from tests.bot.services.books import stands
from tests.bot.services.books.drawing import Stand
from tests.evidence import ENGINES, Line, World, at_least, exactly
from tests.evidence.killing import Child, Nursery, Wire
from tests.postgres import Postgres

STEPS = 50
EXAMPLES: Mapping[str, tuple[int, int]] = {"sqlite": (10_000, 20), "postgresql": (500, 5)}
"""In a full run and in a quick one."""
AT_A_TIME = 250
PROCESSES = 2
CONTROL_EXAMPLES = 200
HOURS = 6 * 3600.0
FAULTS = (
    "seen.repeated", "seen.late", "seen.partial", "seen.partial after release", "seen.clawed back",
    "seen.clawed back after release", "seen.un-reversed", "seen.frozen", "seen.thawed",
    "seen.matched", "seen.released", "seen.paid out", "seen.sent again", "broke.at statement",
    "broke.at commit", "broke.after commit", "together.pushes", "together.rows",
)  # fmt: skip
"""What must have happened, each at least once in a thousand steps of a full run or so."""
SHARED_MEMORY = Path("/dev/shm")

Happened = Counter[str]


async def books(world: World) -> AsyncIterator[Line]:
    """R1 on both engines, then the controls."""
    for engine in ENGINES:
        examples = world.of(*EXAMPLES[engine])
        found = await _share_out(world, engine, examples)
        happened: Happened = sum((counts for counts, _ in found), Counter())
        differences = [difference for _, difference in found if difference]
        yield exactly(f"R1.{engine}.differences", len(differences), 0)
        for difference in differences:
            yield Line(f"R1.{engine}.difference", difference, "none", False)
        yield at_least(f"R1.{engine}.examples", happened["examples"], examples)
        yield at_least(f"R1.{engine}.steps", happened["steps"], examples * STEPS)
        for word in sorted(word for word in happened if word.startswith("step.")):
            yield at_least(f"R1.{engine}.{word}", happened[word], 1)
        for word in FAULTS:
            yield at_least(f"R1.{engine}.{word}", happened[word], world.of(30, 1))
    for name, naive in CONTROLS.items():
        happened, difference = await asyncio.to_thread(_control, naive, world.seed)
        yield at_least(f"R1.control.{name}.differences", int(bool(difference)), 1)
        yield at_least(f"R1.control.{name}.found_after_steps", happened["steps"], 1)


async def _share_out(world: World, engine: str, examples: int) -> list[tuple[Happened, str]]:
    """Let processes of their own do equal parts, each with a seed of its own."""
    nursery = Nursery(["tests.bot.services.books.stands"])
    server = world.postgres if engine == "postgresql" else None
    parts = PROCESSES if examples >= PROCESSES * AT_A_TIME else 1
    children = [
        nursery.bear(work_through, server, -(-examples // parts), world.seed + number)
        for number in range(parts)
    ]
    return list(await asyncio.gather(*(_result(child) for child in children)))


async def _result(child: Child) -> tuple[Happened, str]:
    try:
        found: tuple[Happened, str] = await child.heard(HOURS)
    except EOFError:
        return Counter(), "the process died"
    await child.ended()
    return found


async def work_through(wire: Wire, server: Postgres | None, examples: int, seed: int) -> None:
    """A child's work: so many examples, and at least so many steps."""
    wire.say(await asyncio.to_thread(_work_through, server, examples, seed))


def _work_through(server: Postgres | None, examples: int, seed: int) -> tuple[Happened, str]:
    happened: Happened = Counter()
    piece = 0
    # Some examples end early, where they would have drawn too much: others take their place.
    while happened["examples"] < examples or happened["steps"] < examples * STEPS:
        left = examples - happened["examples"]
        counts, difference = _run(server, min(AT_A_TIME, max(left, 10)), seed * 1_000 + piece)
        happened += counts
        piece += 1
        if difference:
            return happened, difference
    return happened, ""


def _run(server: Postgres | None, examples: int, seed: int) -> tuple[Happened, str]:
    """What happened in so many examples, and the difference that was found, or nothing."""
    memory = SHARED_MEMORY if SHARED_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        stand: Stand = (
            stands.on_sqlite(Path(folder)) if server is None else stands.on_postgresql(server)
        )
        try:
            stands.run(stand, examples=examples, steps=STEPS, seed_=seed)
        except (AssertionError, ExceptionGroup) as fault:
            return stand.happened, f"seed {seed}: {'; '.join(_said(fault))}"[:400]
        return stand.happened, ""


def _said(fault: BaseException) -> Iterator[str]:
    """What a fault says and where it was; of a group, what each of its parts says."""
    if isinstance(fault, BaseExceptionGroup):
        for part in fault.exceptions:
            yield from _said(part)
        return
    *_, last = traceback.extract_tb(fault.__traceback__)
    words = str(fault).partition("\n")[0] or "the balances differ"
    yield f"{type(fault).__name__} in {last.name}: {words}"


# ---------------------------------------------------------------- the controls


def _control(naive: tuple[Any, str, Any], seed: int) -> tuple[Happened, str]:
    with patch.object(*naive):
        return _run(None, CONTROL_EXAMPLES, seed)


def _without_guard(stored: Conversion, report: conversions.Report) -> tuple[Observation, bool, str]:
    """Whatever arrives last stands."""
    if not report.is_known:
        return replace(stored.observation, updated_at=report.observation.updated_at), True, "?"
    return conversions._filled(stored, report), False, "newer"


def _added(
    wanted: ledger.Amounts, posted: Mapping[ledger.Account, int]
) -> tuple[tuple[ledger.Account, int], ...]:
    """The commission as it was reported, added once more; a clawback takes back what is there."""
    if not wanted:
        return tuple((account, -amount) for account, amount in posted.items() if amount)
    return tuple((account, amount) for account, amount in wanted.items() if amount)


CONTROLS: Mapping[str, tuple[Any, str, Any]] = {
    "no_version_guard": (conversions, "_merge", _without_guard),
    "added_not_moved": (ledger, "moves", _added),
}
PROMISES = {"R1": books}
