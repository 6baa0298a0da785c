"""A server that speaks the chat completions of OpenAI and says what it is told to say."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

PIECE = b"x" * 4_096


@dataclass(frozen=True)
class Says:
    """What the server does with the next requests."""

    body: bytes = b""
    status: int = 200
    headers: tuple[str, ...] = ("Content-Type: application/json",)
    is_hanging: bool = False
    """Nothing comes, and the connection stays."""
    is_endless: bool = False
    """After ``body`` more and more."""
    is_cut: bool = False
    """Half of ``body`` comes, then the connection is closed."""

    @property
    def words(self) -> str | None:
        """The message in it, if there is a whole one."""
        try:
            found = json.loads(self.body)["choices"][0]["message"]["content"]
        except (ValueError, LookupError, TypeError, RecursionError):
            return None
        return found if isinstance(found, str) and not self.is_cut else None

    @property
    def shown(self) -> str:
        """What it says, for people."""
        if self.words is not None:
            return self.words
        if self.is_hanging:
            return "(nothing, and the line stays open)"
        return f"(status {self.status}) {self.body[:80]!r}"


def words(text: str | None, **changed: Any) -> Says:
    """A well-formed completion; ``changed`` are fields of its message."""
    return completion({"role": "assistant", "content": text} | changed)


def completion(message: Any, *, finish: str = "stop") -> Says:
    """A completion with this message."""
    choice = {"index": 0, "message": message, "finish_reason": finish}
    return document({"id": "1", "object": "chat.completion", "choices": [choice]})


def document(held: Any) -> Says:
    """Any JSON."""
    return Says(json.dumps(held, ensure_ascii=False).encode())


@dataclass
class Model:
    """The server's state: what it says next, and what it was asked."""

    says: Says = field(default_factory=Says)
    asked: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                self.asked.append(await _request(reader))
                await self._respond(reader, writer)
        finally:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()

    async def _respond(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        says = self.says
        if says.is_hanging:
            # Until the other side gives up.
            await reader.read()
            return
        head = [f"HTTP/1.1 {says.status} X", *says.headers, "Connection: close"]
        if not says.is_endless:
            head.append(f"Content-Length: {len(says.body)}")
        writer.write("\r\n".join(head).encode() + b"\r\n\r\n")
        writer.write(says.body[: len(says.body) // 2] if says.is_cut else says.body)
        await writer.drain()
        while says.is_endless:
            writer.write(PIECE)
            await writer.drain()


@asynccontextmanager
async def model() -> AsyncIterator[Model]:
    """The server on a free port, until the end."""
    served = Model()
    server = await asyncio.start_server(served.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    served.url = f"http://127.0.0.1:{port}/v1"
    try:
        yield served
    finally:
        server.close()


async def _request(reader: asyncio.StreamReader) -> dict[str, Any]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    length = next(
        int(line.partition(":")[2]) for line in head.splitlines() if line.startswith("content-len")
    )
    found: dict[str, Any] = json.loads(await reader.readexactly(length))
    return found
