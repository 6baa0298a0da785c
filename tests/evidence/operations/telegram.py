"""A Telegram that answers, refuses, breaks off, hangs or is not there, as it is told."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

BOT_ID = 7000000001
TOKEN = f"{BOT_ID}:stand-in-of-the-evidence-0123456789"
ME = {"id": BOT_ID, "is_bot": True, "first_name": "Haowu", "username": "haowu_bot"}
USUAL = {
    "getme": ME,
    "getchatmember": {"user": ME, "status": "member"},
    "getchatmembercount": 120,
}
MOODS = {
    "502": (502, {"ok": False, "error_code": 502, "description": "Bad Gateway"}),
    "401": (401, {"ok": False, "error_code": 401, "description": "Unauthorized"}),
    "409": (409, {"ok": False, "error_code": 409, "description": "Conflict: other getUpdates"}),
}


@dataclass
class Telegram:
    """The Bot API's address, and in which mood it is: well, 502, 401, 409, cut, hang."""

    mood: str = "well"
    port: int = 0
    poll_seconds: float = 0.5
    """How long a poll without updates stays open."""
    answers: dict[str, Any] = field(default_factory=dict)
    """Results of methods (in lower case), where they are not the usual ones."""
    is_late_by: timedelta = timedelta(0)
    """How far its clock is behind."""
    polls: int = 0
    """How many polls were answered as they should be."""
    faults: int = 0
    """How many calls met a mood that is not well."""
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def url(self) -> str:
        """What TELEGRAM_API_URL is set to."""
        return f"http://127.0.0.1:{self.port}"

    async def open(self) -> None:
        """Listen; at the same port as before, if there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Be unreachable: no connection stands and none comes to be."""
        if self._server is not None:
            self._server.close()
            self.cut()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    await self._server.wait_closed()
            self._server = None

    def cut(self) -> None:
        """Break off every connection."""
        for writer in list(self._open):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # Whoever asked has gone, or the run is over.
            pass
        finally:
            self._open.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        await reader.readexactly(length)
        method = head.split(b" ")[1].partition(b"?")[0].rpartition(b"/")[2].decode().lower()
        if self.mood == "well" and method == "getupdates":
            await asyncio.sleep(self.poll_seconds)
        if self.mood != "well":
            self.faults += 1
        if self.mood == "hang":
            await asyncio.sleep(3600)
        if self.mood == "cut":
            writer.transport.abort()
            return False
        status, body = MOODS.get(self.mood) or (200, {"ok": True, "result": self._result(method)})
        written = json.dumps(body).encode()
        date = format_datetime(datetime.now(UTC) - self.is_late_by, usegmt=True)
        answer = (
            f"HTTP/1.1 {status} X\r\nDate: {date}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(written)}\r\n\r\n"
        )
        writer.write(answer.encode() + written)
        await writer.drain()
        return True

    def _result(self, method: str) -> Any:
        if method == "getupdates":
            self.polls += 1
            return []
        return self.answers.get(method, USUAL.get(method, True))
