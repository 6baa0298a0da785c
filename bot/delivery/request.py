"""Speaks HTTP for python-telegram-bot over pyreqwest, and knows what never left the machine.

The client never sends a request again by itself once a byte of it was written: hyper takes
another connection only for what it still holds whole, and redirects are not followed.
"""

import asyncio
import json
from datetime import timedelta

from pyreqwest.client import Client, ClientBuilder
from pyreqwest.exceptions import PoolTimeoutError, PyreqwestError, RequestTimeoutError
from pyreqwest.multipart import FormBuilder, PartBuilder
from pyreqwest.request import RequestBuilder
from telegram.error import NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.delivery.outcomes import NeverLeft

Timeout = object
"""Seconds, None for no end, or PTB's mark for "as the request was built"."""

IDLE_SECONDS = 20
"""Telegram closes idle connections after a minute or so; ours are closed well before."""
_NEVER_STOOD = "client error (Connect)"
"""What the client's chain of causes holds when no connection came to be.

Its classes do not tell: a reset after writing is a ConnectError too, and an answer that is too
late a ConnectTimeoutError. Should these words ever change, doubt is what remains.
"""


class Request(BaseRequest):
    """``telegram.request.HTTPXRequest``'s part, at a fraction of its cost."""

    def __init__(
        self,
        connections: int = 64,
        *,
        read_timeout: float | None = 5.0,
        connect_timeout: float = 5.0,
        pool_timeout: float = 1.0,
        media_write_timeout: float = 20.0,
    ) -> None:
        """At most ``connections`` requests at once; all timeouts in seconds.

        ``read_timeout`` is for a whole answer; those of connecting and of waiting for a free
        connection hold for every request, whatever a method's own arguments say.
        """
        self._connections = connections
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._pool_timeout = pool_timeout
        self._media_write_timeout = media_write_timeout
        self._client: Client | None = self._build()
        self._under_way = 0

    @property
    def read_timeout(self) -> float | None:
        """How long an answer is waited for, in seconds; PTB adds a poll's own time to it."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open what ``shutdown`` closed."""
        self._client = self._client or self._build()

    async def shutdown(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: Timeout = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the client's own
        pool_timeout: Timeout = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the client's own
    ) -> tuple[int, bytes]:
        """Status and body of the answer; see ``BaseRequest.do_request``.

        Raises TimedOut and NetworkError; ``NeverLeft`` is the cause of those after which the
        same may be sent again. Neither holds the address, for that holds the token.
        """
        if self._client is None:
            raise NetworkError("The connections to Telegram are closed") from NeverLeft()
        asked = _with_body(self._client.request(method, url), request_data)
        limit = self._limit(read_timeout, write_timeout, request_data)
        if limit is not None:
            asked = asked.timeout(limit)
        self._under_way += 1
        try:
            answer = await asked.build().send()
            return answer.status, bytes(await answer.bytes())
        except PyreqwestError as fault:
            broken, cause = _translated(fault)
        except asyncio.CancelledError:
            await self._abandon()
            raise
        finally:
            self._under_way -= 1
        # Outside of the handler, so that no traceback shows the client's own words.
        raise broken from cause

    async def _abandon(self) -> None:
        """End a request that nobody waits for any more: the client itself would go on with it.

        That takes the client's end, so it is done only where no other request is under way: a
        poll is always alone. Elsewhere the request ends with its timeout.
        """
        if self._under_way == 1 and self._client is not None:
            client, self._client = self._client, self._build()
            await client.close()

    def _limit(
        self, read: Timeout, write: Timeout, request_data: RequestData | None
    ) -> timedelta | None:
        """For the whole of a request: so long that connecting fails before, and as such."""
        reading = self._read_timeout if read is BaseRequest.DEFAULT_NONE else read
        if not isinstance(reading, int | float):
            return None
        writing: object = 0.0
        if request_data is not None and request_data.contains_files:
            has_own = write is not BaseRequest.DEFAULT_NONE
            writing = write if has_own else self._media_write_timeout
        if not isinstance(writing, int | float):
            return None
        return timedelta(seconds=self._pool_timeout + self._connect_timeout + reading + writing)

    def _build(self) -> Client:
        return (
            ClientBuilder()
            .http1_only()
            .follow_redirects(False)
            .user_agent(self.USER_AGENT)
            .max_connections(self._connections)
            .pool_max_idle_per_host(self._connections)
            .pool_idle_timeout(timedelta(seconds=IDLE_SECONDS))
            .pool_timeout(timedelta(seconds=self._pool_timeout))
            .connect_timeout(timedelta(seconds=self._connect_timeout))
            .build()
        )


def _with_body(asked: RequestBuilder, request_data: RequestData | None) -> RequestBuilder:
    if request_data is None:
        return asked
    if request_data.contains_files:
        return asked.multipart(_form(request_data))
    body = json.dumps(request_data.parameters).encode()
    return asked.header("Content-Type", "application/json").body_bytes(body)


def _form(request_data: RequestData) -> FormBuilder:
    form = FormBuilder()
    for name, value in request_data.json_parameters.items():
        form = form.text(name, value)
    for name, (file_name, content, kind) in request_data.multipart_data.items():
        held = content if isinstance(content, bytes) else content.read()
        form = form.part(name, PartBuilder.from_bytes(held).file_name(file_name).mime(kind))
    return form


def _translated(fault: PyreqwestError) -> tuple[TelegramError, NeverLeft | None]:
    """PTB's error for one of the client's, without the address, and whether nothing left."""
    details = getattr(fault, "details", None) or {}
    causes = [cause["message"] for cause in details.get("causes") or ()]
    never_left = isinstance(fault, PoolTimeoutError) or _NEVER_STOOD in causes
    # The first cause names the address, and the address holds the token.
    words = ": ".join([type(fault).__name__, *(cause for cause in causes if "://" not in cause)])
    broken = TimedOut(words) if isinstance(fault, RequestTimeoutError) else NetworkError(words)
    return broken, NeverLeft() if never_left else None
