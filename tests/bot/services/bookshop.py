"""A small shop for the tests of the books: Lin's group, one offer, its link, and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from bot.domain.links.clicks import Click
from bot.domain.programmes import Community, Levels, Pool, Programme, Terms
from bot.domain.records import ClickClass, Currency, Link, LinkCode
from bot.services.books.crediting import Crediting
from storage.books import entries
from storage.books.postbacks import Verdict
from storage.database import Database
from storage.links import clicks, links
from tests import cast

LINS, CHENS = LinkCode("aaaaaaaaaaaaa"), LinkCode("bbbbbbbbbbbbb")
"""The links of Lin (whom nobody invited) and of Chen (invited by Lin)."""
START = datetime(2019, 1, 1, tzinfo=UTC)
HOLD_DAYS = 15


def programme(name: str, split: Levels | Pool | Community, *later: Terms) -> Programme:
    """A programme with nothing but terms."""
    return Programme(
        name=name,
        title={"zh": name, "en": name},
        source="",
        more_than_members=50,
        groups_limit=10,
        shortlist_size=40,
        picks_per_slot=1,
        repeat_days=7,
        freshness_hours=72,
        slots=(),
        terms=(Terms(name, START, split, HOLD_DAYS), *later),
        weights={},
    )


PROGRAMMES: Mapping[str, Programme] = {
    "fenxiang": programme("fenxiang", Levels(5000, 1000)),
    "dongxiaodian": programme("dongxiaodian", Pool(3000, 3500, 3500)),
}


@dataclass
class Shop:
    """The database with its people, a clock that tests move, and the service under test."""

    database: Database
    stage: cast.Stage
    at: datetime = cast.NOON + timedelta(hours=1)
    crediting: Crediting = field(init=False)

    def __post_init__(self) -> None:
        """Build the service over the clock."""
        self.crediting = Crediting(
            database=self.database,
            programmes=PROGRAMMES,
            now=lambda: self.at,
            currency=Currency("CNY"),
            zone=ZoneInfo("Asia/Shanghai"),
        )

    async def report(self, **given: object) -> Verdict:
        """One postback of order O-1 by Chen's link, a second after the last one."""
        self.at += timedelta(seconds=1)
        parameters = {"subid": CHENS, "txid": "O-1", "payout": "10.00"} | given
        query = urlencode({name: value for name, value in parameters.items() if value is not None})
        return await self.crediting.receive("feed", query=query)

    async def balances(self) -> dict[str, int]:
        """Every account's balance that is not zero; promoters by name."""
        names = {self.stage.lin: "lin", self.stage.chen: "chen", self.stage.zhao: "zhao"}
        async with self.database.read() as connection:
            heads = await entries.list_all_heads(connection)
        found = {}
        for (account, currency), head in heads.items():
            parts = account.split(":")
            if parts[0] == "promoter":
                parts = [names[type(self.stage.lin)(int(parts[1]))], parts[2]]
            assert currency == "CNY"
            if head.balance_minor:
                found[":".join(parts)] = head.balance_minor
        return found


async def open_shop(database: Database) -> Shop:
    """Lin's link and Chen's link on one offer, each clicked by a person at noon and a minute."""
    stage = await cast.set_stage(database)
    async with database.write() as connection:
        chens_group = await cast.add_group(connection, stage.chen, -1001000000002)
        offer = await cast.add_offer(connection)
        owners = ((LINS, stage.lin, stage.group), (CHENS, stage.chen, chens_group))
        await links.add(
            connection,
            [
                Link(
                    code=code,
                    offer_id=offer,
                    marketplace="feed",
                    post_id=await cast.add_post(connection, group, promoter, offer),
                    group_id=group,
                    promoter_id=promoter,
                    target_url="https://shop.example.com/p-1",
                    created_at=cast.NOON,
                )
                for code, promoter, group in owners
            ],
        )
        clicked_at = cast.NOON + timedelta(minutes=1)
        await clicks.append(
            connection,
            [
                Click(id=f"click-{code[0]}", code=code, at=clicked_at, kind=ClickClass.PERSON)
                for code in (LINS, CHENS)
            ],
        )
    return Shop(database, stage)
