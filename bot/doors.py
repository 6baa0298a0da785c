"""Opens the doors of a built house in order, keeps them open, and closes them in reverse."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from functools import partial
from typing import Any

from bot.app import App, opened, settings_faults
from bot.errors import SettingsError
from bot.fleet import Shift, Work, lead
from bot.settings import read
from bot.stopping import stopping
from bot.voices import Voice, voices
from handlers.chat.events import rounds
from handlers.chat.growing import tags
from handlers.chat.leaving import rounds as leaving_rounds
from handlers.chat.pools import rounds as pool_rounds
from handlers.chat.wire.polling import Poller, listen_by_webhook, open_door
from handlers.web import app as web_app
from handlers.web import postback
from handlers.web.serve import listener, serve_on
from handlers.web.webhook import Inlet
from schedules import books, catalog, decks, growth, health, leaving, living, pools, slots, upkeep
from schedules.clock import Action, Clock
from schedules.timetable import TIMETABLE, Row
from storage.leading import Leading, alone

CANCEL_SECONDS = 0.5
WEB_FIRST_SECONDS = 0.1
PARTS_GOODBYE_SECONDS, POSTS_GOODBYE_SECONDS = 5.0, 3.0
"""For the parts to close, then for posts on their way: together within stopping's deadline."""

log = logging.getLogger(__name__)

Actions = Mapping[str, Action]


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
    async with _speaking(app, parts) as bots:
        works: list[Coroutine[Any, Any, object]] = []
        if door is not None:
            works.append(serve_on(_site(app, bots, parts), door, stop))
        if "chat" in parts and _is_pushed(app):
            works += [_listen_by_webhook(voice, stop) for voice in bots]
        for kind, places in _places(app, bots, parts, timetable).items():
            works.append(_lead_soon(Leading(app.database, kind, list(places)), places, stop))
        await _all(works, stop)
        await app.tracking.close()


async def _lead_soon(leading: Leading, works: Mapping[str, Work], stop: asyncio.Event) -> None:
    """Whoever knocked at the web side while we were away is answered before all else begins."""
    with suppress(TimeoutError):
        async with asyncio.timeout(WEB_FIRST_SECONDS):
            await stop.wait()
    await lead(leading, works, stop)


@asynccontextmanager
async def _alone(app: App, parts: frozenset[str]) -> AsyncIterator[None]:
    """Be the one process over a SQLite file that does more than answer links and postbacks."""
    if parts == {"web"}:
        yield
        return
    with alone(app.database):
        yield


@asynccontextmanager
async def _speaking(app: App, parts: frozenset[str]) -> AsyncIterator[list[Voice]]:
    """Our bots, where a part needs them; what knows no bot is the first one's from here on."""
    if not parts - {"web"}:
        yield []
        return
    async with voices(app) as found:
        if found:
            await app.connecting.adopt(found[0].bot_id)
        yield found


def _places(
    app: App, bots: list[Voice], parts: frozenset[str], timetable: Sequence[Row]
) -> dict[str, dict[str, Work]]:
    """What only one process does at a time: the place of each work, by what it is a kind of."""
    rows = {part: [row for row in timetable if row.part == part] for part in ("clock", "outbox")}
    found: dict[str, dict[str, Work]] = {}
    if "clock" in parts and bots:
        found["clock"] = {"clock": partial(_tick, app, bots[0], rows["clock"])}
    if "outbox" in parts:
        is_alone = len(bots) == 1
        found["outbox"] = {
            f"outbox:{voice.bot_id}": partial(
                _drain, voice, _named(rows["outbox"], voice, is_alone)
            )
            for voice in bots
        }
    if "chat" in parts and not _is_pushed(app):
        found["chat"] = {f"chat:{voice.bot_id}": partial(_poll, voice) for voice in bots}
    return found


def _named(rows: Sequence[Row], voice: Voice, is_alone: bool) -> list[Row]:
    """The rows of one bot's outbox; among several bots each job is told apart by its bot."""
    if is_alone:
        return list(rows)
    return [replace(row, name=f"{row.name}:{voice.bot_id}") for row in rows]


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


def _site(app: App, bots: list[Voice], parts: frozenset[str]) -> Any:
    signing = app.settings.webhook_signing_secret
    is_pushed = _is_pushed(app) and "chat" in parts
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
            for voice in bots
            if is_pushed
        ],
    )


