"""What the books and the posts come to: reports, earnings, statements, and why."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from bot.domain.books.ledger import Account, Head
from bot.domain.records import (
    Currency,
    GroupId,
    Offer,
    PersonId,
    Post,
)
from bot.errors import InputError
from bot.services.books.explaining import Explanation, Statement, explain, first_of, state
from storage.books import figures
from storage.catalogue import offers
from storage.database import Connection, Database
from storage.people import groups, people, standings

KINDS = ("group", "promoter", "slot", "offer", "source", "shop")
PAID_MINOR = 0
"""Nothing is paid out yet: payouts come with settlement periods."""
PERSONAL = "personal links"
"""What the row is called of links that belong to no group."""
NO_POST = "share"
"""The slot of links that were shared without a post."""

Figures = dict[tuple[Any, Currency], dict[str, int]]


@dataclass(frozen=True)
class Balance:
    """What a promoter has in one currency, minor units; payable below zero is carried."""

    currency: Currency
    held_minor: int
    payable_minor: int
    paid_minor: int


@dataclass(frozen=True)
class Earnings:
    """Balances by currency, and how many conversions of own links stand in each state."""

    balances: tuple[Balance, ...]
    conversions: Mapping[str, int]
    coupons: tuple[tuple[Currency, int], ...] = ()
    """Value of coupons by currency, minor units: no money, and never paid out."""


@dataclass(frozen=True)
class Reporting:
    """Reads, and never writes. Days and months are those of ``zone``."""

    database: Database
    now: Callable[[], datetime]
    zone: tzinfo
    currency: Currency
    """For rows of a report that have no conversion yet."""

    async def report(
        self, by: str, start: date | None = None, end: date | None = None
    ) -> list[dict[str, Any]]:
        """A row per key and currency, as ``haowu report`` prints it, days ``start`` to ``end``.

        ``by`` is one of KINDS. Posts count when sent, clicks when a person followed,
        conversions on the day of the order while they earn. Raises InputError for other words.
        """
        if by not in KINDS:
            raise InputError(f"A report is by {', '.join(KINDS)}.")
        span = (
            None if start is None else self._midnight(start),
            None if end is None else self._midnight(end + timedelta(days=1)),
        )
        async with self.database.read() as connection:
            sums = await self._sums(connection, "promoter" if by == "shop" else by, span)
            if by == "shop":
                sums = _by_shop(sums, await standings.list_shops(connection))
            heads = await figures.list_promoter_heads(connection) if by == "promoter" else {}
            balances = _balances_of(heads)
            rows = sums | {key: sums.get(key, _blank()) for key in balances}
            names = await _names(connection, by, {key for key, _ in rows})
        return [
            names[key]
            | figures_of
            | (_money(balances.get((key, currency))) if by == "promoter" else {})
            | {"currency": currency}
            for (key, currency), figures_of in sorted(rows.items(), key=_order)
        ]

    async def earnings(self, promoter_id: PersonId) -> Earnings:
        """What a promoter has, now."""
        async with self.database.read() as connection:
            heads = await figures.list_promoter_heads(connection, promoter_id)
            states = await figures.count_states(connection, promoter_id)
            given = await figures.list_coupon_heads(connection, promoter_id)
        found = _balances_of(heads)
        coupons = tuple(sorted((account[1], head.balance_minor) for account, head in given.items()))
        return Earnings(tuple(found[key] for key in sorted(found)), states, coupons)

    async def statement(self, promoter_id: PersonId, month: str | None = None) -> Statement:
        """Every line of a promoter's accounts in ``month`` ("YYYY-MM"; absent: this month).

        Opening and closing balances come from the chain, and the chain is checked over the
        month. Raises InputError for a month that is none.
        """
        today = self.now().astimezone(self.zone).date()
        first = first_of(month) if month else today.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        span = (self._midnight(first), self._midnight(after))
        async with self.database.read() as connection:
            return await state(connection, promoter_id, f"{first:%Y-%m}", span)

    async def why(self, promoter_id: PersonId | None, order_id: str) -> Explanation:
        """Explain every row of an order to a promoter, or to an operator (None).

        An order that is unknown and one that is somebody else's get the same empty answer.
        """
        async with self.database.read() as connection:
            return await explain(connection, promoter_id, order_id)

    async def deals(self, group_id: GroupId, day: date) -> list[tuple[Post, Offer]]:
        """The posts with an offer that reached a group on its local ``day``."""
        async with self.database.read() as connection:
            sent = await figures.list_sent(connection, group_id, day)
            ids = [post.offer_id for post in sent if post.offer_id is not None]
            found = await offers.list_by_ids(connection, ids)
        return [(post, found[post.offer_id]) for post in sent if post.offer_id in found]

    async def _sums(self, connection: Connection, by: str, span: figures.Span) -> Figures:
        sums: Figures = {}
        earned = await figures.sum_commission(connection, by, span)
        for (key, currency), (number, commission_minor) in earned.items():
            row = sums.setdefault((key, currency), _blank())
            row["conversions"], row["commission_minor"] = number, commission_minor
        sent = await figures.count_posts(connection, by, span)
        followed = await figures.count_clicks(connection, by, span)
        currencies: dict[Any, list[Currency]] = {}
        for key, currency in sums:
            currencies.setdefault(key, []).append(currency)
        for key in sent.keys() | followed.keys():
            for currency in currencies.get(key, [self.currency]):
                row = sums.setdefault((key, currency), _blank())
                row["posts"] = sent.get(key, 0)
                row["clicks"], row["bot_hits"] = followed.get(key, (0, 0))
        return sums

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def _by_shop(sums: Figures, shops: Mapping[PersonId, tuple[str, str]]) -> Figures:
    """The figures of promoters, one row a brand and shop; who is bound to none is left out."""
    found: Figures = {}
    for (promoter_id, currency), row in sums.items():
        if promoter_id in shops:
            total = found.setdefault((shops[promoter_id], currency), _blank())
            for name, amount in row.items():
                total[name] += amount
    return found


def _blank() -> dict[str, int]:
    return dict.fromkeys(("posts", "clicks", "bot_hits", "conversions", "commission_minor"), 0)


def _order(item: tuple[tuple[Any, Currency], Mapping[str, int]]) -> tuple[int, str, str]:
    """The best earning first; then the same order every time."""
    (key, currency), row = item
    return (-row["commission_minor"], str(key), currency)


def _money(balance: Balance | None) -> dict[str, int]:
    return {
        "held_minor": balance.held_minor if balance else 0,
        "payable_minor": balance.payable_minor if balance else 0,
        "paid_minor": balance.paid_minor if balance else PAID_MINOR,
    }


def _balances_of(heads: Mapping[Account, Head]) -> dict[tuple[PersonId, Currency], Balance]:
    sums: dict[tuple[PersonId, Currency], dict[str, int]] = {}
    for (name, currency), head in heads.items():
        _, number, part = name.split(":")
        sums.setdefault((PersonId(int(number)), currency), {})[part] = head.balance_minor
    return {
        key: Balance(key[1], parts.get("held", 0), parts.get("payable", 0), PAID_MINOR)
        for key, parts in sums.items()
    }


async def _names(connection: Connection, by: str, keys: set[Any]) -> dict[Any, dict[str, Any]]:
    """What a row of the report begins with, by key."""
    match by:
        case "group":
            return await _groups(connection, keys)
        case "promoter":
            found = await people.promoters_by_ids(connection, keys)
            return {
                key: {
                    "promoter_id": _telegram(found[key].telegram_id, key),
                    "name": found[key].name,
                }
                for key in keys
            }
        case "offer":
            listed = await offers.list_by_ids(connection, keys)
            return {
                key: {
                    "offer_id": key,
                    "marketplace": listed[key].marketplace,
                    "title": listed[key].facts.title,
                }
                for key in keys
            }
        case "shop":
            return {key: {"brand": key[0], "shop": key[1]} for key in keys}
        case "source":
            return {key: {"source": key} for key in keys}
    return {key: {"slot": key or NO_POST} for key in keys}


async def _groups(connection: Connection, keys: Iterable[Any]) -> dict[Any, dict[str, Any]]:
    found = await groups.list_by_ids(connection, {key for key in keys if key is not None})
    owners = await people.promoters_by_ids(
        connection, {group.promoter_id for group in found.values()}
    )
    personal: dict[str, Any] = {"group_id": None, "chat_id": None, "title": PERSONAL}
    named: dict[Any, dict[str, Any]] = {None: personal | {"promoter_id": None}}
    return named | {
        key: {
            "group_id": key,
            "chat_id": group.chat_id,
            "title": group.title,
            "promoter_id": _telegram(owners[group.promoter_id].telegram_id, group.promoter_id),
        }
        for key, group in found.items()
    }


def _telegram(telegram_id: int | None, our_id: PersonId) -> int:
    """How people outside name a promoter; our own id once forgotten."""
    return our_id if telegram_id is None else telegram_id
