"""A market for the machine of the books: people, links of every kind, and how reports are sent."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from sqlalchemy import update

from bot.domain.books.ledger import Draft
from bot.domain.links.clicks import Click
from bot.domain.programmes import Levels, Pool, Programme
from bot.domain.programmes import Terms as ProgrammeTerms
from bot.domain.records import ClickClass, Currency, GroupId, LinkCode, PersonId
from bot.domain.records import Link as LinkRecord
from bot.services.books.crediting import Crediting
from bot.services.books.settling import Settling
from storage.books import entries
from storage.database import Database
from storage.links import clicks, links
from storage.tables import promoters
from tests import cast
from tests.bot.services.books.model import Account, Link, Model, Terms, Told
from tests.bot.services.bookshop import HOLD_DAYS, START, programme

CHANGE = cast.NOON + timedelta(hours=2)
"""When new terms of fenxiang come into force, and when Zhao joins."""
ORDERED_AT: Mapping[str, datetime] = {
    "O-1": CHANGE - timedelta(hours=1),
    "O-2": CHANGE + timedelta(hours=1),
}
OPENED_AT = CHANGE + timedelta(hours=2)
SHOPS = ("feed", "other")
"""Marketplaces; every link leads to the first."""
EXPONENTS: Mapping[str, int] = {"CNY": 2, "JPY": 0, "KWD": 3}
CODES: Mapping[str, str] = {
    "lin": "aaaaaaaaaaaaa",
    "chen": "bbbbbbbbbbbbb",
    "early": "ccccccccccccc",
    "zhao": "ddddddddddddd",
    "pool": "eeeeeeeeeeeee",
    "single": "fffffffffffff",
}
STRANGE = "ggggggggggggg"
"""A name that no link has."""
COLUMNS = (
    "order_id", "row", "sub_id", "status", "commission", "currency", "ordered_at", "updated_at",
)  # fmt: skip

TERMS: Mapping[str, tuple[Terms, ...]] = {
    "fenxiang": (Terms(START, (5000, 1000)), Terms(CHANGE, (4000, 2000))),
    "dongxiaodian": (Terms(START, (3000, 3500, 3500)),),
    "wanwu": (Terms(START, (7000, 0)),),
}


def _programmes() -> dict[str, Programme]:
    found = {}
    for name, terms in TERMS.items():
        first, *later = (
            ProgrammeTerms(
                name,
                one.from_at,
                Levels(*one.bps) if len(one.bps) == 2 else Pool(*one.bps),
                HOLD_DAYS,
            )
            for one in terms
        )
        found[name] = programme(name, first.split, *later)
    return found


PROGRAMMES = _programmes()


@dataclass
class Market:
    """The services over a database with people and links, and a clock that the machine moves."""

    database: Database
    at: datetime = OPENED_AT
    crediting: Crediting = field(init=False)
    settling: Settling = field(init=False)

    def __post_init__(self) -> None:
        """Start the services, as a process does."""
        self.restart()

    def restart(self) -> None:
        """Forget all that the services had in memory."""
        self.crediting = Crediting(
            self.database, PROGRAMMES, lambda: self.at, Currency("CNY"), ZoneInfo("Asia/Shanghai")
        )
        self.settling = Settling(self.database, lambda: self.at)

    async def greet(self) -> None:
        """Let the services see that both marketplaces are known."""
        for shop in SHOPS:
            await self.crediting.receive_file(shop, io.BytesIO(b"order_id"), {})

    async def push(self, told: Told) -> None:
        """Send a report as a postback."""
        query = urlencode({**fields_of(told), "txid": told.key[1]})
        await self.crediting.receive(told.key[0], query=query)

    async def send_file(self, rows: Sequence[Told]) -> None:
        """Send reports as one file of one marketplace."""
        lines = [",".join(COLUMNS)]
        for told in rows:
            fields = fields_of(told)
            lines.append(",".join(fields.get(name, "") for name in COLUMNS))
        content = io.BytesIO("\n".join(lines).encode())
        counts = await self.crediting.receive_file(rows[0].key[0], content, {})
        assert not counts.refused

    async def pay(self, account: Account, amount: int, settlement: str) -> None:
        """Pay out of an account; the product keeps no payouts yet, so the entry is made here."""
        name, currency = account[0], Currency(account[1])
        moves = (((name, currency), -amount), ((settlement, currency), amount))
        draft = Draft("payout", None, "", "paid", self.at, moves)
        async with self.database.write() as connection:
            await entries.lock(connection)
            await entries.append(connection, [draft])


def fields_of(told: Told) -> dict[str, str]:
    """A report's fields as text; an amount as whole units and decimals of its currency."""
    fields = {
        "order_id": told.key[1],
        "row": told.key[2],
        "status": told.status,
        "currency": told.currency,
        "ordered_at": told.ordered_at.isoformat(),
        "updated_at": told.at.isoformat(),
    }
    if told.sub_id:
        fields["sub_id"] = told.sub_id
    if told.commission is not None:
        digits = EXPONENTS[told.currency]
        whole, rest = divmod(told.commission, 10**digits)
        fields["commission"] = f"{whole}.{rest:0{digits}d}" if digits else str(whole)
    if told.is_push:
        del fields["order_id"]
    return fields


async def set_up(database: Database) -> Model:
    """Put people, groups and links into an empty database; the model that knows them."""
    stage = await cast.set_stage(database)
    owners: dict[str, tuple[str, PersonId, PersonId | None, datetime, datetime | None]] = {
        # Link: programme, promoter, inviter, when the promoter joined, when it was clicked.
        "lin": ("fenxiang", stage.lin, None, cast.NOON, cast.NOON + timedelta(minutes=1)),
        "chen": ("fenxiang", stage.chen, stage.lin, cast.NOON, None),
        "early": ("fenxiang", stage.chen, stage.lin, cast.NOON, cast.NOON + timedelta(minutes=1)),
        "zhao": ("fenxiang", stage.zhao, stage.chen, CHANGE, None),
        "pool": ("dongxiaodian", stage.chen, stage.lin, cast.NOON, CHANGE + timedelta(minutes=30)),
        "single": ("wanwu", stage.chen, stage.lin, cast.NOON, None),
    }
    async with database.write() as connection:
        await connection.execute(
            update(promoters).where(promoters.c.person_id == stage.zhao).values(joined_at=CHANGE)
        )
        offer = await cast.add_offer(connection)
        await cast.add_offer(connection, "p-2", marketplace="other")
        minted, clicked, known = [], [], {}
        for number, (word, (name, owner, inviter, joined_at, at)) in enumerate(owners.items()):
            group: GroupId = await cast.add_group(connection, owner, -5000 - number, programme=name)
            code = CODES[word]
            minted.append(
                LinkRecord(
                    code=LinkCode(code),
                    offer_id=offer,
                    marketplace="feed",
                    post_id=None,
                    group_id=group,
                    promoter_id=owner,
                    target_url="https://shop.example.com/p-1",
                    created_at=cast.NOON,
                )
            )
            known[code] = Link(code, "feed", name, owner, inviter, joined_at, at, TERMS[name])
            if at is not None:
                clicked.append(Click(f"c-{word}", LinkCode(code), at, ClickClass.PERSON))
        await links.add(connection, minted)
        await clicks.append(connection, clicked)
    return Model(known, timedelta(days=HOLD_DAYS))
