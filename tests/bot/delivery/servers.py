"""Servers on real sockets that answer as badly as networks do, and count what they read."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

ANSWER = b'{"ok":true,"result":{"message_id":7}}'
WHOLE = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(ANSWER) + ANSWER

Behaviour = Callable[["Line"], Awaitable[bool]]
"""What is done after a request was read; False ends the connection."""


@dataclass
class Server:
    """What was asked of a server."""

    url: str = ""
    asked: list[tuple[bytes, bytes]] = field(default_factory=list)
    """Head and body of every request, whatever was answered."""


@dataclass
class Line:
    """One connection, and the number of the request on it, from 1."""

    writer: asyncio.StreamWriter
    number: int = 0

    async def say(self, answer: bytes) -> bool:
        """Write ``answer`` and keep the connection."""
        self.writer.write(answer)
        await self.writer.drain()
        return True

    def reset(self) -> bool:
        """End the connection as a machine does that lost its memory of it: RST, no FIN."""
        held = self.writer.get_extra_info("socket")
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
        return False


async def answers(line: Line) -> bool:
    """As Telegram does."""
    return await line.say(WHOLE)


async def resets(line: Line) -> bool:
    """Read the request, and be gone."""
    return line.reset()


async def resets_the_second(line: Line) -> bool:
    """Answer once, then read a request on the same connection and be gone."""
    return line.reset() if line.number == 2 else await line.say(WHOLE)


async def hangs_up(line: Line) -> bool:
    """Read the request, and close politely without a word."""
    return False


async def hangs_up_on_the_second(line: Line) -> bool:
    """Answer once, then read a request on the same connection and close it."""
    return line.number < 2 and await line.say(WHOLE)


async def closes_after_the_answer(line: Line) -> bool:
    """Answer, and close the connection that the client means to use again."""
    await line.say(WHOLE)
    return False


async def says_nothing(line: Line) -> bool:
    """Keep the connection and never answer."""
    await line.writer.wait_closed()
    return False


async def stops_in_the_head(line: Line) -> bool:
    """Cut the answer off in its first line."""
    await line.say(WHOLE[:20])
    return False


async def stops_in_the_body(line: Line) -> bool:
    """Cut the answer off in its body."""
    await line.say(WHOLE[:-5])
    return False


async def stalls_in_the_body(line: Line) -> bool:
    """Begin an answer and never end it."""
    await line.say(WHOLE[:-5])
    await line.writer.wait_closed()
    return False


async def says_garbage(line: Line) -> bool:
    """Answer with what is not HTTP."""
    await line.say(b"220 mail.example ESMTP\r\n\r\n")
    return False


async def sends_away(line: Line) -> bool:
    """Answer that it is elsewhere now."""
    return await line.say(b"HTTP/1.1 307 Away\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n")


async def is_overloaded(line: Line) -> bool:
    """Answer as a gateway does in front of nothing."""
    return await line.say(b"HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n")


@asynccontextmanager
async def serving(behaviour: Behaviour) -> AsyncIterator[Server]:
    """A server that behaves so, until the end."""
    server, lines = Server(), set[asyncio.StreamWriter]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines.add(writer)
        line = Line(writer)
        try:
            while True:
                server.asked.append(await _request(reader))
                line.number += 1
                if not await behaviour(line):
                    break
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            writer.close()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
        for writer in lines:
            writer.transport.abort()
        await asyncio.sleep(0)


async def _request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.lower().splitlines()
            if line.startswith(b"content-length:")
        ),
        0,
    )
    return head, await reader.readexactly(length)
