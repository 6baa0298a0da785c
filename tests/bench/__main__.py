"""Measures the subjects, prints a line a figure, and writes all of them as JSON."""

import argparse
import asyncio
import importlib
import json
import os
import pkgutil
import platform
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from tests import bench
from tests.bench import Bench, Figure, Subject
from tests.postgres import running


def subjects() -> dict[str, Subject]:
    """Every subject of every module, by name."""
    found: dict[str, Subject] = {}
    for module in pkgutil.iter_modules(bench.__path__):
        if module.name != "__main__":
            held = importlib.import_module(f"tests.bench.{module.name}")
            found |= getattr(held, "SUBJECTS", {})
    return dict(sorted(found.items()))


def shown(figure: Figure) -> str:
    """One line, its columns apart by spaces."""
    verdict = {None: "", True: "pass", False: "MISS"}[figure.is_met]
    noise = f"±{figure.noise / 2:.0%} of {figure.rounds}" if figure.rounds > 1 else ""
    value = f"{figure.value:,.4g}" if abs(figure.value) < 1000 else f"{figure.value:,.0f}"
    return (
        f"{figure.name:<52} {value:>12} {figure.unit:<6} {figure.target:>9} {verdict:<5}{noise}"
    ).rstrip()


async def measure(name: str, subject: Subject, world: Bench) -> list[Figure]:
    """Print every figure of a subject as it comes; all of them."""
    began, found = time.monotonic(), []
    async for figure in subject(world):
        sys.stdout.write(shown(figure) + "\n")
        sys.stdout.flush()
        found.append(figure)
    sys.stdout.write(f"# {name} took {time.monotonic() - began:.0f} s\n")
    return found


def machine() -> dict[str, object]:
    """What it was measured on, and how busy that was."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_1_min": round(os.getloadavg()[0], 2),
    }


def main() -> int:
    """Measure what was asked for; 0 when every target was met."""
    known = subjects()
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=list(known), metavar="NAME")
    parser.add_argument("--quick", action="store_true", help="small amounts, to see that it runs")
    parser.add_argument("--json", type=Path, default=Path("bench.json"), metavar="FILE")
    asked = parser.parse_args()
    before, found = machine(), []
    with running(is_durable=True) as postgres:
        for name in asked.only or known:
            with tempfile.TemporaryDirectory() as folder:
                world = Bench(asked.quick, Path(folder), postgres)
                found += asyncio.run(measure(name, known[name], world))
    figures = [asdict(figure) for figure in found]
    asked.json.write_text(json.dumps({"machine": before, "figures": figures}, indent=1) + "\n")
    return 1 if any(figure.is_met is False for figure in found) else 0


if __name__ == "__main__":
    sys.exit(main())
