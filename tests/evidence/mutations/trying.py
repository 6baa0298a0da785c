"""Tries mutants: a process that has every library in memory, and forks a child for each try.

It runs by its path, in a copy of the tree, and imports nothing of ours that is ever changed: the
children do. Each line of its input is a try: pytest's arguments, parted by tabs; it answers with
an exit code. A try that begins with "+" keeps what was compiled, for all that follow.
"""

import os
import signal
import sys
from pathlib import Path

TAB = "\t"
TRY_SECONDS = 60
"""A mutant may run in a circle; one that does not end is found out too."""


LIBRARIES = (
    "pytest", "hypothesis.strategies", "sqlalchemy.ext.asyncio", "starlette.applications", "httpx",
    "aiosqlite", "asyncpg", "pytest_asyncio", "storage.database", "tests.postgres",
)  # fmt: skip


def attempt(arguments: list[str]) -> int:
    """Run pytest in a child; its exit code, below zero for a signal."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status)
    signal.alarm(TRY_SECONDS)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nothing, number)
    if arguments[0] == "+":
        sys.dont_write_bytecode = False
        del arguments[0]
    import pytest

    os._exit(int(pytest.main(arguments)))


def main() -> None:
    """Answer every line."""
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(Path.cwd()))
    for library in LIBRARIES:
        __import__(library)
    import hypothesis

    # To fail is enough: by how little it would have failed, too, nobody asks.
    hypothesis.settings.register_profile(
        "mutants", phases=[hypothesis.Phase.generate], database=None, deadline=None
    )
    ready = sorted(name for name in sys.modules if name.startswith(("bot.domain", "handlers")))
    sys.stdout.write(f"{ready}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(f"{attempt(line.rstrip().split(TAB))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
