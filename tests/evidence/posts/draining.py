"""Processes that drain the outbox until they are killed: the real worker, and two naive ones."""

import asyncio
import logging
import os
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from telegram import Bot

from bot.delivery import Delivered, Delivery, Outcome, Retry, Uncertain
from bot.delivery.request import Request
from bot.domain.posts.budgets import Limits
from bot.domain.posts.notices import Tap
from bot.domain.records import Button, PostState, Rendered
from bot.services.posts.sending import Sending
from storage.database import Database
from storage.posts import outbox
from storage.posts.outbox import Mark
from tests.bot.services.stand_ins import TEXTS
from tests.evidence.killing import Wire
from tests.evidence.posts.botapi import BOT_ID, PATIENCE_SECONDS, TOKEN

FAST = Limits(per_second=10_000, chat_gap_seconds=0.0, group_per_minute=10_000)
"""The pace is not what is proven here, and waiting for it would make fewer faults."""
WIDTH = 16
LEASE = timedelta(seconds=60)


@dataclass(frozen=True)
class Clock:
    """A clock that shows ``at`` when the machine's shows ``began``, and runs ``speed`` times."""

    at: datetime
    began: float
    speed: float = 1.0

    def __call__(self) -> datetime:
        """The present moment."""
        return self.at + timedelta(seconds=(time.time() - self.began) * self.speed)


@dataclass(frozen=True)
class Place:
    """Where a worker works: its database, its Telegram and its clock."""

    database_url: str
    telegram_url: str
    clock: Clock


@dataclass(frozen=True)
class Hopeful:
    """Naive: what nobody knows to have arrived is taken for not arrived, and sent again."""

    sender: Delivery

    async def send(
        self,
        chat_id: int,
        rendered: Rendered,
        file_id: str | None,
        *,
        is_paid: bool = False,
        thread_id: int | None = None,
    ) -> Outcome:
        """Send, and forget every doubt."""
        outcome = await self.sender.send(
            chat_id, rendered, file_id, is_paid=is_paid, thread_id=thread_id
        )
        again = Retry(timedelta(0), is_flood=False)
        return again if isinstance(outcome, Uncertain) else outcome

    async def tell(
        self, telegram_id: int, html: str, buttons: Sequence[Sequence[Button | Tap]] = ()
    ) -> Outcome:
        """Tell as the real one does."""
        return await self.sender.tell(telegram_id, html, buttons)


async def drain(wire: Wire, place: Place, is_naive: bool = False) -> None:
    """Work as the outbox of ``haowu run`` does: recover at the start, then tick.

    Says how many it found half-sent at the start.
    """
    async with _standing(place) as (database, sender):
        chosen = Hopeful(sender) if is_naive else sender
        worker = Sending(database, chosen, TEXTS, place.clock, os.urandom, BOT_ID, FAST, WIDTH)
        wire.say(await worker.recover(is_start=database.is_sqlite))
        while True:
            counts = await worker.send_due()
            await worker.notify()
            await worker.recover()
            if not any((counts.sent, counts.failed, counts.uncertain, counts.planned)):
                await asyncio.sleep(0.02)


async def drain_fenceless(wire: Wire, place: Place) -> None:
    """Naive: SKIP LOCKED and a lease are taken for enough; nothing is asked before sending."""
    async with _standing(place) as (database, sender):
        lease = os.urandom(16).hex()
        wire.say(0)
        while True:
            now = place.clock()
            async with database.write() as connection:
                await outbox.release(connection, now, bot_id=BOT_ID)
                claimed = await outbox.claim(
                    connection, now, bot_id=BOT_ID, lease=lease, until=now + LEASE, limit=WIDTH
                )
            for one in claimed:
                outcome = await sender.send(one.chat_id, one.post.rendered, None)
                is_sent = isinstance(outcome, Delivered)
                state = PostState.SENT if is_sent else PostState.UNCERTAIN
                mark = Mark(one.post.id, state, sent_at=now, error=str(outcome))
                async with database.write() as connection:
                    await outbox.mark(connection, [mark], lease=lease)
            if not claimed:
                await asyncio.sleep(0.02)


@asynccontextmanager
async def _standing(place: Place) -> AsyncIterator[tuple[Database, Delivery]]:
    # What goes wrong on purpose need not be told on every line of the log.
    logging.disable(logging.CRITICAL)
    database = Database(place.database_url)
    # The patience is for a whole request: most of it for connecting, under this load.
    request = Request(
        64,
        read_timeout=PATIENCE_SECONDS / 5,
        connect_timeout=PATIENCE_SECONDS * 3 / 5,
        pool_timeout=PATIENCE_SECONDS / 5,
    )
    yield database, Delivery(Bot(TOKEN, base_url=f"{place.telegram_url}/bot", request=request))
    await request.shutdown()
