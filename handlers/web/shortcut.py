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


class Answers:
    """What one server's connections share: who keeps clicks, and the words of the answers."""

    def __init__(self, tracking: Tracking, answering: Answering, trusted: list[str] | str) -> None:
        """``trusted`` are the proxies that are believed, as uvicorn's ``forwarded_allow_ips``."""
        self.take = tracking.take
        # The server's own reading of who a proxy says is there.
        self.proxies = ProxyHeadersMiddleware(_nothing, trusted).trusted_hosts
        self._answering = answering
        self._own_headers: list[tuple[bytes, bytes]] | None = None
        self._beginning = b""
        self._written: dict[str, bytes] = {}

    def redirect(self, url: str, own_headers: list[tuple[bytes, bytes]]) -> bytes:
        """The redirect to ``url``, a checked address in ASCII; ``own_headers`` are the server's."""
        if own_headers is not self._own_headers:
            # The server makes a new list each second, with the date: until then an answer stays.
            fixed = [(name.lower().encode(), value.encode()) for name, value in _FIXED]
            self._own_headers = own_headers
            self._beginning = _head(HTTPStatus.FOUND, [*own_headers, *fixed]) + b"location: "
            self._written.clear()
        answer = self._written.get(url)
        if answer is None:
            answer = b"".join((self._beginning, url.encode("ascii"), _LAST_HEADERS))
            self._written[url] = answer
        return answer

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
            self._receive(data)

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

    def _receive(self, data: bytes) -> None:
        start, length = 0, len(data)
        while data.startswith(_BEGINNING, start):
            blank = data.find(b" ", start + _CODE_AT, start + _CODE_AT + _CODE_LIMIT)
            end = data.find(_HEAD_END, start) + _HEAD_END_LENGTH
            if blank < 0 or not blank < end <= blank + heads.LENGTH_LIMIT:
                break
            head = heads.read(data[blank:end])
            if head is None:
                break
            address = self._address if head.forwarded is None else self._told_by(head.forwarded)
            code = data[start + _CODE_AT : blank].decode("latin-1")
            followed = self._take(code, head.kind, address, self._answer)
            if followed is None:
                break
            self._due.append((data if end - start == length else data[start:end], followed.url))
            start = end
        if start == length:
            return
        rest = data[start:]
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
        own_headers = self.server_state.default_headers
        if is_kept:
            self.transport.write(self._answers.redirect(url, own_headers))
        else:
            self.transport.write(self._answers.refusal(request, own_headers))
        self._is_lively = True
        if not self._due and (self._held or self._is_stopping or not self.timeout_keep_alive_task):
            self._go_on()

    def _go_on(self) -> None:
        """Nothing is due any more: the next one's turn."""
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
