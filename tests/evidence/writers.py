"""The eight writers of R7: each a kind of work, by the services that do it in life."""

import asyncio
import io
import secrets
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from sqlalchemy import func, select, text

from bot.domain.records import ClickClass
from bot.services.links.tracking import Tracking
from bot.services.people.enrolling import Enrolling
from bot.services.posts.publishing import Publishing
from bot.services.posts.sending import Sending
from storage.database import Database
from storage.tables import posts
from tests.bot.services import stand_ins
from tests.bot.services.books.market import CODES, COLUMNS, OPENED_AT, Market, fields_of
from tests.bot.services.books.model import Told
from tests.cast import BOT, NOON

AT_ONCE = 32
FILE_ROWS = 200

Turn = Callable[[int], Awaitable[int]]
"""One turn of a writer, by its number; how many things it wrote."""


def _told(number: int, word: str, *, is_push: bool) -> Told:
    return Told(
        key=("feed", f"{word}-{number}", "1"),
        status="approved" if is_push else "settled",
        commission=number % 10_000,
        currency="CNY",
        sub_id=CODES["chen"],
        at=OPENED_AT,
        ordered_at=OPENED_AT - timedelta(hours=1),
        is_push=is_push,
    )


def clicks(database: Database, word: str) -> Turn:
    """People who follow links."""
    tracking = Tracking(database, lambda: OPENED_AT, secrets.token_bytes)

    async def turn(number: int) -> int:
        codes = list(CODES.values())
        followed = (
            tracking.follow(
                codes[n % len(codes)], kind=ClickClass.PERSON, address=f"10.0.{number % 250}.{n}"
            )
            for n in range(AT_ONCE)
        )
        return len(await asyncio.gather(*followed))

    del word
    return turn


def pushes(database: Database, word: str) -> Turn:
    """Postbacks of orders, each a new one."""
    market = Market(database)

    async def turn(number: int) -> int:
        told = [_told(number * AT_ONCE + n, word, is_push=True) for n in range(AT_ONCE)]
        await asyncio.gather(*(market.push(one) for one in told))
        return AT_ONCE

    return turn


def files(database: Database, word: str) -> Turn:
    """Reports that settle, and money that is released."""
    market = Market(database, OPENED_AT + timedelta(days=30))

    async def turn(number: int) -> int:
        lines = [",".join(COLUMNS)]
        for n in range(FILE_ROWS):
            fields = fields_of(_told(number * FILE_ROWS + n, word, is_push=False))
            lines.append(",".join(fields.get(name, "") for name in COLUMNS))
        content = io.BytesIO("\n".join(lines).encode())
        counts = await market.crediting.receive_file("feed", content, {})
        await market.settling.release_due()
        return counts.credited

    return turn


def planning(database: Database, word: str) -> Turn:
    """A day's noon after the other, planned for every group."""
    clock = stand_ins.Clock(NOON)
    publishing = Publishing(
        database, stand_ins.PROGRAMMES, stand_ins.TEXTS, clock, secrets.token_bytes, "https://x.example"
    )  # fmt: skip

    async def turn(_number: int) -> int:
        results = await publishing.publish_now("noon", by=word)
        clock.pass_(days=1)
        async with database.write() as connection:
            await connection.execute(text("UPDATE offers SET seen_at = :at"), {"at": _plain(clock)})
        return len(results)

    return turn


def marking(database: Database, word: str) -> Turn:
    """The outbox: claimed, fenced, sent and marked."""
    clock = stand_ins.Clock(NOON)
    sending = Sending(
        database, stand_ins.Sender(), stand_ins.TEXTS, clock, secrets.token_bytes, BOT
    )

    async def turn(_number: int) -> int:
        async with database.read() as connection:
            due_at = await connection.scalar(
                select(func.min(posts.c.due_at)).where(posts.c.state == "planned")
            )
        clock.at = max(clock.at, (due_at or clock.at) + timedelta(minutes=1))
        counts = await sending.send_due()
        return sum(vars(counts).values())

    del word
    return turn


def meeting(database: Database, word: str) -> Turn:
    """People who speak to the bot for the first time."""
    enrolling = Enrolling(
        database, stand_ins.PROGRAMMES, lambda: OPENED_AT, secrets.token_bytes, "zh"
    )

    async def turn(number: int) -> int:
        await enrolling.meet(10**9 + number, f"{word} {number}", "zh")
        return 1

    return turn


def _plain(clock: stand_ins.Clock) -> str:
    return clock.at.strftime("%Y-%m-%d %H:%M:%S.%f")


WRITERS: Mapping[str, Callable[[Database, str], Turn]] = {
    "clicks": clicks,
    "more clicks": clicks,
    "pushes": pushes,
    "more pushes": pushes,
    "files": files,
    "planning": planning,
    "marking": marking,
    "meeting": meeting,
}
