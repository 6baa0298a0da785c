"""Running the web side inside our own loop: it starts, says its port, and stops when told."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, cast

import uvicorn

from bot.errors import InputError
from handlers.web.app import Site
from handlers.web.shortcut import Answers, Shortcut

BACKLOG = 2048
KEEP_ALIVE_SECONDS = 15
GOODBYE_SECONDS = 4
"""How long requests under way may take after the stop."""


class _Server(uvicorn.Server):
    """Uvicorn without signals: it would raise them again after serving, past our clean-up."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave every signal to the roof."""
        yield


async def serve(
    app: Any,
    *,
    host: str,
    port: int,
    stop: asyncio.Event,
    on_ready: Callable[[int], None] | None = None,
) -> None:
    """Serve the ASGI ``app`` until ``stop`` is set; ``on_ready`` gets the real port.

    Port 0 takes any free one. Raises InputError when nothing can listen there.
    """
    socket_ = listener(host, port)
    if on_ready is not None:
        on_ready(socket_.getsockname()[1])
    await serve_on(app, socket_, stop)


async def serve_on(app: Any, socket_: socket.socket, stop: asyncio.Event) -> None:
    """Serve the ASGI ``app`` on a socket of ``listener`` until ``stop`` is set; closes it.

    Clicks on a ``Site`` take the shortcut.
    """
    config = uvicorn.Config(
        app,
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GOODBYE_SECONDS,
    )
    if isinstance(app, Site):
        answers = Answers(app.tracking, app.answering, config.forwarded_allow_ips)
        config.http = cast(type[asyncio.Protocol], partial(Shortcut, answers=answers))
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[socket_]))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()
        server.should_exit = True
        await serving
        socket_.close()


def listener(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """A socket that listens at ``host`` and ``port``, 0 for any free one.

    Where it ``is_shared``, several processes listen there and the kernel deals out connections.
    Raises InputError when nothing can listen there.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only for sockets that name TCP does asyncio switch off Nagle's algorithm: 40 ms an answer.
    socket_ = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        socket_.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if is_shared:
            socket_.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        socket_.bind((host, port))
        socket_.listen(BACKLOG)
    except OSError as fault:
        socket_.close()
        raise InputError(f"Cannot listen on {host}:{port}: {fault.strerror}.") from fault
    return socket_
