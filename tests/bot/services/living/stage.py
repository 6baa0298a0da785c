"""Groups of a stand-in Telegram that get posts from the real outbox, and offers that change."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from os import urandom
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import func, insert, select, update

from bot.delivery import Delivery
from bot.domain.links import subids
from bot.domain.living.budgets import APART
from bot.domain.posts.budgets import Limits
from bot.domain.posts.rendering import Card, render
from bot.domain.records import GroupId, Link, LinkCode, Offer, OfferId, Post, PostId, PostState
from bot.services.living.renewing import Renewing
from bot.services.living.turns import Turns
from bot.services.posts.sending import Sending
from storage.catalogue import offers
from storage.database import Database
from storage.links import links
from storage.posts import posts
from storage.tables import notices, prices, renewals, shortlist_rows, shortlists, watches
from storage.tables import offers as offer_rows
from storage.tables import posts as post_rows
from tests.bot.sandbox.stage import Standing as Telegram
from tests.bot.sandbox.stage import build, ptb, served
from tests.cast import BOT, NOON, Stage, add_group, add_offer, add_promoter
from tests.schemes import PROGRAMMES, TEXTS

PUBLIC_URL = "https://go.example.com"
SHANGHAI = ZoneInfo("Asia/Shanghai")
FAST = Limits(per_second=10_000, chat_gap_seconds=0.0, group_per_minute=10_000)
WIDTH_OF_A_ZONE = timedelta(hours=1)


@dataclass
class Street:
    """Lin's groups, the outbox and the worker that keeps its posts, over one database."""

    database: Database
    telegram: Telegram
    stage: Stage
    at: datetime = NOON
    seconds: float = 0.0
    limits: Limits = FAST
    worker: Renewing = field(init=False)
    outbox: Sending = field(init=False)
    _posts: int = 0

    def __post_init__(self) -> None:
        """The first process."""
        self.restart()

    def restart(self) -> None:
        """Another process takes over: nothing that the first one remembered is left."""
        delivery = Delivery(self.telegram.bot)
        self.outbox = Sending(
            self.database, delivery, TEXTS, self.now, urandom, BOT, limits=self.limits, width=8
        )
        self.outbox.pacing.clock = self.clock
        self.worker = Renewing(
            self.database,
            delivery,
            TEXTS,
            PROGRAMMES,
            self.now,
            urandom,
            PUBLIC_URL,
            BOT,
            SHANGHAI,
            Turns(self.outbox.pacing, per_second=10_000),
        )

    def now(self) -> datetime:
        """What the wall shows."""
        return self.at

    def clock(self) -> float:
        """What the monotonic clock shows: the machine's own, and the time that was let pass."""
        return time.monotonic() + self.seconds

    def pass_(self, **duration: float) -> None:
        """Let time pass on both clocks."""
        self.at += timedelta(**duration)
        self.seconds += timedelta(**duration).total_seconds()

    async def group(self, language: str = "zh", **changed: Any) -> tuple[GroupId, int]:
        """A group of Lin's: our id and the chat's."""
        chat_id = await self.telegram.group(rights=["pin_messages"], **changed)
        async with self.database.write() as connection:
            group = await add_group(connection, self.stage.lin, chat_id, language=language)
        return group, chat_id

    async def offer(self, name: str = "p-1", **changed: Any) -> OfferId:
        """An offer of 29.90 that costs 19.90 after coupon."""
        async with self.database.write() as connection:
            found = await add_offer(connection, name, **changed)
            row = {"offer_id": found, "price_minor": 1990, "at": NOON}
            await connection.execute(insert(prices), [row])
        return found

    async def list_offers(self, *ids: OfferId) -> None:
        """Put offers on the day's shortlist of fenxiang, the best first."""
        async with self.database.write() as connection:
            row = {"programme": "fenxiang", "day": NOON.date(), "version": 1, "frozen_at": NOON}
            found = await connection.scalar(
                insert(shortlists).values(row).returning(shortlists.c.id)
            )
            rows = [
                {"shortlist_id": found, "rank": rank, "offer_id": each, "score_ppm": 1}
                | {"factors": []}
                for rank, each in enumerate(ids, 1)
            ]
            await connection.execute(insert(shortlist_rows), rows)

    async def read(self, offer_id: OfferId) -> Offer:
        """An offer as it stands."""
        async with self.database.read() as connection:
            found = await offers.find(connection, offer_id)
        assert found is not None
        return found

    async def change(self, offer_id: OfferId, **facts: Any) -> None:
        """A feed says something else of an offer now."""
        known = await self.read(offer_id)
        async with self.database.write() as connection:
            number = await offers.begin_import(connection, known.marketplace, "feed", self.at)
            new = replace(known.facts, **facts)
            await offers.put(connection, known.marketplace, [new], at=self.at, import_id=number)

    async def end(self, offer_id: OfferId) -> None:
        """A feed no longer has an offer; all others stay."""
        known = await self.read(offer_id)
        async with self.database.write() as connection:
            number = await offers.begin_import(connection, known.marketplace, "feed", self.at)
            others = select(offer_rows.c.id).where(offer_rows.c.id != offer_id)
            await connection.execute(
                update(offer_rows).where(offer_rows.c.id.in_(others)).values(import_id=number)
            )
            await offers.end_missing(connection, known.marketplace, number, self.at)

    async def plan(self, *groups: GroupId, offer_id: OfferId, language: str = "zh") -> list[PostId]:
        """One post of the offer a group, with its link, ready to go."""
        offer = await self.read(offer_id)
        async with self.database.write() as connection:
            ids = await posts.take_ids(connection, len(groups))
            codes = subids.mint_batch(urandom, len(groups))
            new = [
                self._post(post_id, group_id, offer, code, language)
                for post_id, group_id, code in zip(ids, groups, codes, strict=True)
            ]
            await posts.append(connection, new, self.at)
            await links.add(
                connection,
                [self._link(post, offer, code) for post, code in zip(new, codes, strict=True)],
            )
        return ids

    def _post(
        self, post_id: PostId, group_id: GroupId, offer: Offer, code: LinkCode, language: str
    ) -> Post:
        self._posts += 1
        url = f"{PUBLIC_URL}/r/{code}"
        card = Card(offer, (), "中午好", url, SHANGHAI)
        return Post(
            id=post_id,
            group_id=group_id,
            promoter_id=self.stage.lin,
            offer_id=offer.id,
            day=self.at.date(),
            slot="noon",
            ordinal=self._posts,
            state=PostState.PLANNED,
            due_at=self.at,
            closes_at=self.at + WIDTH_OF_A_ZONE,
            rendered=render(card, TEXTS[language]),
            is_autopilot=True,
            bot_id=BOT,
        )

    def _link(self, post: Post, offer: Offer, code: LinkCode) -> Link:
        return Link(
            code=code,
            offer_id=offer.id,
            marketplace=offer.marketplace,
            post_id=post.id,
            group_id=post.group_id,
            promoter_id=post.promoter_id,
            target_url=offer.facts.url,
            created_at=self.at,
        )

    async def send(self, *groups: GroupId, offer_id: OfferId, language: str = "zh") -> list[PostId]:
        """Plan and send; then a minute passes."""
        ids = await self.plan(*groups, offer_id=offer_id, language=language)
        await self.drain()
        self.pass_(seconds=61)
        return ids

    async def drain(self) -> None:
        """Let the outbox send what is due."""
        while (counts := await self.outbox.send_due()).sent or counts.planned:
            self.pass_(seconds=1)

    async def renew(self, *, later: bool = False) -> int:
        """Let the worker do all that is due; how many messages it edited."""
        if later:
            self.pass_(seconds=APART.total_seconds() + 1)
        before = self.edits()
        while await self.worker.renew_due():
            self.pass_(seconds=1)
        return self.edits() - before

    def edits(self) -> int:
        """How many edits changed a message."""
        return self.telegram.world.ledger.edits.total()

    def said(self, chat_id: int) -> list[dict[str, Any]]:
        """The bot's messages in a chat."""
        found = self.telegram.world.chat(chat_id).messages.values()
        return [one for one in found if one["from"]["is_bot"] and ("text" in one or "photo" in one)]

    def text(self, chat_id: int) -> str:
        """What the one post of a chat says."""
        (one,) = self.said(chat_id)
        return str(one.get("text") or one.get("caption"))

    def keys(self, chat_id: int) -> dict[str, str]:
        """Labels and addresses of its buttons."""
        (one,) = self.said(chat_id)
        rows = one.get("reply_markup", {}).get("inline_keyboard", [])
        return {key["text"]: key["url"] for row in rows for key in row}

    async def count(self, table: Any) -> int:
        """How many rows a table has."""
        async with self.database.read() as connection:
            return int(await connection.scalar(select(func.count()).select_from(table)) or 0)

    async def notices(self) -> list[str]:
        """Keys of the texts that promoters are told."""
        async with self.database.read() as connection:
            return sorted(await connection.scalars(select(notices.c.text)))

    async def history(self, post_id: PostId) -> Any:
        """What is kept of a post's edits."""
        async with self.database.read() as connection:
            rows = await connection.execute(select(renewals).where(renewals.c.post_id == post_id))
            return rows.one_or_none()

    async def sent_posts(self) -> int:
        """How many posts are in their chats."""
        async with self.database.read() as connection:
            is_sent = post_rows.c.state == PostState.SENT
            found = select(func.count()).select_from(post_rows).where(is_sent)
            return int(await connection.scalar(found) or 0)

    async def watching(self) -> int:
        """How many offers are watched."""
        return await self.count(watches)


@asynccontextmanager
async def street(database: Database, **options: Any) -> AsyncIterator[Street]:
    """Everything over an empty database; ``options`` are the sandbox's."""
    async with (
        served(lambda url: build(url, **options)) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False) as client,
        ptb(url) as bot,
    ):
        telegram = Telegram(url, app.state.world, client, bot)
        async with database.write() as connection:
            lin = await add_promoter(connection, 2001, "Lin")
        yield Street(database, telegram, Stage(lin, lin, lin, GroupId(0)))
