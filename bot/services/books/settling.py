"""Releasing what was held long enough, and checking that the books are whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.books import ledger
from bot.domain.books.ledger import Account, Head
from bot.domain.records import Conversion
from bot.services.books.judging import post
from storage import guards
from storage.books import conversions, entries
from storage.database import Connection, Database

RELEASE_ROWS = 500
"""Conversions released in one transaction."""
CHECK_ROWS = 2_000
FAULTS_LIMIT = 1_000
LEVELS = frozenset((None, 1, 2))
"""There is no level 3 [S1]."""


@dataclass(frozen=True)
class Verification:
    """What checking the books found; whole when ``faults`` is empty."""

    faults: tuple[str, ...]
    counts: Mapping[str, int]
    """Of what was checked: entries, lines, accounts, conversions."""


@dataclass(frozen=True)
class Settling:
    """Moves shares from held to payable when their time has come, and verifies the books."""

    database: Database
    now: Callable[[], datetime]

    async def release_due(self) -> int:
        """Release every settled conversion whose hold has passed; how many."""
        return await self.settle(self.now())

    async def settle(self, until: datetime) -> int:
        """Release every settled conversion whose hold passed by ``until``; how many.

        Never ahead of time: an ``until`` that lies ahead counts as now. A frozen conversion is
        passed over. Running it twice releases nothing twice.
        """
        released, until = 0, min(until, self.now())
        while batch := await self._release(until):
            released += batch
        return released

    async def _release(self, until: datetime) -> int:
        async with self.database.write() as connection:
            await entries.lock(connection)
            due = await conversions.list_due(connection, until, RELEASE_ROWS)
            released = [replace(conversion, is_released=True) for conversion in due]
            await conversions.replace(connection, released)
            reasons = {conversion.id: "settled, and the hold has passed" for conversion in due}
            await post(connection, released, self.now(), reasons, kind="release")
        return len(due)

    async def verify(self) -> Verification:
        """Check everything that the books promise.

        Entries sum to zero per currency and are sealed; chains are unbroken and end at their
        heads; every conversion stands at its target, with the shares that its terms make and
        no level above two; the database's own guards are there. Read in pieces from one moment.
        """
        async with self.database.read() as connection:
            await entries.freeze(connection)
            missing = await guards.missing(connection)
            faults = [f"the database has lost its guard {name}." for name in sorted(missing)]
            faults += [
                f"entry {number} does not sum to zero, or is not sealed."
                for number in await entries.list_unbalanced(connection)
            ]
            lines, accounts = await _check_chains(connection, faults)
            checked = await _check_conversions(connection, faults)
            count = await entries.count(connection)
        counts = {"entries": count, "lines": lines, "accounts": accounts, "conversions": checked}
        return Verification(tuple(faults[:FAULTS_LIMIT]), counts)


async def _check_chains(connection: Connection, faults: list[str]) -> tuple[int, int]:
    """Walk every account's lines; how many lines and accounts there are."""
    tails: dict[Account, Head] = {}
    after, count = ("", "", 0), 0
    while piece := await entries.list_lines(connection, after=after, limit=CHECK_ROWS):
        tails, found = ledger.chain_faults(piece, tails)
        faults += found
        last = piece[-1][0]
        after, count = (last.account, last.currency, last.sequence), count + len(piece)
    faults += ledger.head_faults(await entries.list_all_heads(connection), tails)
    return count, len(tails)


async def _check_conversions(connection: Connection, faults: list[str]) -> int:
    """Compare every conversion with the books and with its shares; how many there are."""
    after, count = 0, 0
    while piece := await conversions.list_after(connection, after, CHECK_ROWS):
        faults += await _faults_of(connection, piece)
        after, count = piece[-1].id, count + len(piece)
    return count


async def _faults_of(connection: Connection, piece: Sequence[Conversion]) -> list[str]:
    ids = [conversion.id for conversion in piece]
    posted = await entries.posted(connection, ids)
    stored = await conversions.list_shares(connection, ids)
    faults: list[str] = []
    for conversion in piece:
        faults += ledger.conversion_faults(conversion, posted[conversion.id])
        shares = stored.get(conversion.id, set())
        if shares != _right_shares(conversion):
            faults.append(f"conversion {conversion.id} has other shares than its terms make.")
        if any(level not in LEVELS for _, _, level, _ in shares):
            faults.append(f"conversion {conversion.id} pays a third level.")
    return faults


def _right_shares(conversion: Conversion) -> set[conversions.StoredShare]:
    if conversion.credit is None:
        return set()
    return set(ledger.parties(conversion.credit))
