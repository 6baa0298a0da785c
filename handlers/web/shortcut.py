"""Answers clicks on links in memory before ASGI and routing, from the bytes as they came.

Only a plain ``GET /r/{code}`` that came whole takes the shortcut; everything else, and every
doubt, is the server's own. Both keep the same click and give the same answer.
"""

import asyncio
from collections import deque
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from bot.services.links.tracking import Tracking
from handlers.web import heads
from handlers.web.errors import Answering
from handlers.web.redirect import PATH, REDIRECT_HEADERS

_BEGINNING = f"GET {PATH}".encode()
_CODE_AT = len(_BEGINNING)
_CODE_LIMIT = 17
"""Codes are shorter; what is longer is looked at by the plain route."""
_HEAD_END = b"\r\n\r\n"
_HEAD_END_LENGTH = len(_HEAD_END)
_LAST_HEADERS = b"\r\ncontent-length: 0\r\n\r\n"


class Redirects(dict[str, bytes]):
    """The redirects to addresses, each written once a second: then the server's date is new."""

    def __init__(self, own_headers: list[tuple[bytes, bytes]]) -> None:
        """``own_headers`` are the server's; it makes a new list each second."""
        super().__init__()
        self.own_headers = own_headers
        fixed = [(name.lower().encode(), value.encode()) for name, value in _FIXED]
        self._beginning = _head(HTTPStatus.FOUND, [*own_headers, *fixed]) + b"location: "

    def __missing__(self, url: str) -> bytes:
        """The redirect to ``url``, a checked address in ASCII."""
        answer = self[url] = b"".join((self._beginning, url.encode("ascii"), _LAST_HEADERS))
        return answer


class Answers:
    """What one server's connections share: who keeps clicks, and the words of the answers."""

    def __init__(self, tracking: Tracking, answering: Answering, trusted: list[str] | str) -> None:
        """``trusted`` are the proxies that are believed, as uvicorn's ``forwarded_allow_ips``."""
        self.take = tracking.take
        # The server's own reading of who a proxy says is there.
        self.proxies = ProxyHeadersMiddleware(_nothing, trusted).trusted_hosts
        self.redirects = Redirects([])
        self._answering = answering

    def refusal(self, request: bytes, own_headers: list[tuple[bytes, bytes]]) -> bytes:
        """The answer to a whole ``request`` whose click was not kept."""
        headers = heads.headers_of(request[request.index(b" ", _CODE_AT) :]) or []
        scope = {"type": "http", "method": "GET", "path": PATH, "headers": headers}
        answer: Response = self._answering.unavailable(Request(scope))
        head = _head(HTTPStatus(answer.status_code), [*own_headers, *answer.raw_headers])
        return b"".join((head, b"\r\n", answer.body))


_FIXED = REDIRECT_HEADERS.items()


def _head(status: HTTPStatus, headers: list[tuple[bytes, bytes]]) -> bytes:
    return STATUS_LINE[status] + b"".join(b"%b: %b\r\n" % header for header in headers)


async def _nothing(*_: Any) -> None:
    """No application: the middleware that wants one is asked only whom it trusts."""


