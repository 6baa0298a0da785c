"""A process that drains the outbox until it is killed: arguments are database and Bot API."""

import asyncio
import os
import sys
from datetime import timedelta

import httpx

from bot.delivery import Delivery
from bot.domain.posts.budgets import Limits
from bot.services.posts.sending import Sending
from storage.database import Database
from tests.bot.sandbox.stage import ptb
from tests.bot.services.stand_ins import TEXTS
from tests.cast import BOT, NOON

FAST = Limits(per_second=10_000, chat_gap_seconds=0.0, group_per_minute=1_000)


async def drain(database_url: str, telegram_url: str, minutes: int) -> None:
    """Be a process that starts at ``minutes`` past noon; say so when it begins to send."""
    database = Database(database_url)
    async with ptb(telegram_url) as bot:
        bot._request[1]._client.timeout = httpx.Timeout(0.5)  # type: ignore[attr-defined]
        now = NOON + timedelta(minutes=minutes)
        worker = Sending(
            database, Delivery(bot), TEXTS, lambda: now, os.urandom, BOT, FAST, width=4
        )
        await worker.recover(is_start=True)
        sys.stdout.write("sending\n")
        sys.stdout.flush()
        while (await worker.send_due()).sent:
            pass
        await worker.close()
    await database.close()


if __name__ == "__main__":
    asyncio.run(drain(sys.argv[1], sys.argv[2], int(sys.argv[3])))
