"""Promoters' own stock (社会化库存 [S2]): offered by its owner, approved by an operator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain import money
from bot.domain.links.addresses import is_public_https
from bot.domain.posts.characters import cleaned
from bot.domain.posts.notices import Notice, stock_decided
from bot.domain.posts.rules import broken_by
from bot.domain.programmes import Programme
from bot.domain.records import Currency, PersonId, Promoter, Stock, StockState
from bot.errors import InputError, NotFoundError
from storage.catalogue import own_stock
from storage.database import Database
from storage.people import people
from storage.posts import notices

TITLE_LIMIT = 120
PRICE_LIMIT_MINOR = 10**9
WAITING_LIMIT = 20
"""What one promoter may have waiting: an operator looks at each."""


class Refusal(StrEnum):
    """Why goods were not taken; each is a text of the chat."""

    NOT_HERE = "not_here"
    """The promoter's programme has no own stock."""
    NO_TITLE = "no_title"
    CLAIM = "claim"
    PRICE = "price"
    ADDRESS = "address"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Offered:
    """It waits for an operator."""

    stock: Stock


@dataclass(frozen=True, slots=True)
class NotTaken:
    """Nothing was kept."""

    reason: Refusal


@dataclass(frozen=True)
class Stocking:
    """From "I sell this" to an offer in the own groups of whoever sells it, and nowhere else."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    currency: Currency

    async def offer(
        self, promoter: Promoter, title: str, price: str, url: str
    ) -> Offered | NotTaken:
        """Keep what a promoter sells for an operator to look at; ``price`` as people write it."""
        programme = self.programmes.get(promoter.programme)
        if programme is None or not programme.has_own_stock:
            return NotTaken(Refusal.NOT_HERE)
        name = cleaned(title).strip()
        price_minor = self._price(price)
        if not name or len(name) > TITLE_LIMIT:
            return NotTaken(Refusal.NO_TITLE)
        if broken_by(name):
            return NotTaken(Refusal.CLAIM)
        if price_minor is None:
            return NotTaken(Refusal.PRICE)
        if not is_public_https(url):
            return NotTaken(Refusal.ADDRESS)
        async with self.database.write() as connection:
            await people.lock(connection, promoter.id)
            own = await own_stock.list_of(connection, promoter.id)
            if sum(each.state == StockState.WAITING for each in own) >= WAITING_LIMIT:
                return NotTaken(Refusal.TOO_MANY)
            return Offered(
                await own_stock.add(
                    connection,
                    promoter.id,
                    title=name,
                    url=url,
                    price_minor=price_minor,
                    currency=self.currency,
                    at=self.now(),
                )
            )

    async def of(self, promoter_id: PersonId) -> list[Stock]:
        """What a promoter offered, the latest first."""
        async with self.database.read() as connection:
            return await own_stock.list_of(connection, promoter_id)

    async def waiting(self) -> list[Stock]:
        """What waits for an operator, the longest first."""
        async with self.database.read() as connection:
            return await own_stock.list_waiting(connection)

    async def approve(self, number: int, *, by: str, reason: str = "") -> Stock:
        """Let it into its owner's groups (audited); the owner is told.

        Raises NotFoundError for a number that there is not, InputError for what was decided.
        """
        return await self._decide(number, StockState.APPROVED, by, reason)

    async def refuse(self, number: int, *, by: str, reason: str) -> Stock:
        """Keep it out (audited); the owner is told why. Raises as ``approve``, and without why."""
        if not reason.strip():
            raise InputError("Refusing goods needs a reason: their owner is told.")
        return await self._decide(number, StockState.REFUSED, by, reason)

    async def confirm(self, promoter_id: PersonId, number: int) -> bool:
        """The owner says that goods and price are still so; False for what is not the owner's."""
        async with self.database.write() as connection:
            return await own_stock.mark_seen(connection, promoter_id, number, self.now())

    async def end(self, promoter_id: PersonId, number: int) -> bool:
        """The owner sells it no longer; False for what is not the owner's."""
        async with self.database.write() as connection:
            return await own_stock.mark_ended(connection, promoter_id, number, self.now())

    async def _decide(self, number: int, state: StockState, by: str, reason: str) -> Stock:
        at = self.now()
        async with self.database.write() as connection:
            stock = await own_stock.find(connection, number)
            if stock is None:
                raise NotFoundError(f"There is no own stock {number}.")
            if not await own_stock.mark(connection, number, state, reason.strip(), at):
                raise InputError(f"Own stock {number} was {stock.state} before.")
            if state == StockState.APPROVED:
                await own_stock.become_offer(connection, stock, at)
            subject = f"own_stock:{number}"
            await people.append_audit(connection, at, by, state, subject, reason.strip())
            told: Notice = stock_decided(
                number, stock.promoter_id, stock.title, state, reason.strip()
            )
            await notices.add(connection, [told], at)
            return await own_stock.find(connection, number) or stock

    def _price(self, text: str) -> int | None:
        plain = text.strip().strip("¥￥元 ").replace(",", "")
        try:
            found = money.to_minor(plain, self.currency)
        except InputError:
            return None
        return found if 0 < found <= PRICE_LIMIT_MINOR else None
