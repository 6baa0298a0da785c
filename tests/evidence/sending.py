"""A marketplace that sends postbacks, keeps its own book, and sends again what was not answered."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from urllib.parse import urlencode

from sqlalchemy import text

from storage.database import Database
from tests.bot.services.books.market import CHANGE, CODES, EXPONENTS, OPENED_AT, fields_of
from tests.bot.services.books.model import Key, Model, Told

KEY = "a-key-of-the-evidence"
WIDTH = 16
"""Connections that are kept open."""
NEW_PERCENT = 60
STATES = ("pending", "approved", "approved", "reversed")
GOOD = range(200, 300)


@dataclass
class Sender:
    """Makes reports of sales, sends them over HTTP, and knows which were answered 2xx."""

    chance: Random
    book: list[Told] = field(default_factory=list)
    """Every report there is; its place is its number."""
    waiting: deque[int] = field(default_factory=deque)
    under_way: set[int] = field(default_factory=set)
    answered: set[int] = field(default_factory=set)
    tries: Counter[int] = field(default_factory=Counter)
    faults: Counter[int] = field(default_factory=Counter)
    """Answers that were not 2xx, by status."""
    rows: list[tuple[Key, Told]] = field(default_factory=list)

    async def send_to(self, port: int, is_over: asyncio.Event, *, is_last: bool = False) -> None:
        """Send until it is over; with ``is_last`` only what waits, and until that is answered."""
        workers = [self._work(port, is_over, is_last=is_last) for _ in range(WIDTH)]
        await asyncio.gather(*workers)

    def again(self) -> int:
        """How many reports had to be sent more than once."""
        return sum(times > 1 for times in self.tries.values())

    async def _work(self, port: int, is_over: asyncio.Event, *, is_last: bool) -> None:
        while not is_over.is_set():
            number = self._next(is_last=is_last)
            if number is None:
                return
            self.waiting.append(number)
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                try:
                    await self._converse(reader, writer, is_over, is_last=is_last)
                finally:
                    writer.close()
            if not is_last:
                return

    async def _converse(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        is_over: asyncio.Event,
        *,
        is_last: bool,
    ) -> None:
        while not is_over.is_set():
            number = self._next(is_last=is_last)
            if number is None:
                return
            self.under_way.add(number)
            self.tries[number] += 1
            status = 0
            try:
                writer.write(self._request(number))
                status = await _status(reader)
            finally:
                self.under_way.discard(number)
                if status in GOOD:
                    self.answered.add(number)
                else:
                    self.waiting.append(number)
                    self.faults[status] += 1

    def _next(self, *, is_last: bool) -> int | None:
        if self.waiting and (is_last or self.chance.random() < 0.5):
            return self.waiting.popleft()
        return None if is_last else self._make()

    def _make(self) -> int:
        number = len(self.book)
        if not self.rows or self.chance.randrange(100) < NEW_PERCENT:
            told = self._first(number)
            self.rows.append((told.key, told))
        else:
            key, first = self.chance.choice(self.rows)
            told = self._later(first, number)
        self.book.append(told)
        return number

    def _first(self, number: int) -> Told:
        return Told(
            key=(self.chance.choice(("feed", "feed", "feed", "other")), f"S-{number}", "1"),
            status=self.chance.choice(STATES),
            commission=self.chance.randrange(10_000),
            currency=self.chance.choice(tuple(EXPONENTS)),
            sub_id=self.chance.choice((*CODES.values(), None)),
            at=OPENED_AT + timedelta(milliseconds=number),
            ordered_at=CHANGE + timedelta(hours=self.chance.choice((-1, 1))),
            is_push=True,
        )

    def _later(self, first: Told, number: int) -> Told:
        return Told(
            key=first.key,
            status=self.chance.choice(STATES),
            commission=self.chance.randrange(10_000),
            currency=first.currency,
            sub_id=first.sub_id,
            at=OPENED_AT + timedelta(milliseconds=number),
            ordered_at=first.ordered_at,
            is_push=True,
        )

    def _request(self, number: int) -> bytes:
        query = query_of(self.book[number], number)
        shop = self.book[number].key[0]
        return f"GET /postback/{shop}/{KEY}?{query} HTTP/1.1\r\nHost: haowu\r\n\r\n".encode()


def query_of(told: Told, number: int) -> str:
    """A report as a query; its ``number`` is a field that nobody reads and everybody keeps."""
    return urlencode({**fields_of(told), "txid": told.key[1], "number": str(number)})


async def _status(reader: asyncio.StreamReader) -> int:
    """The status of the next answer, which is read to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(
        (
            int(line.partition(":")[2])
            for line in head.split("\r\n")
            if line.lower().startswith("content-length:")
        ),
        0,
    )
    await reader.readexactly(length)
    return int(head.split(" ", 2)[1])


# ---------------------------------------------------------------- the two books side by side


@dataclass(frozen=True)
class Comparison:
    """What the product's books lack, and what they have twice, against the sender's."""

    lost: int
    """Answered reports that are not kept, and rows that stand lower than reported."""
    doubled: int
    """Rows that stand higher than reported, or that there are two of."""
    unjudged: int
    reconciliation: int
    """Minor units by which accounts differ, over all currencies, promoters and the house."""


def expected(model: Model, book: Iterable[Told]) -> Model:
    """The model after every report of ``book``, in the order in which they were dated."""
    for told in sorted(book, key=lambda told: told.at):
        model.hear(told)
    return model


async def compare(database: Database, sender: Sender, model: Model) -> Comparison:
    """Both books, row by row and account by account; ``model`` has heard nothing yet."""
    expected(model, sender.book)
    async with database.read() as connection:
        kept = await connection.scalars(text("SELECT raw FROM postbacks"))
        numbers = {int(raw.partition("number=")[2].partition('"')[0]) for raw in kept}
        unjudged = await connection.scalar(text(UNJUDGED))
        booked = {
            (shop, order): (count, int(amount or 0))
            for shop, order, count, amount in await connection.execute(text(BOOKED))
        }
        balances = {
            (account, currency): int(amount)
            for account, currency, amount in await connection.execute(text(BALANCES))
        }
    lost, doubled = len(sender.answered - numbers), 0
    for row in model.rows.values():
        is_owed = row.state in ("pending", "approved", "settled")
        owed = row.commission if is_owed else 0
        count, amount = booked.get(row.key[:2], (0, 0))
        lost += count == 0 or -amount < owed
        doubled += count > 1 or -amount > owed
    return Comparison(lost, doubled, unjudged or 0, difference(balances, model.balances()))


def difference(found: dict[tuple[str, str], int], wanted: dict[tuple[str, str], int]) -> int:
    """Minor units by which two sets of balances differ."""
    accounts = found.keys() | wanted.keys()
    return sum(abs(found.get(account, 0) - wanted.get(account, 0)) for account in accounts)


UNJUDGED = (
    "SELECT count(*) FROM postbacks WHERE NOT EXISTS "
    "(SELECT 1 FROM verdicts WHERE verdicts.postback_id = postbacks.id)"
)
BOOKED = (
    "SELECT conversions.marketplace, conversions.order_id, count(DISTINCT conversions.id), "
    "sum(lines.amount_minor) FROM conversions "
    "LEFT JOIN entries ON entries.conversion_id = conversions.id "
    "LEFT JOIN lines ON lines.entry_id = entries.id AND lines.account LIKE 'marketplace:%' "
    "GROUP BY conversions.marketplace, conversions.order_id"
)
BALANCES = (
    "SELECT account, currency, sum(amount_minor) FROM lines "
    "GROUP BY account, currency HAVING sum(amount_minor) <> 0"
)
