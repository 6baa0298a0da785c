"""A Bot API for several bots that counts: deliveries by link, polls that collide, pace by bot."""

import asyncio
import contextlib
import json
import re
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

LINK = re.compile(r"/r/([a-z2-7]{13})")
MEMBERS = 120
POLL_SECONDS = 5.0
FIRST_PERSON = 5_000_000_000
WINDOW_SECONDS = 3.0
"""Over so long the pace is measured: what jitters on the way is evened out."""


@dataclass
class Mailbox:
    """What one bot is told, and who asks for it."""

    waiting: dict[int, dict[str, Any]] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    poller: asyncio.Event | None = None
    """Set when another poll takes the place of the one that is open."""


@dataclass
class Telegram:
    """What was delivered, answered and asked."""

    bot_ids: tuple[int, ...]
    url: str = ""
    delivered: Counter[str] = field(default_factory=Counter)
    """How often the post with each link is in its chat."""
    arrivals: dict[int, list[float]] = field(default_factory=dict)
    """When each bot's posts arrived."""
    answered: Counter[int] = field(default_factory=Counter)
    """How often each person who wrote was answered."""
    asked: set[int] = field(default_factory=set)
    collisions: int = 0
    """Polls that ended another one whose sender was still there."""
    _boxes: dict[int, Mailbox] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _number: int = 0

    def __post_init__(self) -> None:
        """An empty mailbox for each bot."""
        for bot_id in self.bot_ids:
            self._boxes[bot_id], self.arrivals[bot_id] = Mailbox(), []

    def write(self, bot_id: int) -> None:
        """Let a new person write to a bot in private."""
        self._number += 1
        person = FIRST_PERSON + self._number
        self.asked.add(person)
        user = {"id": person, "is_bot": False, "first_name": "Mei", "language_code": "zh-hans"}
        text = {"text": "/help", "entities": [{"type": "bot_command", "offset": 0, "length": 5}]}
        chat = {"id": person, "type": "private", "first_name": "Mei"}
        message = {"message_id": 1, "date": int(time.time()), "from": user, "chat": chat, **text}
        box = self._boxes[bot_id]
        box.waiting[self._number] = {"update_id": self._number, "message": message}
        box.arrived.set()

    def busiest(self) -> int:
        """The most posts that one bot sent within WINDOW_SECONDS."""
        most = 0
        for times in self.arrivals.values():
            first = 0
            for place, at in enumerate(times):
                while times[first] <= at - WINDOW_SECONDS:
                    first += 1
                most = max(most, place - first + 1)
        return most

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the calls of one connection."""
        self._writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                bot_id, method, fields = await _read(reader)
                # What was read is done, also where its sender dies meanwhile.
                work = asyncio.create_task(self._answer(bot_id, method, fields, reader, writer))
                self._tasks.add(work)
                work.add_done_callback(self._tasks.discard)
                await asyncio.shield(work)
        self._writers.discard(writer)
        writer.close()

    async def close(self) -> None:
        """End every poll, and break every connection off."""
        for box in self._boxes.values():
            if box.poller is not None:
                box.poller.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in list(self._writers):
            writer.transport.abort()

    async def _answer(
        self,
        bot_id: int,
        method: str,
        fields: dict[str, Any],
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        result: Any = True
        if method == "getupdates":
            result = await self._poll(bot_id, fields, reader)
        elif method == "getme":
            result = _bot(bot_id)
        elif method == "getchatmembercount":
            result = MEMBERS
        elif method == "getchatmember":
            result = {"status": "creator", "user": _bot(bot_id), "is_anonymous": False}
        elif method in ("sendmessage", "sendphoto"):
            await asyncio.sleep(0.02)
            result = self._deliver(bot_id, fields)
        if result is None:
            await _write(writer, 409, {"ok": False, "error_code": 409, "description": "Conflict"})
        else:
            await _write(writer, 200, {"ok": True, "result": result})

    async def _poll(
        self, bot_id: int, fields: dict[str, Any], reader: asyncio.StreamReader
    ) -> list[dict[str, Any]] | None:
        box, ended = self._boxes[bot_id], asyncio.Event()
        if box.poller is not None:
            box.poller.set()
        box.poller = ended
        for number in [one for one in box.waiting if one < int(fields.get("offset", 0))]:
            del box.waiting[number]
        ends = time.monotonic() + min(POLL_SECONDS, float(fields.get("timeout", 0)))
        while not box.waiting and not ended.is_set() and time.monotonic() < ends:
            box.arrived.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    await box.arrived.wait()
        if ended.is_set():
            self.collisions += not reader.at_eof()
            return None
        box.poller = None
        return list(box.waiting.values())[:100]

    def _deliver(self, bot_id: int, fields: dict[str, Any]) -> dict[str, Any]:
        self._number += 1
        chat_id = int(fields["chat_id"])
        chat = {"id": chat_id, "type": "private" if chat_id > 0 else "supergroup", "title": "T"}
        if chat_id > 0:
            self.answered[chat_id] += 1
        else:
            self.arrivals[bot_id].append(time.monotonic())
            for code in set(LINK.findall(unquote(json.dumps(fields)))):
                self.delivered[code] += 1
        return {"message_id": self._number, "date": 1, "chat": chat, "text": "x"}


def _bot(bot_id: int) -> dict[str, Any]:
    name = f"b{bot_id}_bot"
    return {"id": bot_id, "is_bot": True, "first_name": "Haowu", "username": name}


@asynccontextmanager
async def standing(*bot_ids: int) -> AsyncIterator[Telegram]:
    """A Bot API at ``url`` for as long as the block."""
    telegram = Telegram(bot_ids)
    server = await asyncio.start_server(telegram.serve, "127.0.0.1", 0)
    telegram.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield telegram
    finally:
        server.close()
        await telegram.close()


async def _read(reader: asyncio.StreamReader) -> tuple[int, str, dict[str, Any]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rest = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}
    body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
    path, _, query = line.split(" ")[1].partition("?")
    _, token, method = path.split("/")
    is_json = "json" in headers.get("content-type", "")
    fields = json.loads(body) if is_json and body else dict(parse_qsl(body))
    bot_id = int(token.removeprefix("bot").partition(":")[0])
    return bot_id, method.lower(), fields | dict(parse_qsl(query))


async def _write(writer: asyncio.StreamWriter, status: int, document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
    writer.write(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    with contextlib.suppress(ConnectionError):
        await writer.drain()
