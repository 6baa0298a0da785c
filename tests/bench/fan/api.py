"""A stand-in Bot API that is never the limit: raw HTTP on uvloop, in a process of its own.

It reads what it is asked, answers with a Message as Telegram's, counts what was delivered, and
can be far away, behind TLS, or strict about how many messages come in a second.
"""

import asyncio
import json
import os
import ssl
import sys
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httptools
import uvloop

BOT_ID = 7000000001
TOKEN = f"{BOT_ID}:bench-token"
PREFIX = f"/bot{TOKEN}/".encode()
SENDS = (b"sendMessage", b"sendPhoto")
REFUSED_SECONDS = 3
"""How long a chat is told to wait."""
POLL_SECONDS = 20.0


@dataclass(frozen=True)
class Manner:
    """How the stand-in behaves; it is handed over as JSON."""

    certificate: str = ""
    """A file with key and chain; TLS where there is one."""
    latency_seconds: float = 0.0
    """Between a request and its answer."""
    told_to_wait_of: int = 0
    """One chat in so many gets a 429 for its first message; 0 for none."""
    free_per_second: int = 0
    """More in any one second get a 429; 0 for no limit."""
    all_per_second: int = 0
    """The same for all messages, paid ones among them."""
    press_every_seconds: float = 0.0
    """A button is pressed so often while a poll is open; 0 for never."""


@dataclass
class Told:
    """What the stand-in has seen, as ``/seen`` tells it."""

    delivered: int = 0
    paid: int = 0
    refused: int = 0
    """429 for too many messages over all chats."""
    refused_free: int = 0
    """Those of them that were not paid for."""
    waited: int = 0
    """429 for a chat that was to wait."""
    repeated: int = 0
    """Messages with the words of an earlier one in the same chat."""
    arrivals: list[tuple[int, float]] = field(default_factory=list)
    """Chat and time in seconds, of each message that was delivered."""
    answers: list[float] = field(default_factory=list)
    """Seconds from a button's press to its answer."""


class Telegram:
    """Everything that is behind the connections."""

    def __init__(self, manner: Manner) -> None:
        """Nobody asked anything yet."""
        self.manner = manner
        self.seen = Told()
        self._words: Counter[tuple[int, str]] = Counter()
        self._waiting: dict[int, float] = {}
        self._free: deque[float] = deque()
        self._all: deque[float] = deque()
        self._presses: dict[str, float] = {}
        self._updates = 0

    def send(self, asked: dict[str, Any], at: float) -> bytes:
        """The answer to a message that came in ``at``."""
        chat_id, words = int(asked["chat_id"]), str(asked.get("text") or asked["caption"])
        wait = self._wait_of(chat_id, at)
        if wait:
            self.seen.waited += 1
            return too_many(wait)
        is_paid = bool(asked.get("allow_paid_broadcast"))
        if self._is_full(at, is_paid):
            self.seen.refused += 1
            self.seen.refused_free += not is_paid
            return too_many(1)
        self.seen.delivered += 1
        self.seen.paid += is_paid
        self._words[chat_id, words] += 1
        self.seen.repeated += self._words[chat_id, words] > 1
        self.seen.arrivals.append((chat_id, at))
        return answer(message(self.seen.delivered, chat_id, words, asked))

    def _wait_of(self, chat_id: int, at: float) -> int:
        if not self.manner.told_to_wait_of or chat_id % self.manner.told_to_wait_of:
            return 0
        until = self._waiting.setdefault(chat_id, at + REFUSED_SECONDS)
        return REFUSED_SECONDS if at < until else 0

    def _is_full(self, at: float, is_paid: bool) -> bool:
        limits = [(self._all, self.manner.all_per_second)]
        if not is_paid:
            limits.append((self._free, self.manner.free_per_second))
        for sent, limit in limits:
            while sent and sent[0] <= at - 1.0:
                sent.popleft()
            if limit and len(sent) >= limit:
                return True
        for sent, limit in limits:
            if limit:
                sent.append(at)
        return False

    def press(self) -> bytes:
        """The next poll's answer: somebody pressed a button."""
        self._updates += 1
        self._presses[str(self._updates)] = time.monotonic()
        person = {"id": 2001, "is_bot": False, "first_name": "Lin", "language_code": "zh"}
        pressed = {
            "id": str(self._updates),
            "from": person,
            "chat_instance": "1",
            "data": "1:nothing",
            "message": {"message_id": 1, "date": 0, "chat": {"id": 2001, "type": "private"}},
        }
        return answer([{"update_id": self._updates, "callback_query": pressed}])

    def pressed(self, asked: dict[str, Any]) -> bytes:
        """The bot answered a press."""
        began = self._presses.pop(str(asked["callback_query_id"]), None)
        if began is not None:
            self.seen.answers.append(time.monotonic() - began)
        return answer(True)


