"""A Bot API that counts what arrives, goes wrong on purpose, and outlives every bot that is killed.

It is small and strict: a call that Telegram would not understand is refused and counted. A request
that was read is handled even when its sender dies meanwhile, as Telegram does.
"""

import asyncio
import contextlib
import json
import random
import re
import socket
import struct
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

TOKEN = "7000000001:evidence-token"
BOT_ID = int(TOKEN.partition(":")[0])
PATIENCE_SECONDS = 0.15
"""How long the bot under test waits for an answer; a late one comes after it."""
LATE_SECONDS = 0.25
DEAD_PICTURE = "https://pictures.example.com/dead.jpg"
NUMBERED = re.compile(r"#(\d+)#")
"""How the text of a post says which post it is."""

FAULTS = {
    "late": 0.05,
    "flood": 0.05,
    "reset_before": 0.015,
    "reset_after": 0.015,
    "broken_before": 0.01,
    "broken_after": 0.01,
    "cut_off": 0.02,
    "refused": 0.01,
}
"""Share of calls that go wrong in each way; "after" means that the post is in the chat."""
UNDELIVERED = frozenset({"flood", "reset_before", "broken_before", "refused"})


@dataclass(frozen=True)
class Call:
    """One request as it was read."""

    method: str
    fields: dict[str, Any]

    @property
    def text(self) -> str:
        """What the message says."""
        return str(self.fields.get("text") or self.fields.get("caption") or "")


@dataclass
class Telegram:
    """What was delivered, and what went wrong on the way."""

    chance: random.Random
    chats: set[int] = field(default_factory=set)
    """Groups that the bot is in; a positive chat is a person, who always listens."""
    delivered: Counter[int] = field(default_factory=Counter)
    """How often each post is in its chat, by the number in its text."""
    told: Counter[str] = field(default_factory=Counter)
    """How often each sentence was said to a person."""
    faults: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    """Calls that Telegram would not understand."""
    open_calls: int = 0
    """Posts that were read and have no answer yet."""
    undecided: int = 0
    """Of these, posts that are not in their chat yet."""
    url: str = ""
    _messages: int = 0
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)

    async def busy(self) -> None:
        """Wait until a post is on its way."""
        while not self.open_calls:  # noqa: ASYNC110 - asked from outside, at no cost to the calls
            await asyncio.sleep(0.002)

    async def quiet(self) -> None:
        """Wait until every post that was sent is in its chat, or never will be."""
        for _ in range(3):
            await asyncio.sleep(0.005)
            while self.undecided:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.002)

    async def close(self) -> None:
        """Break every connection off and wait for what is being handled."""
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.gather(*self._tasks)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the calls of one connection."""
        self._writers.add(writer)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while (call := await _read(reader)) is not None:
                # A task of its own, so that the sender's death does not undo the handling.
                handling = asyncio.create_task(self._handle(call, writer))
                self._tasks.add(handling)
                handling.add_done_callback(self._tasks.discard)
                await asyncio.shield(handling)
        self._writers.discard(writer)
        writer.close()

    async def _handle(self, call: Call, writer: asyncio.StreamWriter) -> None:
        chat_id = int(call.fields.get("chat_id", 0))
        if fault := _misunderstood(call, chat_id, self.chats):
            self.strange.append(fault)
            await _refuse(writer, 400, f"Bad Request: {fault}")
        elif chat_id > 0:
            self.told[call.text] += 1
            await _answer(writer, self._message(call, chat_id))
        elif call.fields.get("photo") == DEAD_PICTURE:
            await _refuse(writer, 400, "Bad Request: failed to get HTTP URL content")
        else:
            self.open_calls += 1
            await self._post(call, chat_id, writer)
            self.open_calls -= 1

    async def _post(self, call: Call, chat_id: int, writer: asyncio.StreamWriter) -> None:
        """A post: some time on the way in, the delivery, some time on the way out."""
        [fault] = self.chance.choices([*FAULTS, ""], [*FAULTS.values(), 1 - sum(FAULTS.values())])
        message: dict[str, Any] = {}
        self.undecided += 1
        await asyncio.sleep(self.chance.uniform(0.002, 0.02))
        self.undecided -= 1
        if fault not in UNDELIVERED:
            message = self._message(call, chat_id)
            for number in NUMBERED.findall(call.text):
                self.delivered[int(number)] += 1
        self.faults[fault or "none"] += 1
        await asyncio.sleep(LATE_SECONDS if fault == "late" else self.chance.uniform(0.002, 0.02))
        await _respond(writer, fault, message)

    def _message(self, call: Call, chat_id: int) -> dict[str, Any]:
        self._messages += 1
        kind = "private" if chat_id > 0 else "supergroup"
        chat = {"id": chat_id, "type": kind, "title": "Sunny Court", "first_name": "Lin"}
        message: dict[str, Any] = {"message_id": self._messages, "date": 1, "chat": chat}
        if "photo" not in call.fields:
            return message | {"text": call.text}
        picture = call.fields["photo"].removeprefix("file:")
        size = {"file_id": f"file:{picture}", "file_unique_id": "u", "width": 9, "height": 9}
        return message | {"caption": call.text, "photo": [size]}


@asynccontextmanager
async def standing(chance: random.Random) -> AsyncIterator[Telegram]:
    """A Bot API of our own at ``url`` for as long as the block."""
    telegram = Telegram(chance)
    server = await asyncio.start_server(telegram.serve, "127.0.0.1", 0)
    telegram.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield telegram
    finally:
        server.close()
        await telegram.close()


def _misunderstood(call: Call, chat_id: int, chats: set[int]) -> str:
    """Why Telegram would not understand a call; empty when it would."""
    if call.method not in ("sendMessage", "sendPhoto"):
        return f"method not expected: {call.method}"
    if chat_id < 0 and chat_id not in chats:
        return f"chat not found: {chat_id}"
    if not 1 <= len(call.text) <= (1024 if call.method == "sendPhoto" else 4096):
        return "message text is empty or too long"
    if call.fields.get("parse_mode") != "HTML":
        return "no parse mode"
    return "" if chat_id > 0 or NUMBERED.search(call.text) else "a post without its number"


async def _read(reader: asyncio.StreamReader) -> Call | None:
    """The next request of a connection; None for one without the token."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    line, *rest = head.split("\r\n")
    headers = {name.lower(): value for name, _, value in (one.partition(": ") for one in rest)}
    body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
    prefix, _, method = line.split(" ")[1].rpartition("/")
    if prefix != f"/bot{TOKEN}":
        return None
    if "json" in headers.get("content-type", ""):
        return Call(method, json.loads(body))
    return Call(method, dict(parse_qsl(body)))


