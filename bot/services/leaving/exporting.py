"""What a promoter takes along: one archive of everything that is the promoter's own."""

import asyncio
import csv
import io
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from bot.domain.pools.lists import harmless
from bot.domain.programmes import Programme
from bot.domain.records import GroupId, PersonId
from bot.services.leaving.linking import Linking
from bot.services.leaving.outcomes import Cohort
from bot.services.posts.scheduling import plans_of
from storage.database import Database
from storage.leaving import copies, exporting
from storage.leaving.exporting import Rows
from storage.people import groups, people

A_DAY = 3
"""Archives a promoter may have in 24 hours: each reads all there is."""
DAY = timedelta(days=1)
BYTES_LIMIT = 45_000_000
"""Bot API: a document has at most 50 MB; what is begun and the contents at the end fit beside."""


@dataclass(frozen=True)
class TooOften:
    """The limit of a day is met; ``again_at`` it is not any more at the latest."""

    limit: int
    again_at: datetime


@dataclass(frozen=True)
class Written:
    """An archive: rows by file, and in which files some were left out for its size."""

    rows: Mapping[str, int]
    cut: tuple[str, ...]


@dataclass(frozen=True)
class Exporting:
    """Reads in pieces and writes as it reads: memory stays flat however much there is."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    zone: tzinfo
    """Days of clicks are counted in it."""
    linking: Linking

    async def begin(self, promoter_id: PersonId) -> TooOften | None:
        """Count one more archive; TooOften, and nothing counted, where that is too many."""
        now = self.now()
        async with self.database.write() as connection:
            await people.lock(connection, promoter_id)
            await exporting.delete_old(connection, now, DAY)
            if await exporting.count_since(connection, promoter_id, now - DAY) >= A_DAY:
                return TooOften(A_DAY, now + DAY)
            await exporting.add(connection, promoter_id, now)
            return None

    async def write(
        self, promoter_id: PersonId, file: IO[bytes], *, limit: int = BYTES_LIMIT
    ) -> Written:
        """Write the archive into ``file``; about ``limit`` bytes, the latest rows first.

        In it are own groups with their settings, posts, links, clicks by day, orders, entries,
        pools and invite links with counts; nothing about any member.
        """
        async with self.database.read() as connection:
            known = await exporting.list_groups(connection, promoter_id)
        ids = [GroupId(row["group_id"]) for row in known]
        archive = _Archive(ZipFile(file, "w", ZIP_DEFLATED), limit)
        await archive.document("groups.json", await self._with_settings(promoter_id, known))
        await archive.document("invite_links.json", await self._invite_links(promoter_id))
        source = exporting.entries_of(self.database, promoter_id)
        await archive.table("entries.csv", source)
        await archive.table("orders.csv", exporting.conversions_of(self.database, promoter_id))
        await archive.table("pools.csv", exporting.pools_of(self.database, promoter_id))
        await archive.table("posts.csv", exporting.posts_of(self.database, promoter_id, ids))
        links = exporting.links_of(self.database, promoter_id, [*ids, None])
        await archive.table("post_links.csv", links)
        links = exporting.links_of(self.database, promoter_id, [*ids, None])
        await archive.table("clicks.csv", self._clicks(links))
        about = {"made_at": self.now(), "rows": archive.rows, "left_out": archive.cut}
        await archive.document("about.json", about)
        await asyncio.to_thread(archive.zip.close)
        return Written(archive.rows, tuple(archive.cut))

    async def _with_settings(
        self, promoter_id: PersonId, known: Sequence[dict[str, Any]]
    ) -> list[dict[str, Any]]:
        async with self.database.read() as connection:
            own = {group.id: group for group in await groups.list_of(connection, promoter_id)}
            settings = await copies.read(connection, list(own))
            plans = await plans_of(connection, self.programmes, list(own.values()))
        return [
            row
            | (
                {
                    "settings": settings[GroupId(row["group_id"])],
                    "slots": [
                        {"name": plan.name, "opens": plan.opens, "closes": plan.closes}
                        for plan in plans[GroupId(row["group_id"])]
                    ],
                }
                if row["group_id"] in own
                else {}
            )
            for row in known
        ]

    async def _invite_links(self, promoter_id: PersonId) -> list[dict[str, Any]]:
        return [
            {"group_id": group.id} | _cohort(cohort)
            for group, found in await self.linking.figures(promoter_id)
            for cohort in found
        ]

    async def _clicks(self, links: AsyncIterator[Rows]) -> AsyncIterator[Rows]:
        async for some in links:
            hours = await exporting.clicks_of(self.database, [row["code"] for row in some])
            people_on: Counter[tuple[str, date]] = Counter()
            bots_on: Counter[tuple[str, date]] = Counter()
            for row in hours:
                key = (row["code"], row["hour_at"].astimezone(self.zone).date())
                people_on[key] += row["people"]
                bots_on[key] += row["bots"]
            yield [
                {"code": code, "day": day, "people": people_on[code, day], "bots": count}
                for (code, day), count in bots_on.items()
            ]


class _Archive:
    """An archive that is written while it is read for; it stops where it would be too large."""

    def __init__(self, archive: ZipFile, limit: int) -> None:
        self.zip, self.limit = archive, limit
        self.rows: dict[str, int] = {}
        self.cut: list[str] = []

    async def document(self, name: str, value: Any) -> None:
        """Write one document as JSON, Chinese as it is."""
        text = json.dumps(value, ensure_ascii=False, indent=2, default=_plain)
        await asyncio.to_thread(self.zip.writestr, name, text)

    async def table(self, name: str, pieces: AsyncIterator[Rows]) -> None:
        """Write rows as CSV with a head; no cell is a formula."""
        self.rows[name] = 0
        with self.zip.open(name, "w") as file:
            async for rows in pieces:
                if not rows:
                    continue
                if self._is_full():
                    self.cut.append(name)
                    break
                written = _csv(rows, has_head=self.rows[name] == 0)
                await asyncio.to_thread(file.write, written)
                self.rows[name] += len(rows)

    def _is_full(self) -> bool:
        return self.zip.fp is not None and self.zip.fp.tell() >= self.limit


def _csv(rows: Rows, *, has_head: bool) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    if has_head:
        # A mark, by which spreadsheets know the letters.
        out.write("\ufeff")
        writer.writeheader()
    for row in rows:
        writer.writerow({name: harmless(_plain(value)) for name, value in row.items()})
    return out.getvalue().encode()


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _cohort(cohort: Cohort) -> dict[str, Any]:
    fewer = "fewer than 3"

    def shown(count: int | None) -> int | str:
        return fewer if count is None else count

    return {
        "name": cohort.name,
        "url": cohort.url,
        "made_at": cohort.made_at,
        "is_revoked": cohort.is_revoked,
        "came": shown(cohort.came),
        "stayed": {f"{stay.days} days": shown(stayed) for stay, stayed in cohort.stays},
        "claimed_an_order": shown(cohort.claimed),
        "bought_together": shown(cohort.pooled),
    }
