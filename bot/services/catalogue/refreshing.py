"""Refreshing the catalogue: a feed is read, judged and stored batch by batch."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from bot.domain.records import Currency
from bot.errors import InputError
from bot.marketplaces.feeds.cells import Defaults
from bot.marketplaces.feeds.fields import read_mapping
from bot.marketplaces.feeds.numbers import read_rate
from bot.marketplaces.feeds.reading import FeedFormat, Read, Reading, Refused, read_feed
from bot.marketplaces.fetching import fetched, is_address
from storage.catalogue import offers
from storage.database import Database

DEFAULT_MARKETPLACE = "feed"
NAME_LIMIT = 32
"""Characters of a marketplace's name, as the table has it."""

REASONS_LIMIT = 10_000
"""Refused rows kept with their reasons; beyond them only the count grows, not the memory."""

Progress = Callable[["ImportReport"], None]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How an import stands or ended: counts, and the refused rows by line with the reason."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    refused_count: int = 0
    refused: tuple[tuple[int, str], ...] = ()
    """The first REASONS_LIMIT of them."""
    ended: int = 0
    is_broken_off: bool = False
    """Whether the file could not be read to its end."""

    @property
    def closing_line(self) -> str:
        """The one line that every import ends with."""
        return (
            f"imported {self.added}, updated {self.updated}, "
            f"unchanged {self.unchanged}, refused {self.refused_count}"
        )


@dataclass(frozen=True, slots=True)
class FeedWish:
    """What the operator says about a feed besides where it is."""

    format: str = FeedFormat.AUTO
    marketplace: str = DEFAULT_MARKETPLACE
    currency: Currency | None = None
    """For rows that name none; None is the currency of the settings."""
    mapping: tuple[str, ...] = ()
    """"FIELD=COLUMN" each."""
    commission: str | None = None
    """Rate such as "10%" for rows that have none."""
    is_ending_missing: bool = False
    """Whether offers that the feed no longer has are ended; see ``import_rows``."""


@dataclass(frozen=True)
class Refreshing:
    """Feeds in, offers and price history out."""

    database: Database
    now: Callable[[], datetime]
    currency: Currency = Currency("CNY")
    """For rows without one."""

    async def import_source(
        self, source: str, wish: FeedWish | None = None, progress: Progress | None = None
    ) -> ImportReport:
        """Import the feed at ``source``, a file's name or an http(s) address.

        Raises InputError for what is no feed or wrongly described, OSError for a file that cannot
        be read, TemporaryError when an address cannot be fetched now.
        """
        wish = wish or FeedWish()
        reading = Reading(
            defaults=Defaults(
                currency=wish.currency or self.currency,
                commission_bps=read_rate(wish.commission) if wish.commission else None,
                now=self.now(),
            ),
            format=FeedFormat(wish.format),
            mapping=read_mapping(wish.mapping),
        )
        async with _opened(source) as file:
            return await self.import_rows(
                read_feed(file, reading),
                marketplace=wish.marketplace,
                source=source.partition("?")[0].rpartition("@")[2],
                is_ending_missing=wish.is_ending_missing,
                progress=progress,
            )

    async def import_rows(
        self,
        rows: Iterator[Read | Refused],
        *,
        marketplace: str = DEFAULT_MARKETPLACE,
        source: str = "",
        is_ending_missing: bool = False,
        progress: Progress | None = None,
    ) -> ImportReport:
        """Store ``rows`` as offers of ``marketplace``; the same rows again change nothing.

        Each batch is a transaction of its own, so a break-off keeps what was read. Offers that
        the rows do not hold stay as they are: a feed may be one part of several, or cut short,
        and old data is not posted anyway once it is past the freshness limit. With
        ``is_ending_missing`` they are ended, if the feed was read to its end.
        """
        at = self.now()
        name = _checked_name(marketplace)
        # The first batch is read before anything is written: no feed at all leaves no trace.
        batch = await asyncio.to_thread(_take, rows)
        async with self.database.write() as connection:
            await offers.add_marketplace(connection, name, at)
            import_id = await offers.begin_import(connection, name, source[:500], at)
        report = ImportReport()
        while batch:
            report = await self._store(batch, report, name, import_id)
            if progress:
                progress(report)
            batch = await asyncio.to_thread(_take, rows)
        return await self._close(report, name, import_id, is_ending_missing=is_ending_missing)

    async def _store(
        self, batch: list[Read | Refused], report: ImportReport, name: str, import_id: int
    ) -> ImportReport:
        read = [row for row in batch if isinstance(row, Read)]
        async with self.database.write() as connection:
            stored = await offers.put(
                connection,
                name,
                [row.facts for row in read],
                at=self.now(),
                import_id=import_id,
            )
        refused = [(row.line, row.reason) for row in batch if isinstance(row, Refused)]
        refused += [(read[place].line, "the id of an earlier row") for place in stored.repeated]
        refused.sort()
        room = max(0, REASONS_LIMIT - len(report.refused))
        return ImportReport(
            added=report.added + stored.added,
            updated=report.updated + stored.updated,
            unchanged=report.unchanged + stored.unchanged,
            refused_count=report.refused_count + len(refused),
            refused=report.refused + tuple(refused[:room]),
            is_broken_off=any(isinstance(row, Refused) and row.is_end for row in batch),
        )

    async def _close(
        self, report: ImportReport, name: str, import_id: int, *, is_ending_missing: bool
    ) -> ImportReport:
        at = self.now()
        ended = 0
        async with self.database.write() as connection:
            if is_ending_missing and not report.is_broken_off:
                ended = await offers.end_missing(connection, name, import_id, at)
            await offers.close_import(
                connection,
                import_id,
                at,
                {
                    "added": report.added,
                    "updated": report.updated,
                    "unchanged": report.unchanged,
                    "refused": report.refused_count,
                },
            )
        return ImportReport(
            added=report.added,
            updated=report.updated,
            unchanged=report.unchanged,
            refused_count=report.refused_count,
            refused=report.refused,
            ended=ended,
            is_broken_off=report.is_broken_off,
        )


def _take(rows: Iterator[Read | Refused]) -> list[Read | Refused]:
    return list(islice(rows, offers.BATCH_ROWS))


def _checked_name(marketplace: str) -> str:
    name = marketplace.strip().lower()
    plain = name.replace("-", "").replace("_", "")
    if not plain or not plain.isascii() or not plain.isalnum() or len(name) > NAME_LIMIT:
        raise InputError(
            f"A marketplace's name has up to {NAME_LIMIT} letters and digits, not “{marketplace}”."
        )
    return name


@asynccontextmanager
async def _opened(source: str) -> AsyncIterator[BinaryIO]:
    if is_address(source):
        async with fetched(source) as file:
            yield file
        return
    with await asyncio.to_thread(_local, source) as local:
        yield local


def _local(source: str) -> BinaryIO:
    path = Path(source)
    if path.is_dir():
        raise InputError(f"{source} is a folder.")
    if not path.exists():
        raise InputError(f"There is no file {source}.")
    return path.open("rb")
