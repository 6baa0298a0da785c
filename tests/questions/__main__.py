"""Asks every question of the real service and prints, by kind, how the answers came out."""

import argparse
import asyncio
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

from storage.database import Database
from tests.postgres import running
from tests.questions import lying, shelf
from tests.questions.asking import Asking, questions
from tests.questions.judging import Judged, Verdict, judged
from tests.questions.members import crowd, house

ENGINES = ("sqlite", "postgresql")
HEADING = ("", "asked", *Verdict, "wrong facts", "share right")


@asynccontextmanager
async def filled(url: str) -> AsyncIterator[Database]:
    """The database at ``url`` with both catalogues in it."""
    database = Database(url)
    try:
        await shelf.fill(database)
        yield database
    finally:
        await database.close()


async def run(url: str, asked: Sequence[Asking]) -> list[Judged]:
    """Ask ``asked`` of a freshly filled database and judge the answers."""
    async with filled(url) as database:
        members = crowd(house(database, url), await shelf.stored(database))
        return [judged(each, await members.ask(each)) for each in asked]


def line(name: str, some: Sequence[Judged]) -> str:
    """One row of the table."""
    counts = [sum(each.verdict is verdict for each in some) for verdict in Verdict]
    wrong = sum(bool(each.wrong) for each in some)
    share = counts[0] / len(some) if some else 1
    cells = [name, len(some), *counts, wrong, f"{share:.0%}"]
    return f"{cells[0]:<16}" + "".join(f"{cell!s:>12}" for cell in cells[1:])


def table(found: Sequence[Judged]) -> Iterable[str]:
    """By kind, then by language and by whether they were held out."""
    yield f"{HEADING[0]:<16}" + "".join(f"{cell:>12}" for cell in HEADING[1:])
    for kind in dict.fromkeys(each.asking.kind for each in found):
        yield line(kind, [each for each in found if each.asking.kind == kind])
    yield "—"
    for language in dict.fromkeys(each.asking.language for each in found):
        yield line(language, [each for each in found if each.asking.language == language])
    yield line("not held out", [each for each in found if not each.asking.is_held_out])
    yield line("held out", [each for each in found if each.asking.is_held_out])
    yield line("all", found)
    seconds = sorted(each.said.seconds for each in found)
    slow = seconds[min(len(seconds) - 1, len(seconds) * 99 // 100)]
    yield f"answering: p50 {statistics.median(seconds) * 1e3:.1f} ms, p99 {slow * 1e3:.1f} ms"


def told(each: Judged) -> str:
    """One answer that was not right, with what was expected."""
    wish = each.asking.expected
    about = f" (of {each.asking.reply_to})" if each.asking.reply_to else ""
    named = ",".join(offer.name for offer in each.said.named[:4])
    lines = [
        f"{each.asking.id} [{each.asking.kind}] {each.asking.text}{about}",
        f"  {each.verdict}: {each.why} {list(each.wrong) or ''}".rstrip(),
        f"  got {each.said.kind} {named}: {' / '.join(each.said.text.splitlines())[:300]}",
        f"  expected {'/'.join(wish.outcomes)} {','.join(wish.offers)} {wish.like} {wish.tells}",
    ]
    return "\n".join(lines)


def chosen(wish: argparse.Namespace) -> list[Asking]:
    """The questions that were asked for."""
    asked = [] if wish.held_out else questions()
    asked += questions(is_held_out=True)
    return [each for each in asked if wish.kind in (None, each.kind)]


def main() -> int:
    """Ask, judge and print; 1 when any answer said what is not stored."""
    parser = argparse.ArgumentParser(prog="python -m tests.questions", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--kind", help="only questions of this kind, such as “price”")
    parser.add_argument("--held-out", action="store_true", help="only those that were held out")
    parser.add_argument(
        "--show-wrong",
        action="store_true",
        help="each answer that is not right; of held-out ones only with --held-out",
    )
    parser.add_argument(
        "--lies", action="store_true", help="with a language model that lies, and what came of it"
    )
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = Path(folder) / "questions"
        if wish.engine == "postgresql":
            server = stack.enter_context(running(is_durable=True))
            url = asyncio.run(server.with_tables())
        else:
            url = asyncio.run(_sqlite(path))
        if wish.lies:
            return asyncio.run(lying.run(url))
        found = asyncio.run(run(url, chosen(wish)))
    for each in found:
        is_shown = wish.held_out or not each.asking.is_held_out
        if wish.show_wrong and is_shown and (each.wrong or each.verdict is not Verdict.RIGHT):
            sys.stdout.write(told(each) + "\n")
    sys.stdout.write("\n".join(table(found)) + "\n")
    return 1 if any(each.wrong for each in found) else 0


async def _sqlite(path: Path) -> str:
    url = f"sqlite:///{path}.db"
    database = Database(url)
    await database.create()
    await database.close()
    return url


if __name__ == "__main__":
    sys.exit(main())
