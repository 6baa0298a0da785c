"""Clients that send as many messages as they are told to, each in a process on its own core."""

import asyncio
import json
import logging
import os
import ssl
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httptools
import uvloop

from tests.bench.fan.api import PREFIX, TOKEN

WIDTH = 64
WORDS = (
    "「广告」点链接购买，群主会得到佣金\n<b>云南小粒咖啡 10 条装</b> <s>¥99</s>\n今天 <b>¥59</b>"
)
KEYS = ((("¥59 去看看", "https://haowu.example/r/abcdefghijklm"),),)

Send = Callable[[int], Awaitable[object]]
"""Sends one message to a chat; raises when it was not delivered."""


class Bare(asyncio.Protocol):
    """The least that a client must do: write a request, parse an answer."""

    def __init__(self) -> None:
        """Not connected yet."""
        self.parser = httptools.HttpResponseParser(self)
        self.body = b""

    def connection_made(self, transport: Any) -> None:
        """Keep the line."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """The answer."""
        self.body += body

    def on_message_complete(self) -> None:
        """The answer is whole."""
        if not self.answer.done():
            self.answer.set_result(self.body)

    async def send(self, chat_id: int) -> object:
        """One message; its Message as the API tells it."""
        asked = json.dumps(
            {"chat_id": chat_id, "text": WORDS, "parse_mode": "HTML", "reply_markup": keyboard()}
        ).encode()
        head = b"POST %ssendMessage HTTP/1.1\r\nHost: a\r\n" % PREFIX
        head += b"Content-Type: application/json\r\n"
        head += b"Content-Length: %d\r\n\r\n" % len(asked)
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.body = b""
        self.transport.write(head + asked)
        return json.loads(await self.answer)["result"]["message_id"]


def keyboard() -> dict[str, object]:
    """The keys of a post as the Bot API takes them."""
    return {"inline_keyboard": [[{"text": t, "url": u} for t, u in row] for row in KEYS]}


@asynccontextmanager
async def bare(url: str) -> AsyncIterator[Send]:
    """Sockets and httptools."""
    where, lines = urlsplit(url), asyncio.Queue[Bare]()
    host, port = where.hostname or "", where.port or 0
    tls = ssl.create_default_context() if where.scheme == "https" else None
    for _ in range(WIDTH):
        _, line = await asyncio.get_running_loop().create_connection(Bare, host, port, ssl=tls)
        lines.put_nowait(line)

    async def send(chat_id: int) -> object:
        line = await lines.get()
        try:
            return await line.send(chat_id)
        finally:
            lines.put_nowait(line)

    yield send
    while not lines.empty():
        lines.get_nowait().transport.close()


@asynccontextmanager
async def stock(url: str) -> AsyncIterator[Send]:
    """python-telegram-bot as it comes, but with connections for everybody."""
    from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
    from telegram.request import HTTPXRequest

    request = HTTPXRequest(connection_pool_size=WIDTH, pool_timeout=60.0, read_timeout=60.0)
    keys = InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, url=target) for text, target in row] for row in KEYS]
    )
    bot = Bot(TOKEN, base_url=f"{url}/bot", request=request)
    yield lambda chat_id: bot.send_message(chat_id, WORDS, parse_mode="HTML", reply_markup=keys)
    await request.shutdown()


@asynccontextmanager
async def typed(url: str) -> AsyncIterator[Send]:
    """python-telegram-bot's own methods over the outbox's HTTP: what the chat side does."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    from bot.delivery import outward

    keys = InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, url=target) for text, target in row] for row in KEYS]
    )
    bot = outward(TOKEN, url)
    yield lambda chat_id: bot.send_message(chat_id, WORDS, parse_mode="HTML", reply_markup=keys)
    await bot.request.shutdown()


@asynccontextmanager
async def telebot(url: str) -> AsyncIterator[Send]:
    """pyTelegramBotAPI, asynchronous, over aiohttp."""
    from telebot import asyncio_helper
    from telebot.async_telebot import AsyncTeleBot
    from telebot.types import InlineKeyboardButton, InlineKeyboardMarkup

    asyncio_helper.API_URL = url + "/bot{0}/{1}"
    asyncio_helper.REQUEST_LIMIT = WIDTH
    keys = InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, url=target) for text, target in row] for row in KEYS]
    )
    bot = AsyncTeleBot(TOKEN)
    yield lambda chat_id: bot.send_message(chat_id, WORDS, parse_mode="HTML", reply_markup=keys)
    await bot.close_session()  # type: ignore[no-untyped-call]


@asynccontextmanager
async def ours(url: str) -> AsyncIterator[Send]:
    """The outbox's delivery."""
    from bot.delivery import Delivered, Delivery, outward
    from bot.domain.records import Button, Rendered

    bot = outward(TOKEN, url)
    delivery = Delivery(bot)
    keys = tuple(tuple(Button(text, target) for text, target in row) for row in KEYS)
    post = Rendered(WORDS, None, keys)

    async def send(chat_id: int) -> None:
        outcome = await delivery.send(chat_id, post, None)
        assert isinstance(outcome, Delivered), outcome

    yield send
    await bot.request.shutdown()


SENDERS = {"bare": bare, "stock": stock, "typed": typed, "telebot": telebot, "ours": ours}


async def sent(send: Send, count: int, width: int) -> dict[str, float]:
    """Send ``count`` messages, ``width`` at once; messages a second, and µs of CPU a message."""

    async def work(first: int) -> None:
        for number in range(first, count, width):
            await send(-1_000_000 - number)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work(first) for first in range(width)))
    spent = time.process_time() - cpu
    return {"rate": count / (time.perf_counter() - began), "cpu_us": spent / count * 1e6}


async def work(kind: str, url: str, width: int) -> None:
    """Send as many as each line of standard input says; answer each with a line."""
    loop = asyncio.get_running_loop()
    async with SENDERS[kind](url) as send:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            sys.stdout.write(json.dumps(await sent(send, int(line), width)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    uvloop.run(work(sys.argv[1], sys.argv[2], int(sys.argv[3])))
