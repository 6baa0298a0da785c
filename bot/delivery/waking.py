"""Speaks HTTP lightly while there is little to say, and quickly from the moment there is more."""

import time
from collections import deque
from typing import TYPE_CHECKING, Any

from telegram.error import NetworkError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

from bot.delivery.outcomes import NeverLeft

if TYPE_CHECKING:
    from bot.delivery.request import Request

BUSY_REQUESTS, BUSY_SECONDS = 30, 10.0
"""As many requests in so short a time are worth the quick client; a start makes about twenty."""


class Waking(BaseRequest):
    """``bot.delivery.request.Request``, which is loaded and built when it is first needed.

    It holds a sixth of the memory of a bot that is not spoken to, and saves nothing there.
    """

    def __init__(
        self,
        connections: int,
        *,
        read_timeout: float | None = 5.0,
        connect_timeout: float = 5.0,
        calm: BaseRequest | None = None,
    ) -> None:
        """``calm`` speaks until requests come close together; without it the quick one always.

        The outbox has none: only the quick one tells what never left the machine.
        """
        self._connections = connections
        self._read_timeout = read_timeout
        self._connect_timeout = connect_timeout
        self._calm = calm
        self._quick: Request | None = None
        self._is_closed = False
        self._times: deque[float] = deque(maxlen=BUSY_REQUESTS)

    @property
    def read_timeout(self) -> float | None:
        """How long an answer is waited for, in seconds; PTB adds a poll's own time to it."""
        return self._read_timeout

    @property
    def is_quick(self) -> bool:
        """Whether the quick client is at work."""
        return self._quick is not None

    async def initialize(self) -> None:
        """Open what ``shutdown`` closed."""
        self._is_closed = False
        for request in self._open():
            await request.initialize()

    async def shutdown(self) -> None:
        """Close every connection."""
        self._is_closed = True
        for request in self._open():
            await request.shutdown()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Status and body of the answer; raises as the one at work does."""
        if self._is_closed:
            raise NetworkError("The connections to Telegram are closed") from NeverLeft()
        return await self._at_work().do_request(
            url,
            method,
            request_data,
            read_timeout,
            write_timeout,
            connect_timeout,
            pool_timeout,
        )

    def _at_work(self) -> BaseRequest:
        if self._quick is None and (self._calm is None or self._is_busy()):
            from bot.delivery.request import Request

            self._quick = Request(
                self._connections,
                read_timeout=self._read_timeout,
                connect_timeout=self._connect_timeout,
            )
        found = self._quick or self._calm
        assert found is not None  # noqa: S101 - the quick one was made where there is no other
        return found

    def _is_busy(self) -> bool:
        """Whether this request is one of many in a short time."""
        self._times.append(time.monotonic())
        return len(self._times) == BUSY_REQUESTS and self._times[-1] - self._times[0] < BUSY_SECONDS

    def _open(self) -> list[BaseRequest]:
        return [one for one in (self._calm, self._quick) if one is not None]


def calm_request(connections: int) -> BaseRequest:
    """PTB's own HTTP: its library is in memory anyway."""
    return HTTPXRequest(connection_pool_size=connections)
