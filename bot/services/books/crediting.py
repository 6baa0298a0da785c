"""Reports of order rows in; conversions and entries, in one transaction, out."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from itertools import islice
from typing import BinaryIO, TypeVar

from bot.domain.books import attribution
from bot.domain.books import conversions as judging
from bot.domain.books.attribution import Candidate, Orphaned
from bot.domain.books.conversions import Report
from bot.domain.links import subids
from bot.domain.programmes import Programme
from bot.domain.records import Conversion, Currency, Group
from bot.errors import InputError, NotFoundError
from bot.marketplaces import dialects, reports
from bot.marketplaces.reports import ReportRow
from bot.services.asking import within
from bot.services.books.judging import Bench, list_candidates, post
from bot.services.links.batching import PATIENCE_SECONDS, Batching
from storage import variables
from storage.books import conversions, entries, postbacks
from storage.books.postbacks import Postback, Verdict
from storage.database import Database
from storage.people import groups, people
from storage.questions import claims

BATCH_ROWS = 1_000
"""Reports judged in one transaction: long enough to be quick, short enough to let others in."""
ORPHANS_LIMIT = 100
MARKETPLACE_LIMIT = 32
JUDGED = "postbacks.judged"
"""The variable that says up to which postback there is nothing left to replay."""
SETTLING = timedelta(hours=1)
"""No transaction takes longer: what was received before has its place in the order of ids."""

Item = TypeVar("Item")


@dataclass(frozen=True)
class ImportCounts:
    """What a file of reports came to."""

    credited: int
    duplicate: int
    orphan: int
    quarantined: int
    refused: tuple[tuple[int, str], ...]
    """Line and reason of each row that was not taken."""


@dataclass(frozen=True)
class Crediting:
    """Receives reports, keeps them as they came, judges them and moves the books."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    currency: Currency
    """For reports that name none."""
    zone: tzinfo
    """For times in files that name none."""

    @cached_property
    def _together(self) -> Batching[tuple[Postback, Report], Verdict]:
        """Postbacks of one moment share their transactions."""
        return Batching(self._take, at_once=BATCH_ROWS)

    @cached_property
    def _known(self) -> set[str]:
        """Marketplaces that were seen in the database, where none is ever deleted."""
        return set()

    async def receive(
        self, marketplace: str, *, query: str, content_type: str = "", body: bytes = b""
    ) -> Verdict:
        """Take one postback: kept and committed first, then judged; the verdict is committed too.

        Raises NotFoundError for a marketplace that was never added, InputError for what can
        never be right; neither leaves a trace. Anything else may be sent again: no report is
        counted twice. Raises TemporaryError when it should be sent again.
        """
        await within(PATIENCE_SECONDS, self._assert_marketplace(marketplace))
        received_at = self.now()
        raw = dialects.envelope(query, content_type, body)
        report = dialects.read(marketplace, raw, currency=self.currency, received_at=received_at)
        return await self._together.ask(
            (Postback(0, marketplace, "http", raw, received_at), report)
        )

    async def receive_file(
        self,
        marketplace: str,
        content: BinaryIO,
        mapping: Mapping[str, str],
        progress: Callable[[int], None] = lambda _rows: None,
    ) -> ImportCounts:
        """Take an order report: CSV whose rows may settle; ``progress`` hears how many are done.

        Safe to run again. Raises NotFoundError and InputError as ``receive``, for the file as a
        whole; bad rows are counted and told.
        """
        await self._assert_marketplace(marketplace)
        results: Counter[str] = Counter()
        refused: list[tuple[int, str]] = []
        for batch in _batches(reports.rows(content, mapping), BATCH_ROWS):
            read = list(self._read_rows(marketplace, batch, refused))
            results.update(verdict.result for verdict in await self._take(read))
            progress(results.total() + len(refused))
        return ImportCounts(
            credited=results["credited"],
            duplicate=results["duplicate"],
            orphan=results["orphan"],
            quarantined=results["quarantined"],
            refused=tuple(refused),
        )

    async def replay(self) -> int:
        """Judge what was received and never judged, as after a crash; how many there were."""
        judged = 0
        started_at = self.now()
        async with self.database.read() as connection:
            after = start = int(await variables.find(connection, JUDGED) or 0)
        while True:
            async with self.database.read() as connection:
                waiting = await postbacks.list_unjudged(connection, after=after, limit=BATCH_ROWS)
            if not waiting:
                break
            await self._judge([(postback, self._reread(postback)) for postback in waiting])
            judged, after = judged + len(waiting), waiting[-1].id
        async with self.database.write() as connection:
            last = await postbacks.find_last(
                connection, received_before=started_at - SETTLING, after=start
            )
            await variables.set(connection, JUDGED, str(last))
        return judged

    async def orphans(self, limit: int = ORPHANS_LIMIT) -> list[Conversion]:
        """Conversions that nothing could be credited with: claimed ones, then the latest."""
        async with self.database.read() as connection:
            first = await conversions.list_claimed_orphans(connection, limit)
            latest = await conversions.list_orphans(connection, limit)
        return list({each.id: each for each in (*first, *latest)}.values())[:limit]

    async def claimants(self, orphans: Sequence[Conversion]) -> dict[str, list[Group]]:
        """By order: the groups of which a member says that an order without credit is theirs."""
        async with self.database.read() as connection:
            found = await claims.list_groups(
                connection, {each.observation.order_id for each in orphans}
            )
            by_id = await groups.list_by_ids(
                connection, {each for several in found.values() for each in several}
            )
        return {order_id: [by_id[each] for each in several] for order_id, several in found.items()}

    async def match(
        self, order_id: str, link_code: str, *, by: str, reason: str
    ) -> list[Conversion]:
        """Credit the orphans of an order to a link, as an operator decided; the conversions.

        ``by`` and ``reason`` go into the audit log. Terms and upline are chosen as if the link
        had come with the order. Raises InputError without a reason, NotFoundError when the
        order has no orphan or there is no such link.
        """
        if not reason.strip():
            raise InputError("Matching an order needs a reason.")
        code = subids.read(link_code)
        async with self.database.write() as connection:
            await entries.lock(connection)
            orphans = [
                conversion
                for conversion in await conversions.list_by_order(connection, order_id)
                if conversion.credit is None
            ]
            candidates = await list_candidates(
                connection,
                {code} if code else set(),
                self.programmes,
                min((each.observation.ordered_at for each in orphans), default=None),
            )
            if not orphans:
                raise NotFoundError("There is no orphan of this order.")
            if code is None or code not in candidates:
                raise NotFoundError("There is no such link.")
            matched = [self._matched(orphan, candidates[code], by) for orphan in orphans]
            at = self.now()
            await conversions.replace(connection, matched)
            await conversions.assign(connection, matched)
            why = {conversion.id: f"matched by {by}" for conversion in matched}
            await post(connection, matched, at, why, kind="match")
            await people.append_audit(connection, at, by, "match", order_id, reason.strip())
        return matched

    async def _assert_marketplace(self, name: str) -> None:
        if name in self._known:
            return
        # PostgreSQL keeps no NUL, and refuses to be asked for one.
        is_name = len(name) <= MARKETPLACE_LIMIT and name.isprintable()
        async with self.database.read() as connection:
            is_known = is_name and await postbacks.has_marketplace(connection, name)
        if not is_known:
            raise NotFoundError("There is no such marketplace.")
        self._known.add(name)

    def _matched(self, orphan: Conversion, candidate: Candidate, by: str) -> Conversion:
        found = attribution.assign(
            orphan.observation, candidate, self.programmes, found_by=f"matched|{by}"
        )
        if isinstance(found, Orphaned):
            raise InputError(f"The group's programme “{candidate.programme}” does not run.")
        return judging.matched(orphan, found)

    def _read_rows(
        self, marketplace: str, rows: Sequence[ReportRow], refused: list[tuple[int, str]]
    ) -> Iterator[tuple[Postback, Report]]:
        """The readable of ``rows``; why the others are not goes into ``refused``."""
        for row in rows:
            postback = Postback(0, marketplace, "file", row.raw, self.now())
            read = row.fault or self._reread(postback)
            if isinstance(read, Report):
                yield postback, read
            else:
                refused.append((row.line, read))

    def _reread(self, postback: Postback) -> Report | str:
        """The report in a kept postback, or why there is none."""
        try:
            if postback.source == "http":
                return dialects.read(
                    postback.marketplace,
                    postback.raw,
                    currency=self.currency,
                    received_at=postback.received_at,
                )
            return reports.read(
                postback.marketplace,
                postback.raw,
                currency=self.currency,
                zone=self.zone,
                received_at=postback.received_at,
            )
        except InputError as fault:
            return str(fault)

    async def _take(self, received: Sequence[tuple[Postback, Report]]) -> list[Verdict]:
        async with self.database.write() as connection:
            kept = await postbacks.append(connection, [postback for postback, _ in received])
        return await self._judge(
            [(postback, report) for postback, (_, report) in zip(kept, received, strict=True)]
        )

    async def _judge(self, kept: Sequence[tuple[Postback, Report | str]]) -> list[Verdict]:
        """Judge kept postbacks in their order, in one transaction; one verdict each, for good."""
        async with self.database.write() as connection:
            await entries.lock(connection)
            done = await postbacks.verdicts_on(connection, [postback.id for postback, _ in kept])
            fresh = [pair for pair in kept if pair[0].id not in done]
            bench = await Bench.open(
                connection, self.programmes, [r for _, r in fresh if isinstance(r, Report)]
            )
            at = self.now()
            verdicts = {
                postback.id: bench.judge(postback, report, at) for postback, report in fresh
            }
            await bench.close(connection, at)
            await postbacks.append_verdicts(connection, list(verdicts.values()))
        return [(done | verdicts)[postback.id] for postback, _ in kept]


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
