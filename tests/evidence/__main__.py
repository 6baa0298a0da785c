"""Runs the promises and prints ``name value limit pass`` for each figure; exit code 1 on a miss."""

import argparse
import asyncio
import importlib
import pkgutil
import sys
import tempfile
import time
from pathlib import Path

from tests import evidence
from tests.evidence import Line, Proof, World
from tests.postgres import running


def promises() -> dict[str, Proof]:
    """Every promise of every module, in the order of their numbers."""
    found: dict[str, Proof] = {}
    for module in pkgutil.iter_modules(evidence.__path__):
        if module.name != "__main__":
            held = importlib.import_module(f"tests.evidence.{module.name}")
            found |= getattr(held, "PROMISES", {})
    return dict(sorted(found.items(), key=lambda item: int(item[0].removeprefix("R"))))


def shown(line: Line) -> str:
    """One line, its columns apart by spaces."""
    value = f"{line.value:g}" if isinstance(line.value, float) else str(line.value)
    return f"{line.name:<52} {value:>14} {line.limit:>10} {'pass' if line.is_met else 'FAIL'}"


async def prove(name: str, proof: Proof, world: World) -> bool:
    """Print every line of a promise as it comes; whether all were met."""
    began, is_met = time.monotonic(), True
    try:
        async for line in proof(world):
            sys.stdout.write(shown(line) + "\n")
            sys.stdout.flush()
            is_met &= line.is_met
    except Exception as fault:
        sys.stdout.write(f"{name:<52} {type(fault).__name__:>14} {'runs':>10} FAIL: {fault}\n")
        is_met = False
    sys.stdout.write(f"# {name} took {time.monotonic() - began:.0f} s\n")
    sys.stdout.flush()
    return is_met


def main() -> int:
    """Run what was asked for; 0 when every figure was met."""
    known = promises()
    parser = argparse.ArgumentParser(prog="python -m tests.evidence", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(known), metavar="R3", default=list(known))
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, or less")
    asked = parser.parse_args()
    is_met = True
    with running(is_durable=True) as postgres:
        for name in asked.only:
            with tempfile.TemporaryDirectory() as folder:
                world = World(asked.seed, asked.quick, Path(folder), postgres)
                is_met &= asyncio.run(prove(name, known[name], world))
    return 0 if is_met else 1


if __name__ == "__main__":
    sys.exit(main())