class Shortcut(HttpToolsProtocol):
    """One connection.

    While answers of the shortcut are due, whatever else comes waits its turn; while the server
    itself is at work on the connection, everything is its own. So answers keep their order.
    """

    def __init__(self, *, answers: Answers, **of_the_server: Any) -> None:
        """``of_the_server`` is what uvicorn gives each of its protocols."""
        super().__init__(**of_the_server)
        self._answers = answers
        self._take = answers.take
        self._due: deque[tuple[bytes, str]] = deque()
        """Requests whose clicks are not kept yet, and where they lead."""
        self._held = b""
        self._address: str | None = None
        self._is_behind_proxy = False
        self._is_amid_request = False
        self._is_lively = False
        self._is_stopping = False
        self._is_gone = False

    # ---- the connection

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Somebody is at the other end."""
        super().connection_made(transport)
        self._address = self.client[0] if self.client else None
        self._is_behind_proxy = self._address in self._answers.proxies

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is there any more to be answered; what was taken is kept all the same."""
        self._is_gone = True
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take the clicks at the beginning of ``data``; the rest is the server's own."""
        if self._due:
            self._hold(data)
        elif self._is_amid_request or self.flow.write_paused or self._is_at_work():
            super().data_received(data)
        else:
            start = 0
            while taken := self._take_click(data, start):
                start = taken
            if start < len(data):
                self._leave(data[start:] if start else data)

    def shutdown(self) -> None:
        """Close the connection, but not before what is due is answered."""
        if self._due:
            self._is_stopping = True
        else:
            super().shutdown()

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if nothing came for a whole timeout."""
        # Setting the timer anew with every click would cost as much as keeping the click.
        if self._due or self._is_lively:
            self._is_lively = False
            self._wait_for_more()
        else:
            super().timeout_keep_alive_handler()

    # ---- the server's own requests

    def on_message_begin(self) -> None:
        """A request begins that did not take the shortcut."""
        self._is_amid_request = True
        super().on_message_begin()

    def on_message_complete(self) -> None:
        """All of it came."""
        self._is_amid_request = False
        super().on_message_complete()

    def _is_at_work(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    # ---- clicks

    def _take_click(self, data: bytes, start: int) -> int:
        """Take the click that begins at ``start``; where its request ends, 0 if there is none."""
        if not data.startswith(_BEGINNING, start):
            return 0
        code_at = start + _CODE_AT
        blank = data.find(b" ", code_at, code_at + _CODE_LIMIT)
        length = len(data)
        if blank < 0:
            return 0
        # Most come alone and whole: then the end need not be looked for.
        end = length
        head = None
        if length <= blank + heads.LENGTH_LIMIT and data.endswith(_HEAD_END):
            head = heads.read(data[blank:])
        if head is None:
            end = data.find(_HEAD_END, start) + _HEAD_END_LENGTH
            if end == length or not blank < end <= blank + heads.LENGTH_LIMIT:
                return 0
            head = heads.read(data[blank:end])
            if head is None:
                return 0
        address = self._address if head.forwarded is None else self._told_by(head.forwarded)
        code = data[code_at:blank].decode("latin-1")
        followed = self._take(code, head.kind, address, self._answer)
        if followed is None:
            return 0
        self._due.append((data if end - start == length else data[start:end], followed.url))
        return end

    def _leave(self, rest: bytes) -> None:
        """Let the server have what is not the shortcut's, once it is its turn."""
        if self._due:
            self._hold(rest)
        else:
            super().data_received(rest)

    def _told_by(self, forwarded: str) -> str | None:
        """Who is there by what proxies say, where this one is believed."""
        if not self._is_behind_proxy:
            return self._address
        host, _port = self._answers.proxies.get_trusted_client_address(forwarded)
        return host or self._address

    def _answer(self, is_kept: bool) -> None:
        request, url = self._due.popleft()
        if self._is_gone:
            return
        answers, own_headers = self._answers, self.server_state.default_headers
        if not is_kept:
            self.transport.write(answers.refusal(request, own_headers))
        else:
            if answers.redirects.own_headers is not own_headers:
                answers.redirects = Redirects(own_headers)
            self.transport.write(answers.redirects[url])
        self._is_lively = True
        if self._held or self._is_stopping or self.timeout_keep_alive_task is None:
            self._go_on()

    def _go_on(self) -> None:
        """Once nothing is due any more, the next one's turn."""
        if self._due:
            return
        if self.timeout_keep_alive_task is None:
            self._wait_for_more()
        if self._is_stopping:
            self.transport.close()
        elif self._held:
            rest, self._held = self._held, b""
            self.flow.resume_reading()
            self.data_received(rest)

    def _hold(self, data: bytes) -> None:
        self._held += data
        self.flow.pause_reading()

    def _wait_for_more(self) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive, self.timeout_keep_alive_handler
        )
