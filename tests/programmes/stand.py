"""The whole house over an empty database, with a clock that is set and a Telegram that keeps."""

import io
import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import select, update

from bot.app import App, build
from bot.domain.catalogue import selection
from bot.domain.catalogue.assortments import narrowed
from bot.domain.programmes import Programme
from bot.domain.records import ClickClass, Group, GroupId, LinkCode, OfferId, PersonId, Promoter
from bot.services.people.connections import Connected
from bot.services.people.enrolments import Joined
from bot.services.people.inviting import UNBOUND, Bond
from bot.services.people.training import Unlocked
from bot.services.posts.sending import Sending
from bot.settings import Settings
from storage.books import entries
from storage.database import Database
from storage.tables import groups, links, offers
from tests import cast
from tests.bot.services.stand_ins import Clock, Sender
from tests.cast import BOT, NOON, OUYANG

MORNING = NOON - timedelta(hours=4)
"""Eight in the morning in Shanghai on a Sunday."""
SHELF = 6
"""Offers that fit the programme, and as many that do not."""


@dataclass
class Stand:
    """One programme's people and groups, and what they do."""

    database: Database
    programme: str
    clock: Clock = field(default_factory=lambda: Clock(MORNING))
    sender: Sender = field(default_factory=Sender)
    app: App = field(init=False)
    outbox: Sending = field(init=False)

    def __post_init__(self) -> None:
        """Build the house over the clock."""
        settings = Settings(
            _env_file=None,  # type: ignore[call-arg]
            operator_ids=frozenset({OUYANG}),
            public_url="https://go.example.com",
        )
        self.app = build(settings, self.database, ("key",), now=self.clock)
        self.outbox = Sending(
            self.database, self.sender, self.app.texts, self.clock, os.urandom, BOT,
            operator_ids=(OUYANG,),
        )  # fmt: skip

    @property
    def scheme(self) -> Programme:
        """The programme as it ships."""
        return self.app.programmes[self.programme]

    async def invite(self, owner: Promoter | None = None, bond: Bond = UNBOUND) -> str:
        """A code of an operator's, or of a promoter's for a friend."""
        if owner is not None:
            made = await self.app.enrolling.invite_friend(owner.id)
            return getattr(made, "code", "")
        found = await self.app.enrolling.invite(self.programme, owner_id=None, bond=bond)
        return found.code

    async def join(self, telegram_id: int, name: str, code: str) -> Promoter:
        """Join by a code, read the rules, answer every question, and be unlocked."""
        person = await self.app.enrolling.meet(telegram_id, name, "zh", has_started=True)
        joined = await self.app.enrolling.join(person.id, code)
        assert isinstance(joined, Joined)
        step: object = await self.app.training.read_rules(person.id)
        for number, question in enumerate(self.scheme.questions):
            assert not isinstance(step, Unlocked)
            step = await self.app.training.answer(person.id, number, question.answer)
        assert isinstance(step, Unlocked)
        return step.promoter

    async def connect(self, promoter: Promoter, chat_id: int = cast.SUNNY_COURT) -> Group:
        """Connect a group of 68, above the floor."""
        assert promoter.telegram_id is not None
        found = await self.app.connecting.added(
            chat_id, "Sunny Court", promoter.telegram_id, ("post", "pictures", "joins"), 68, BOT
        )
        assert isinstance(found, Connected)
        return found.group

    async def stock(self, **changed: Any) -> list[OfferId]:
        """Offers that the programme may post, and others that it may not; the first kind's ids."""
        async with self.database.write() as connection:
            fit = [
                await cast.add_offer(
                    connection, f"fit-{n}", **fitting(self.scheme) | changed | {"stock": 10 + n}
                )
                for n in range(SHELF)
            ]
            for n in range(SHELF):
                await cast.add_offer(connection, f"unfit-{n}", **unfitting(self.scheme))
        return fit

    async def shelf(self, promoter: Promoter) -> list[OfferId]:
        """The promoter's shortlist of today."""
        name = await self.app.shortlisting.assortment_of(promoter)
        found = await self.app.shortlisting.today(name, self.clock().date())
        scheme = narrowed(self.app.programmes, name)
        assert scheme is not None
        assert all(selection.unfit(row.offer, scheme, self.clock()) is None for row in found.rows)
        return [row.offer.id for row in found.rows]

    async def publish(self, group: Group, slot: str = "morning") -> list[str]:
        """Open a slot now and drain the outbox; the posts that arrived."""
        (told,) = await self.app.publishing.publish_now(slot, group_id=group.id, by="test")
        assert told.outcome == "planned", told.outcome
        return await self.drain()

    async def drain(self) -> list[str]:
        """Send what is due; the posts that arrived now."""
        before = len(self.sender.got)
        for _ in range(6):
            self.clock.pass_(seconds=30)
            await self.outbox.send_due()
        return [html for _, html, _ in self.sender.got[before:]]

    async def codes(self, group_id: GroupId | None) -> list[LinkCode]:
        """The links of a group, the latest first; or those of none."""
        place = links.c.group_id.is_(None) if group_id is None else links.c.group_id == group_id
        statement = select(links.c.code).where(place).order_by(links.c.created_at.desc())
        async with self.database.read() as connection:
            return [LinkCode(code) for code in await connection.scalars(statement)]

    async def click(self, code: str) -> None:
        """A person follows a link."""
        self.clock.pass_(minutes=1)
        found = await self.app.tracking.follow(code, kind=ClickClass.PERSON, address="203.0.113.7")
        assert getattr(found, "url", "").startswith("https://"), found

    async def report(self, code: str, order: str, payout: str, marketplace: str = "feed") -> str:
        """A postback of a paid order; the verdict."""
        self.clock.pass_(minutes=1)
        given = {"subid": code, "txid": order, "payout": payout, "amount": "99.00"}
        query = urlencode(given | {"status": "approved"})
        return (await self.app.crediting.receive(marketplace, query=query)).result

    async def settle(self, *orders: tuple[str, str, str], marketplace: str = "feed") -> None:
        """The marketplace settles orders: (code, order, commission); the hold passes."""
        self.clock.pass_(days=7)
        rows = "".join(f"{order},{code},settled,{paid},99.00\n" for code, order, paid in orders)
        content = io.BytesIO(f"order_id,sub_id,status,commission,amount\n{rows}".encode())
        counts = await self.app.crediting.receive_file(marketplace, content, {})
        assert counts.refused == ()
        self.clock.pass_(days=16)
        assert await self.app.settling.release_due() == len(orders)

    async def balances(self) -> dict[str, int]:
        """Every account's balance in fen, the empty ones left out."""
        async with self.database.read() as connection:
            heads = await entries.list_all_heads(connection)
        return {name: head.balance_minor for (name, _), head in heads.items() if head.balance_minor}

    async def keep_fresh(self) -> None:
        """The feed was read again."""
        async with self.database.write() as connection:
            await connection.execute(update(offers).values(seen_at=self.clock()))

    async def age(self, *groups_: Group) -> None:
        """The groups are a day older: nothing here depends on when they were connected."""
        async with self.database.write() as connection:
            ids = [group.id for group in groups_]
            await connection.execute(
                update(groups).where(groups.c.id.in_(ids)).values(connected_at=MORNING)
            )


def fitting(scheme: Programme) -> dict[str, Any]:
    """Column values of an offer that ``scheme`` may post."""
    vertical = next(iter(scheme.verticals.values()), None)
    categories = vertical.categories if vertical else scheme.categories
    return {
        "category": f"全部 > {categories[0]}" if categories else "日用",
        "brand": scheme.brands[0] if scheme.brands else "Plain",
        "commission_bps": 2_000,
    }


def unfitting(scheme: Programme) -> dict[str, Any]:
    """Column values of an offer that breaks the first limit that ``scheme`` has."""
    if scheme.brands:
        return {"brand": "Somebody else's"}
    if scheme.categories or scheme.verticals:
        return {"category": "Cars"}
    if scheme.rate_min_bps is not None:
        return {"commission_bps": 300}
    if scheme.price_max_minor is not None:
        over = scheme.price_max_minor + 1
        return {"price_minor": over, "sale_price_minor": None}
    return {"stock": 0}


def payable(promoter_id: PersonId) -> str:
    """The account of what a promoter may be paid."""
    return f"promoter:{promoter_id}:payable"