def message(number: int, chat_id: int, words: str, asked: dict[str, Any]) -> dict[str, Any]:
    """A Message with what Telegram says of one."""
    bot = {"id": BOT_ID, "is_bot": True, "first_name": "Haowu", "username": "haowu_bot"}
    found = {
        "message_id": number,
        "from": bot,
        "chat": {"id": chat_id, "title": "小区好物群", "type": "supergroup"},
        "date": 1790000000,
        "entities": [{"offset": 0, "length": 4, "type": "bold"}],
        "link_preview_options": {"is_disabled": True},
    }
    keyboard = asked.get("reply_markup")
    if keyboard:
        found["reply_markup"] = json.loads(keyboard) if isinstance(keyboard, str) else keyboard
    return found | {"text": words}


def answer(result: object) -> bytes:
    """200 with a result."""
    return _response(b"200 OK", json.dumps({"ok": True, "result": result}).encode())


def too_many(seconds: int) -> bytes:
    """429 that says how long to wait."""
    body = {
        "ok": False,
        "error_code": 429,
        "description": f"Too Many Requests: retry after {seconds}",
        "parameters": {"retry_after": seconds},
    }
    return _response(b"429 Too Many Requests", json.dumps(body).encode())


def _response(status: bytes, body: bytes) -> bytes:
    head = b"HTTP/1.1 %s\r\nServer: nginx\r\nContent-Type: application/json\r\n" % status
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


class Line(asyncio.Protocol):
    """One connection."""

    def __init__(self, telegram: Telegram) -> None:
        """Not connected yet."""
        self.telegram = telegram
        self.loop = asyncio.get_running_loop()
        self.path = b""
        self.kind = b""
        self.body: list[bytes] = []

    def connection_made(self, transport: Any) -> None:
        """Somebody called."""
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """A request begins."""
        self.path, self.kind, self.body = url, b"", []

    def on_header(self, name: bytes, value: bytes) -> None:
        """Only how the parameters are written matters."""
        if name.lower() == b"content-type":
            self.kind = value

    def on_body(self, body: bytes) -> None:
        """A piece of the parameters."""
        self.body.append(body)

    def on_message_complete(self) -> None:
        """The request is whole: answer it, as late as is the manner."""
        path, _, query = self.path.partition(b"?")
        if not path.startswith(PREFIX):
            self._say(self._control(path))
            return
        method, at = path[len(PREFIX) :], time.monotonic()
        asked = self._asked(query)
        if method in SENDS:
            later = self.telegram.send(asked, at)
        elif method == b"getUpdates":
            self._poll()
            return
        elif method == b"answerCallbackQuery":
            later = self.telegram.pressed(asked)
        elif method == b"getMe":
            later = answer({"id": BOT_ID, "is_bot": True, "first_name": "H", "username": "h_bot"})
        else:
            later = answer(True)
        self._after(self.telegram.manner.latency_seconds, lambda: later)

    def _poll(self) -> None:
        every = self.telegram.manner.press_every_seconds
        if every:
            self._after(every, self.telegram.press)
        else:
            self._after(POLL_SECONDS, lambda: answer([]))

    def _after(self, seconds: float, make: Callable[[], bytes]) -> None:
        if seconds:
            self.loop.call_later(seconds, lambda: self._say(make()))
        else:
            self._say(make())

    def _say(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)

    def _control(self, path: bytes) -> bytes:
        if path == b"/forget":
            self.telegram.__init__(self.telegram.manner)  # type: ignore[misc]
        return answer(asdict(self.telegram.seen))

    def _asked(self, query: bytes) -> dict[str, Any]:
        body = b"".join(self.body)
        if self.kind.startswith(b"application/json"):
            found: dict[str, Any] = json.loads(body)
            return found
        return dict(parse_qsl((body or query).decode()))


async def serve(manner: Manner) -> None:
    """Serve until killed; the port is said on standard output."""
    tls = None
    if manner.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(manner.certificate)
    telegram = Telegram(manner)
    server = await asyncio.get_running_loop().create_server(
        lambda: Line(telegram), "127.0.0.1", 0, ssl=tls, backlog=2048
    )
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    uvloop.run(serve(Manner(**json.loads(sys.argv[1]))))
