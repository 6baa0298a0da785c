"""Opens the doors of a built house in order, keeps them open, and closes them in reverse."""

import asyncio
import gc
import logging
import socket
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bot.app import App, opened, settings_faults
from bot.errors import SettingsError
from bot.fleet import lead
from bot.settings import read
from bot.stopping import stopping
from handlers.web import app as web_app
from handlers.web import postback
from handlers.web.serve import listener, serve_on
from handlers.web.webhook import Inlet
from schedules.timetable import TIMETABLE, Row
from storage.leading import Leading, alone

if TYPE_CHECKING:
    from bot.voices import Voice

CANCEL_SECONDS = 0.5
WEB_FIRST_SECONDS = 0.1
PARTS_GOODBYE_SECONDS = 5.0
"""For the parts to close; with what posts on their way are given, within stopping's deadline."""

log = logging.getLogger(__name__)


async def run_until_stopped(parts: frozenset[str]) -> None:
    """`haowu run`: open ``parts`` of {"chat", "web", "clock", "outbox"} until SIGINT or SIGTERM.

    Raises SettingsError when a part needs the token and there is none.
    """
    settings, faults = read()
    faults += settings_faults(settings)
    if settings.token is None and parts - {"web"} and "TELEGRAM_BOT_TOKEN" not in str(faults):
        faults.append("TELEGRAM_BOT_TOKEN: is required; @BotFather gives one")
    if faults:
        raise SettingsError(faults)
    write_log()
    stop = stopping()
    async with opened(settings) as app, _alone(app, parts):
        door = _door(app) if "web" in parts else None
        where = f", listening on port {door.getsockname()[1]}" if door else ""
        log.info("Haowu opens %s%s", ", ".join(sorted(parts)), where)
        await run(app, parts, stop, door)
        log.info("Haowu is closed")


def _door(app: App) -> socket.socket:
    # Several processes share one PostgreSQL, and may share one port of one machine.
    settings, is_shared = app.settings, not app.database.is_sqlite
    return listener(settings.http_host, settings.http_port, is_shared=is_shared)


def write_log() -> None:
    """Send the log to standard error, without what would write the token into it."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    # The token is part of every address that the HTTP client would log; the others only chat.
    for name in ("httpx", "httpcore", "telegram", "uvicorn", "alembic.runtime.plugins"):
        logging.getLogger(name).setLevel(logging.WARNING)


async def run(
    app: App,
    parts: frozenset[str],
    stop: asyncio.Event,
    door: socket.socket | None = None,
    timetable: Sequence[Row] = TIMETABLE,
) -> None:
    """Keep ``parts`` of ``app`` open until ``stop`` is set; then close them in reverse.

    ``door`` is where the web side listens; the clock ticks by ``timetable``. A part that breaks
    closes the others, and its error is raised.
    """
    is_pushed = "chat" in parts and app.settings.telegram_mode == "webhook"
    works: list[Any] = []
    if door is not None and not is_pushed:
        works.append(await _served(_site(app, []), door, stop))
    try:
        await _load(parts)
        async with _speaking(app, parts) as bots:
            if door is not None and is_pushed:
                works.append(await _served(_site(app, bots), door, stop))
            if bots:
                works += _begun(app, bots, parts, stop, timetable)
            await _all(works, stop)
            await app.tracking.close()
    finally:
        stop.set()
        if works:
            await asyncio.wait(works[:1], timeout=PARTS_GOODBYE_SECONDS)


async def _served(site: Any, door: socket.socket, stop: asyncio.Event) -> asyncio.Task[None]:
    """Whoever knocked at the web side while we were away is answered before all else begins."""
    serving = asyncio.create_task(serve_on(site, door, stop))
    with suppress(TimeoutError):
        async with asyncio.timeout(WEB_FIRST_SECONDS):
            await stop.wait()
    return serving


async def _load(parts: frozenset[str]) -> None:
    """Load what other parts than the web side need, beside its answers."""
    if parts - {"web"}:
        await asyncio.to_thread(import_module, "bot.works")
    if not gc.isenabled():
        # What was loaded so far stays for good: it is never looked through for garbage.
        gc.freeze()
        gc.enable()


def _begun(
    app: App,
    bots: Sequence["Voice"],
    parts: frozenset[str],
    stop: asyncio.Event,
    timetable: Sequence[Row],
) -> list[Coroutine[Any, Any, object]]:
    """What the bots do, each thing at its place."""
    from bot import works

    found: list[Coroutine[Any, Any, object]] = works.pushed(app, bots, parts, stop)
    for kind, places in works.places(app, bots, parts, timetable).items():
        found.append(lead(Leading(app.database, kind, list(places)), places, stop))
    return found


@asynccontextmanager
async def _alone(app: App, parts: frozenset[str]) -> AsyncIterator[None]:
    """Be the one process over a SQLite file that does more than answer links and postbacks."""
    if parts == {"web"}:
        yield
        return
    with alone(app.database):
        yield


@asynccontextmanager
async def _speaking(app: App, parts: frozenset[str]) -> AsyncIterator[list["Voice"]]:
    """Our bots, where a part needs them; what knows no bot is the first one's from here on."""
    if not parts - {"web"}:
        yield []
        return
    from bot.voices import voices

    async with voices(app) as found:
        if found:
            await app.connecting.adopt(found[0].bot_id)
        yield found


async def _all(works: list[Any], stop: asyncio.Event) -> None:
    """Run ``works`` until ``stop`` or the first error, then give them a moment to end."""
    tasks = [asyncio.ensure_future(work) for work in works]
    for task in tasks:
        task.add_done_callback(lambda _: stop.set())
    await stop.wait()
    _, late = await asyncio.wait(tasks, timeout=PARTS_GOODBYE_SECONDS)
    for task in late:
        task.cancel()
    if late:
        # Not gathered: what waits for a database that hangs cannot even be cancelled.
        await asyncio.wait(late, timeout=CANCEL_SECONDS)
    for task in tasks:
        if task.done() and not task.cancelled():
            task.result()


def _site(app: App, inlets: Sequence["Voice"]) -> Any:
    """The web side; by ``inlets`` Telegram brings the updates of these bots."""
    signing = app.settings.webhook_signing_secret
    return web_app.build(
        tracking=app.tracking,
        watching=app.watching,
        texts=app.texts,
        default_language=app.settings.default_language,
        postbacks=postback.routes(
            app.crediting,
            app.postback_keys,
            now=app.now,
            signing_secret=signing.get_secret_value() if signing else None,
        ),
        inlets=[
            Inlet(voice.webhook_path, voice.webhook_secret, voice.intake().handle)
            for voice in inlets
        ],
    )
