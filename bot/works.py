"""What is done for each place: a bot listens, an outbox drains, the clock ticks."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot.app import App
from bot.fleet import Shift, Work
from bot.voices import Voice
from handlers.chat.events import rounds
from handlers.chat.growing import tags
from handlers.chat.leaving import rounds as leaving_rounds
from handlers.chat.pools import rounds as pool_rounds
from handlers.chat.wire.polling import Poller, listen_by_webhook, open_door
from schedules import books, catalog, decks, growth, health, leaving, living, pools, slots, upkeep
from schedules.clock import Action, Clock
from schedules.timetable import Row

POSTS_GOODBYE_SECONDS = 3.0
"""For posts on their way when the outbox closes."""

Actions = Mapping[str, Action]


def pushed(
    app: App, bots: Sequence[Voice], parts: frozenset[str], stop: asyncio.Event
) -> list[Coroutine[Any, Any, object]]:
    """Needs no place: every process names the same address, and any of them may be called."""
    is_so = "chat" in parts and app.settings.telegram_mode == "webhook"
    return [_listen_by_webhook(voice, stop) for voice in bots] if is_so else []


def places(
    app: App, bots: Sequence[Voice], parts: frozenset[str], timetable: Sequence[Row]
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
    if "chat" in parts and app.settings.telegram_mode != "webhook":
        found["chat"] = {f"chat:{voice.bot_id}": partial(_poll, voice) for voice in bots}
    return found


def _named(rows: Sequence[Row], voice: Voice, is_alone: bool) -> list[Row]:
    """The rows of one bot's outbox; among several bots each job is told apart by its bot."""
    if is_alone:
        return list(rows)
    return [replace(row, name=f"{row.name}:{voice.bot_id}") for row in rows]


async def _listen_by_webhook(voice: Voice, stop: asyncio.Event) -> None:
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
