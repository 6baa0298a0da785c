"""Inspecting the database for `haowu check`: what can be wrong in it before anybody notices."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from bot.services.books.settling import Settling
from bot.services.keeping import BACKED_UP_AT
from bot.services.watching import LATE_AFTER
from storage import guards, partitions, variables, watching
from storage.database import Connection, Database

VERIFY_WITHIN_SECONDS = 20.0
"""Larger books take longer; `haowu verify` takes its time."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found; empty and None where nothing is wrong."""

    missing_guards: Sequence[str]
    skew: timedelta | None
    """How far PostgreSQL's clock is behind ours."""
    version: int | None
    """PostgreSQL's, as 180004 for 18.4."""
    refused: str | None
    """Why nothing can be written."""
    missing_months: Sequence[str]
    lost_programmes: Mapping[str, int]
    """Programmes that groups are in and that do not exist, with the number of groups."""
    lame_groups: Sequence[tuple[str, Sequence[str]]]
    zones: Sequence[str]
    unstarted: Collection[int]
    """Operators whom the bot may not write to."""
    openings_overdue: int
    uncertain_posts: int
    backed_up_at: datetime | None
    has_books: bool
    """Whether there is anything yet that a backup would save."""
    book_faults: Sequence[str] | None
    """None when verifying took too long for now."""
    house: str | None


@dataclass(frozen=True)
class Inspecting:
    """One look at everything in the database; changes nothing but a trial value."""

    database: Database
    settling: Settling
    now: Callable[[], datetime]

    async def inspect(
        self, *, programmes: Collection[str], operators: Collection[int]
    ) -> Inspection:
        """Look; ``programmes`` are those that exist, ``operators`` are Telegram user ids.

        Raises what the driver raises when the database cannot be read.
        """
        await self.database.check()
        refused = await self._refused()
        faults, has_books = await self._books()
        missing_months = await self._missing_months() if refused is None else []
        async with self.database.read() as connection:
            server_now, version = await watching.ask_server(connection)
            started = await watching.list_started(connection, operators)
            return Inspection(
                missing_guards=sorted(await guards.missing(connection)),
                skew=None if server_now is None else self.now() - server_now,
                version=version,
                refused=refused,
                missing_months=missing_months,
                lost_programmes=await watching.count_groups_outside(connection, programmes),
                lame_groups=await watching.list_lame_groups(connection),
                zones=await watching.list_zones(connection),
                unstarted=sorted(set(operators) - started),
                openings_overdue=await watching.count_overdue(connection, self.now() - LATE_AFTER),
                uncertain_posts=await watching.count_uncertain(connection),
                backed_up_at=await _backed_up_at(connection),
                has_books=has_books,
                book_faults=faults,
                house=await watching.find_house(connection),
            )

    async def _refused(self) -> str | None:
        try:
            async with self.database.write() as connection:
                await watching.try_writing(connection, self.now(), uuid4().hex)
        except Exception as fault:
            return watching.trouble_of(fault)
        return None

    async def _missing_months(self) -> list[str]:
        """What the clock would have made by now: made here, and taken back."""
        async with self.database.write() as connection:
            made = await partitions.make_ahead(connection, self.now())
            await connection.rollback()
        return made

    async def _books(self) -> tuple[Sequence[str] | None, bool]:
        try:
            async with asyncio.timeout(VERIFY_WITHIN_SECONDS):
                found = await self.settling.verify()
        except TimeoutError:
            return None, True
        return found.faults, found.counts["entries"] > 0


async def _backed_up_at(connection: Connection) -> datetime | None:
    written = await variables.find(connection, BACKED_UP_AT)
    return None if written is None else datetime.fromisoformat(written)