def _is_pushed(app: App) -> bool:
    return app.settings.telegram_mode == "webhook"


async def _listen_by_webhook(voice: Voice, stop: asyncio.Event) -> None:
    """Needs no place: every process names the same address, and any of them may be called."""
    if await open_door(voice.chat, stop):
        url = f"{voice.app.settings.public_url}{voice.webhook_path}"
        await listen_by_webhook(voice.chat, url, voice.webhook_secret, stop)
        await stop.wait()


async def _poll(voice: Voice, shift: Shift) -> None:
    if await open_door(voice.chat, shift.over):
        poller = Poller(voice.intake(), voice.polling(), lambda: shift.is_ours)
        await poller.run(shift.over)


async def _drain(voice: Voice, rows: Sequence[Row], shift: Shift) -> None:
    sending = voice.sending()
    showing, renewing = voice.showing(sending.pacing), voice.renewing(sending.pacing)
    await sending.take_over()
    # Only a new outbox may say so at once: on SQLite the one before it is gone.
    await sending.recover(is_start=voice.app.database.is_sqlite)
    drain: Actions = {
        "outbox": lambda: slots.drain_outbox(sending),
        "notices": lambda: slots.tell_notices(sending),
        "doubt": lambda: slots.doubt_left(sending),
        "pool_messages": lambda: pools.show(showing),
        "living": lambda: living.renew(renewing),
        "polls": lambda: slots.close_polls(voice.closing(sending.pacing)),
    }
    try:
        await _ticked(voice.app, drain, rows, shift)
    finally:
        await sending.close(POSTS_GOODBYE_SECONDS)


async def _tick(app: App, voice: Voice, rows: Sequence[Row], shift: Shift) -> None:
    await app.crediting.replay()
    await _ticked(app, _clockwork(app, voice), rows, shift)


def _clockwork(app: App, voice: Voice) -> Actions:
    """What the clock does; ``voice`` speaks where nobody knows whose turn it is."""
    return {
        "slots": lambda: slots.open_slots(app.publishing),
        "adopt": lambda: slots.adopt_groups(app.scheduling),
        "decks": lambda: decks.deal(app.rooms.decks.dealing),
        "rankings": lambda: catalog.freeze_shortlists(app.shortlisting),
        "greetings": lambda: rounds.greet(voice.chat.bot, voice.services),
        "recheck": lambda: rounds.recheck(voice.chat.bot, voice.services),
        "departures": lambda: leaving_rounds.leave(voice.chat.bot, voice.services),
        "cohorts": lambda: leaving.settle(app.rooms.leaving),
        "release": lambda: books.release_due(app.settling),
        "replay": lambda: books.replay(app.crediting),
        "months": lambda: upkeep.turn_months(app.filing),
        "visitor_keys": lambda: upkeep.rotate_visitor_key(app.tracking),
        "clicks": lambda: upkeep.forget_clicks(app.tracking),
        "questions": lambda: upkeep.forget_questions(app.forgetting),
        "growth": lambda: growth.grow(app.rooms.growth),
        "tags": lambda: tags.round_(voice.chat.bot, voice.services),
        "pool_deadlines": lambda: pools.decide(app.rooms.pools.pooling),
        "pool_prices": lambda: pools.void(app.rooms.pools.pooling),
        "health": lambda: health.evaluate(app.rooms.health.evaluating),
        "new_groups": lambda: health.adopt(app.rooms.health.evaluating),
        "pool_words": lambda: pool_rounds.tell(voice.chat.bot, voice.services),
        "pool_names": lambda: pools.forget_names(app.rooms.pools.collecting),
    }


async def _ticked(app: App, actions: Actions, rows: Sequence[Row], shift: Shift) -> None:
    """Tick ``actions`` by ``rows`` until the shift is over; what is not ours any more rests."""

    def guarded(action: Action) -> Action:
        async def act() -> object:
            return await action() if shift.may_act else 0

        return act

    by_row = {row.name: guarded(actions[row.name.partition(":")[0]]) for row in rows}
    clock = Clock(by_row, app.pulse, rows)
    clock.start()
    try:
        await shift.over.wait()
    finally:
        await clock.stop()
        for name in by_row:
            app.pulse.leave(name)
