"""A web side in a process of its own, to be measured or killed: ours, and what to compare with.

``python -m tests.handlers.web.clicking KIND [DATABASE_URL] [CORE]`` prints its port, then serves
for ever. Kinds:

- "ours"; "plain", where every click takes the plain route; "synced", which waits for the disk at
  every commit; "hasty", which answers before it keeps
- "bare", the same server's redirect without link or click; "protocol", a redirect without a look
  at what was asked, the limit of a loop in Python
"""

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import Any

from bot.services.links.clicking import Clicking, Hit
from bot.services.links.tracking import Tracking
from bot.services.pulses import Pulse
from bot.services.watching import Watching
from handlers.web.app import Site, build
from handlers.web.serve import serve
from storage.database import Database
from storage.links.keeping import SqliteKeeper
from tests.handlers.web.conftest import load_texts

LOCATION = "https://shop.example.com/"
HASTE_SECONDS = 0.05


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """The same server's redirect without a link, a class or a click."""
    headers = [(b"location", LOCATION.encode()), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


class Protocol(asyncio.Protocol):
    """Answers whatever comes by a redirect, without a look at it."""

    ANSWER = f"HTTP/1.1 302 Found\r\nlocation: {LOCATION}\r\ncontent-length: 0\r\n\r\n".encode()
    transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody is there."""
        self.transport = transport

    def data_received(self, _data: bytes) -> None:
        """Answer."""
        self.transport.write(self.ANSWER)


class Hasty(Clicking):
    """The naive variant: says that a click is kept when it is taken, and keeps it a while later."""

    def take(self, hit: Hit) -> bool:
        """Answer first."""
        loop = asyncio.get_running_loop()
        code, at, kind, address, post_id, then = hit
        loop.call_soon(then, True)
        later = (code, at, kind, address, post_id, nobody)
        loop.call_later(HASTE_SECONDS, super().take, later)
        return True


def plainly(site: Site) -> Any:
    """A site that is none for the server: its clicks take the plain route."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await site(scope, receive, send)

    return app


def nobody(_is_kept: bool) -> None:
    """Nobody waits any more."""


def site_of(kind: str, database: Database) -> Any:
    """The application of a ``kind`` that keeps clicks."""
    tracking = Tracking(database, now, os.urandom)
    if kind == "synced":
        SqliteKeeper.waits_for_disk = True
    if kind == "hasty":
        object.__setattr__(tracking, "_clicking", Hasty(database, now, os.urandom))
    site = build(
        tracking=tracking,
        watching=Watching(database, now, Pulse(now)),
        texts=load_texts(),
        default_language="zh",
    )
    return plainly(site) if kind == "plain" else site


def say(port: int) -> None:
    """Tell who started this."""
    print(port, flush=True)  # noqa: T201


async def main(kind: str, database_url: str = "", core: str = "") -> None:
    """Serve."""
    if core:
        os.sched_setaffinity(0, {int(core)})
    if kind == "protocol":
        server = await asyncio.get_running_loop().create_server(Protocol, "127.0.0.1", 0)
        say(server.sockets[0].getsockname()[1])
        await server.serve_forever()
    app = bare if kind == "bare" else site_of(kind, Database(database_url))
    await serve(app, host="127.0.0.1", port=0, stop=asyncio.Event(), on_ready=say)


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(*sys.argv[1:]))