async def _respond(writer: asyncio.StreamWriter, fault: str, message: dict[str, Any]) -> None:
    match fault:
        case "flood":
            more = {"parameters": {"retry_after": 1}}
            await _refuse(writer, 429, "Too Many Requests: retry after 1", **more)
        case "refused":
            await _refuse(writer, 400, "Bad Request: the message is not to our liking")
        case "reset_before" | "reset_after":
            _reset(writer)
        case "broken_before" | "broken_after":
            await _write(writer, 502, b"<html>Bad Gateway</html>")
        case "cut_off":
            whole = json.dumps({"ok": True, "result": message}).encode()
            await _write(writer, 200, whole[: len(whole) // 2], length=len(whole))
            _reset(writer)
        case _:
            await _answer(writer, message)


async def _answer(writer: asyncio.StreamWriter, result: Any) -> None:
    await _write(writer, 200, json.dumps({"ok": True, "result": result}).encode())


async def _refuse(writer: asyncio.StreamWriter, status: int, text: str, **more: Any) -> None:
    answer = {"ok": False, "error_code": status, "description": text, **more}
    await _write(writer, status, json.dumps(answer).encode())


async def _write(
    writer: asyncio.StreamWriter, status: int, body: bytes, length: int | None = None
) -> None:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n"
    head += f"Content-Length: {len(body) if length is None else length}\r\n\r\n"
    with contextlib.suppress(ConnectionError):
        writer.write(head.encode() + body)
        await writer.drain()


def _reset(writer: asyncio.StreamWriter) -> None:
    """Break the connection off, without a word of farewell."""
    if (sock := writer.get_extra_info("socket")) is not None:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
