"""Opens the doors of a built house in order, keeps them open, and closes them in reverse."""

import asyncio
import hashlib
import hmac
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.app import App, opened, settings_faults
from bot.delivery import Delivery, Hear, Heard, Request, outward
from bot.errors import SettingsError
from bot.services.posts.sending import Sending
from bot.services.pulses import trouble_of
from bot.settings import read
from bot.stopping import stopping
from handlers.chat import door as chat_door
from handlers.chat.context import SERVICES, ChatApplication, Services
from handlers.chat.events import rounds
from handlers.chat.wire.intake import Intake
from handlers.chat.wire.polling import Poller, close_door, listen_by_webhook, open_door
from handlers.web import app as web_app
from handlers.web import postback
from handlers.web.serve import listener, serve_on
from schedules import books, catalog, slots, upkeep
from schedules.clock import Clock
from schedules.timetable import TIMETABLE, Row

CANCEL_SECONDS = 0.5
CONNECTIONS = 64
"""To Telegram, for answering people; the outbox has its own."""
PARTS_GOODBYE_SECONDS, POSTS_GOODBYE_SECONDS = 5.0, 3.0
"""For the parts to close, then for posts on their way: together within stopping's deadline."""

log = logging.getLogger(__name__)

Actions = Mapping[str, Callable[[], Awaitable[object]]]


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
    async with opened(settings) as app:
        door = listener(settings.http_host, settings.http_port) if "web" in parts else None
        where = f", listening on port {door.getsockname()[1]}" if door else ""
        log.info("Haowu opens %s%s", ", ".join(sorted(parts)), where)
        await run(app, parts, stop, door)
        log.info("Haowu is closed")


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
    async with _outward(app, parts) as (chat, sending):
        tasks = []
        if door is not None:
            tasks.append(serve_on(_site(app, chat, parts), door, stop))
        if chat is not None and "chat" in parts:
            tasks.append(_listen(app, chat, stop))
        if sending is not None and chat is not None:
            rows = [row for row in timetable if row.part in parts]
            tasks.append(_tick(app, chat, sending, rows, stop))
        await _all(tasks, stop)
        await app.tracking.close()


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


@asynccontextmanager
async def _outward(
    app: App, parts: frozenset[str]
) -> AsyncIterator[tuple[ChatApplication | None, Sending | None]]:
    """The connections to Telegram and the outbox's worker, where a part needs them."""
    token, api_url = app.settings.token, app.settings.telegram_api_url
    if token is None or not parts - {"web"}:
        yield None, None
        return
    bot = outward(token, api_url, _hear(app, token, "outbox"))
    sending = Sending(
        app.database,
        Delivery(bot),
        app.texts,
        app.now,
        app.entropy,
        bot_id=int(token.partition(":")[0]),
        paid_stars=app.settings.paid_broadcast_stars,
    )
    request = Heard(Request(CONNECTIONS), _hear(app, token, "chat"))
    chat = chat_door.build(_services(app, sending), token=token, api_url=api_url, request=request)
    try:
        yield chat, sending
    finally:
        await sending.close(POSTS_GOODBYE_SECONDS)
        await close_door(chat)
        await bot.request.shutdown()


def _services(app: App, sending: Sending) -> Services:
    return Services(
        enrolling=app.enrolling,
        training=app.training,
        connecting=app.connecting,
        shortlisting=app.shortlisting,
        scheduling=app.scheduling,
        publishing=app.publishing,
        sending=sending,
        crediting=app.crediting,
        reporting=app.reporting,
        programmes=app.programmes,
        texts=app.texts,
        operator_ids=app.settings.operator_ids,
        zone=app.settings.zone,
        default_language=app.settings.default_language,
        now=app.now,
    )


def _site(app: App, chat: ChatApplication | None, parts: frozenset[str]) -> Any:
    signing = app.settings.webhook_signing_secret
    by_webhook = app.settings.telegram_mode == "webhook" and chat is not None and "chat" in parts
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
        on_update=_intake(app, chat).handle if chat is not None and by_webhook else None,
        webhook_secret=_webhook_secret(app) if by_webhook else None,
    )


def _intake(app: App, chat: ChatApplication) -> Intake:
    return Intake(chat, on_heard=app.pulse.updated)


def _webhook_secret(app: App) -> str:
    """Made of the token, so that every process knows it and nobody else does."""
    assert app.settings.token is not None  # noqa: S101 - the chat is open only with one
    return hmac.new(app.settings.token.encode(), b"webhook", hashlib.sha256).hexdigest()


async def _listen(app: App, chat: ChatApplication, stop: asyncio.Event) -> None:
    if not await open_door(chat, stop):
        return
    if app.settings.telegram_mode == "webhook":
        url = f"{app.settings.public_url}/telegram"
        await listen_by_webhook(chat, url, _webhook_secret(app), stop)
        await stop.wait()
        return
    assert app.settings.token is not None  # noqa: S101 - the chat is open only with one
    request = Heard(Request(connections=1), _hear(app, app.settings.token, "polling"))
    await Poller(_intake(app, chat), request).run(stop)


def _hear(app: App, token: str, door: str) -> Hear:
    """Tell the pulse how Telegram answers ``door`` of the bot with ``token``."""
    bot_id = int(token.partition(":")[0])

    def hear(status: int | None) -> None:
        trouble = trouble_of(status)
        if trouble is None:
            app.pulse.reached(bot_id, door)
        else:
            app.pulse.missed(bot_id, door, trouble)

    return hear


async def _tick(
    app: App, chat: ChatApplication, sending: Sending, rows: Sequence[Row], stop: asyncio.Event
) -> None:
    parts = {row.part for row in rows}
    if "clock" in parts:
        await app.crediting.replay()
    if "outbox" in parts:
        # Only a new outbox may say so at once: on SQLite the one before it is gone.
        await sending.recover(is_start=app.database.is_sqlite)
    actions = _actions(app, chat, sending)
    clock = Clock(actions, app.pulse, rows)
    clock.start()
    try:
        await stop.wait()
    finally:
        await clock.stop()


def _actions(app: App, chat: ChatApplication, sending: Sending) -> Actions:
    """What each row of the timetable does."""
    services: Services = chat.bot_data[SERVICES]
    return {
        "slots": lambda: slots.open_slots(app.publishing),
        "adopt": lambda: slots.adopt_groups(app.scheduling),
        "outbox": lambda: slots.drain_outbox(sending),
        "notices": lambda: slots.tell_notices(sending),
        "doubt": lambda: slots.doubt_left(sending),
        "rankings": lambda: catalog.freeze_shortlists(app.shortlisting),
        "greetings": lambda: rounds.greet(chat.bot, services),
        "recheck": lambda: rounds.recheck(chat.bot, services),
        "release": lambda: books.release_due(app.settling),
        "replay": lambda: books.replay(app.crediting),
        "visitor_keys": lambda: upkeep.rotate_visitor_key(app.tracking),
        "clicks": lambda: upkeep.forget_clicks(app.tracking),
        "months": lambda: upkeep.turn_months(app.filing),
    }
