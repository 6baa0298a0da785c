"""R14: the tests can fail: small faults are put into the code, and each must be found."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path

from tests.evidence import Line, World, at_least, exactly
from tests.evidence.mutations.mutating import Mutant, mutants
from tests.evidence.mutations.survivors import SURVIVORS

ROOT = Path(__file__).parents[3]
COPIED = ("bot", "handlers", "schedules", "storage", "tests", "pyproject.toml")
AT_ONCE = os.cpu_count() or 2
IGNORED = shutil.ignore_patterns("__pycache__", ".hypothesis")
SETTINGS = (
    "-x", "-q", "-p", "no:cacheprovider", "-p", "no:cov", "-p", "no:anyio",
    "--hypothesis-seed=1", "--hypothesis-profile=mutants",
    # The libraries are in memory before the tests are collected, and that is meant.
    "-W", "ignore::pytest.PytestAssertRewriteWarning",
)  # fmt: skip
PASSED = 0


@dataclass(frozen=True)
class Target:
    """A module that is changed, and the tests that must notice."""

    module: str
    tests: tuple[str, ...]
    only: tuple[str, ...] = ()
    """Functions, where not the whole module is meant."""
    chosen: str = "not postgresql"
    """Of the tests, those that speak of it."""


BOOKS, LINKS = "tests/bot/domain/books", "tests/bot/domain/links"
TARGETS = (
    Target("bot/domain/books/ledger.py", (f"{BOOKS}/test_ledger.py",)),
    Target("bot/domain/books/conversions.py", (f"{BOOKS}/test_conversions.py",)),
    Target("bot/domain/books/commission.py", (f"{BOOKS}/test_commission.py",)),
    Target("bot/domain/books/attribution.py", (f"{BOOKS}/test_attribution.py",)),
    Target("bot/domain/links/subids.py", (f"{LINKS}/test_subids.py",)),
    Target(
        "storage/posts/outbox.py",
        ("tests/bot/services/posts/test_sending.py",),
        ("release", "fence", "mark", "doubt"),
    ),
    Target(
        "handlers/web/postback.py",
        ("tests/handlers/web/test_postback.py",),
        ("assert_key", "signing_key", "signature", "assert_signed"),
        "not postgresql and (sign or secret or key)",
    ),
)


@dataclass
class Bench:
    """A copy of the tree in which one mutant at a time is tried."""

    folder: Path
    process: asyncio.subprocess.Process

    async def survives(self, target: Target, source: str) -> bool:
        """Whether the tests of ``target`` pass with ``source`` in the place of its module."""
        place = self.folder / target.module
        genuine = place.read_text("utf-8")
        place.write_text(source, "utf-8")
        try:
            return await self.run(target) == PASSED
        finally:
            place.write_text(genuine, "utf-8")

    async def warm(self, target: Target) -> int:
        """Run the tests of ``target`` as they are; what they compile is kept, but not its own."""
        code = await self.run(target, "+")
        _forget_compiled(self.folder / target.module)
        return code

    async def run(self, target: Target, *before: str) -> int:
        """The exit code of pytest over the tests of ``target``."""
        arguments = [*before, *SETTINGS, "-k", target.chosen, *target.tests]
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\t".join(arguments).encode() + b"\n")
        return int(await self.process.stdout.readline())


@asynccontextmanager
async def standing(folder: Path) -> AsyncIterator[Bench]:
    """A copy of the tree in ``folder``, and a process that tries what is put into it."""
    await asyncio.to_thread(_copy, folder)
    process = await asyncio.create_subprocess_exec(
        sys.executable, folder / "tests/evidence/mutations/trying.py", cwd=folder,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        loaded = set((await process.stdout.readline()).decode().strip("[]\n").split(", "))
        named = {repr(target.module.removesuffix(".py").replace("/", ".")) for target in TARGETS}
        assert not loaded & named, "what is changed would not be read again"
        yield Bench(folder, process)
    finally:
        process.kill()
        await process.wait()


def _forget_compiled(module: Path) -> None:
    Path(cache_from_source(str(module))).unlink(missing_ok=True)


def _copy(folder: Path) -> None:
    folder.mkdir()
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=IGNORED)
        else:
            shutil.copy(ROOT / name, folder / name)


async def can_fail(world: World) -> AsyncIterator[Line]:
    """R14: every mutant of every target is found, or listed with a reason."""
    every, seen = world.of(1, 40), set[str]()
    async with AsyncExitStack() as stack:
        folders = [world.folder / str(number) for number in range(AT_ONCE)]
        benches = [await stack.enter_async_context(standing(folder)) for folder in folders]
        for target in TARGETS:
            genuine = (ROOT / target.module).read_text("utf-8")
            failed = sum(await asyncio.gather(*(bench.warm(target) for bench in benches)))
            yield exactly(f"R14.control.{_short(target)}.unchanged_fails", failed, 0)
            made = list(mutants(genuine, target.only))[::every]
            survived = await _tried(benches, target, made)
            named = {f"{target.module} {name}" for name in survived}
            seen |= named
            yield Line(f"R14.{_short(target)}.mutants", len(made), ">=1", len(made) >= 1)
            yield exactly(f"R14.{_short(target)}.not_found", len(named - SURVIVORS.keys()), 0)
            for name in sorted(named - SURVIVORS.keys()):
                sys.stdout.write(f"# not found: {name!r}\n")
        yield Line("R14.survivors_with_a_reason", len(seen & SURVIVORS.keys()), "told", is_met=True)
        if not world.is_quick:
            gone = len(SURVIVORS.keys() - seen)
            yield Line("R14.survivors_listed_that_are_found_now", gone, "told", is_met=True)
        yield at_least(
            "R14.control.test_that_asserts_nothing.not_found", await _blind(benches[0]), 1
        )


async def _tried(benches: list[Bench], target: Target, made: list[Mutant]) -> list[str]:
    waiting, survived = iter(made), list[str]()

    async def work(bench: Bench) -> None:
        for mutant in waiting:
            if await bench.survives(target, mutant.source):
                survived.append(mutant.name)

    await asyncio.gather(*(work(bench) for bench in benches))
    return survived


async def _blind(bench: Bench) -> int:
    """How many mutants of the ledger a test survives that only looks whether it can be imported."""
    blind = bench.folder / "tests/bot/domain/books/test_blind.py"
    blind.write_text("def test_it_is_there() -> None:\n    import bot.domain.books.ledger\n")
    target = Target("bot/domain/books/ledger.py", ("tests/bot/domain/books/test_blind.py",))
    made = list(mutants((ROOT / target.module).read_text("utf-8")))[::40]
    return len(await _tried([bench], target, made))


def _short(target: Target) -> str:
    return Path(target.module).stem


PROMISES = {"R14": can_fail}
