"""A web side in a process of its own, to be killed: prints its port, then serves for ever."""

import asyncio
import os
import sys
from datetime import UTC, datetime
from typing import Any

from bot.services.links.tracking import Tracking
from bot.services.pulses import Pulse
from bot.services.watching import Watching
from handlers.web.app import build
from handlers.web.serve import serve
from storage.database import Database
from tests.handlers.web.conftest import load_texts


def now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


async def bare(scope: Any, receive: Any, send: Any) -> None:
    """The same server's redirect without a link, a class or a click: what to compare with."""
    headers = [(b"location", b"https://shop.example.com/"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 302, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def main(database_url: str) -> None:
    """Serve over ``database_url``, or bare redirects for "bare"."""
    app: Any = bare
    if database_url != "bare":
        database = Database(database_url)
        app = build(
            tracking=Tracking(database, now, os.urandom),
            watching=Watching(database, now, Pulse(now)),
            texts=load_texts(),
            default_language="zh",
        )
    await serve(
        app,
        host="127.0.0.1",
        port=0,
        stop=asyncio.Event(),
        on_ready=lambda port: print(port, flush=True),  # noqa: T201
    )


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(sys.argv[1]))
