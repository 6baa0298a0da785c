"""Listens to every answer of Telegram on its way through, for whoever asks whether it is there."""

from collections.abc import Callable
from typing import Any

from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

Hear = Callable[[int | None], None]
"""Takes the HTTP status of each answer; None where none came."""


class Heard(BaseRequest):
    """Another request, with somebody who hears how it goes; nothing else is different."""

    def __init__(self, inner: BaseRequest, hear: Hear) -> None:
        """``inner`` does the work."""
        self._inner = inner
        self._hear = hear

    @property
    def read_timeout(self) -> float | None:
        """The inner one's, in seconds."""
        return self._inner.read_timeout

    async def initialize(self) -> None:
        """Open the inner one."""
        await self._inner.initialize()

    async def shutdown(self) -> None:
        """Close the inner one."""
        await self._inner.shutdown()

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
        """Status and body of the answer; raises as the inner one does."""
        try:
            status, body = await self._inner.do_request(
                url,
                method,
                request_data,
                read_timeout,
                write_timeout,
                connect_timeout,
                pool_timeout,
            )
        except NetworkError:
            self._hear(None)
            raise
        self._hear(status)
        return status, body
