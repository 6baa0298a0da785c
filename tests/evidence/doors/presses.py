"""R10 in the chat: buttons, invitations and connecting links of somebody else."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import insert, select

from bot.domain.records import PostState
from bot.sandbox.app import create_app
from bot.sandbox.clock import MovableClock
from bot.services.people.connecting import Connecting
from bot.services.people.connections import NotPromoter
from bot.services.people.enrolling import Enrolling
from bot.services.people.enrolments import Joined
from handlers.chat.door import build
from handlers.chat.entries import PRESSES
from handlers.chat.wire.intake import Intake
from handlers.chat.wire.polling import Poller, close_door, open_door
from storage.database import Database
from storage.tables import metadata, picks
from tests import cast
from tests.bot.sandbox.stage import served
from tests.evidence import Line, World, at_least, exactly
from tests.handlers.chat.conftest import START, TOKEN, Town, plain_request, services_for
from tests.schemes import PROGRAMMES, TEXTS

LIN, CHEN, WEI = cast.LIN, cast.CHEN, cast.WEI
LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
"""What a start payload can be made of."""
MET = frozenset({"people"})
"""Tables in which it may be kept that a stranger came by."""


async def of_somebody_else(world: World) -> AsyncIterator[Line]:
    """Nothing of Lin's is moved by whoever is not Lin."""
    database = Database(await world.database_url("sqlite", "presses"))
    stage = await cast.set_stage(database)
    async for line in _codes(database, stage, world.of(1, 25)):
        yield line
    owned = await _lins(database, stage)
    async with _town(database) as town:
        async for line in _presses(town, database, owned, world.of(1, 10)):
            yield line
    await database.close()


# ---------------------------------------------------------------- invitations and connecting


async def _codes(database: Database, stage: cast.Stage, every: int) -> AsyncIterator[Line]:
    clock = MovableClock(START).now
    enrolling = Enrolling(database, PROGRAMMES, clock, os.urandom, "zh")
    connecting = Connecting(database, PROGRAMMES, clock, os.urandom, "Asia/Shanghai", "zh")
    wei = await enrolling.meet(WEI, "Wei", "zh")
    code = (await enrolling.invite("fenxiang", owner_id=stage.lin)).code
    forged = list(_changed(code))[::every]
    joined = [await enrolling.join(wei.id, one) for one in forged]
    yield at_least("R10.invitation.forged", len(forged), 1)
    yield exactly("R10.invitation.joined", sum(isinstance(one, Joined) for one in joined), 0)
    payload = await connecting.payload(stage.lin)
    forged = list(_changed(payload))[::every]
    tries = [(one, LIN) for one in forged] + [(payload, who) for who in (CHEN, WEI, cast.OUYANG)]
    found = [await _claimed(connecting, one, who) for one, who in tries]
    yield at_least("R10.connecting_link.forged_or_of_another", len(tries), 1)
    yield exactly("R10.connecting_link.connected", sum(found), 0)
    taken = [await _claimed(connecting, payload, LIN)]
    taken.append(isinstance(await enrolling.join(wei.id, code), Joined))
    yield exactly("R10.control.right_payload_and_code_taken", sum(taken), 2)


async def _claimed(connecting: Connecting, payload: str, who: int) -> bool:
    outcome = await connecting.claim(
        payload, who, chat_id=-1007, title="Another", rights=(), member_count=80
    )
    return not isinstance(outcome, NotPromoter)


def _changed(valid: str) -> Iterator[str]:
    for place, old in enumerate(valid):
        yield from (
            valid[:place] + chr(new) + valid[place + 1 :] for new in LETTERS if chr(new) != old
        )
    yield from (valid[:-1], valid + "A", valid[::-1], "", " ", "0", "%", "_" * 64)


# ---------------------------------------------------------------- buttons


async def _lins(database: Database, stage: cast.Stage) -> list[str]:
    """Buttons that speak of what is Lin's: a post in doubt, a pick, her group."""
    async with database.write() as connection:
        offer = await cast.add_offer(connection)
        state = PostState.UNCERTAIN
        post = await cast.add_post(connection, stage.group, stage.lin, offer, state=state)
        row = {
            "group_id": stage.group,
            "offer_id": offer,
            "day": START.date() + timedelta(days=1),
            "slot": "noon",
            "chosen_at": START,
        }
        pick = await connection.scalar(insert(picks).values(row).returning(picks.c.id))
    day = START.date().toordinal()
    return [
        f"1:post:arrived:{post}", f"1:post:missing:{post}", f"1:unpick:{pick}",
        f"1:give:{day}:0:{offer}:{stage.group}", f"1:preview:{stage.group}:noon",
    ]  # fmt: skip


async def _presses(
    town: Town, database: Database, owned: list[str], every: int
) -> AsyncIterator[Line]:
    await town.ask(CHEN, "/help")
    (lins,) = await town.ask(LIN, "/help")
    (chens,) = await town.ask(CHEN, "/help")
    # Whoever asks first freezes the day's ranking, and that is nobody's.
    await town.services.shortlisting.today("fenxiang", START.date())
    before = await _digest(database)
    count = 0
    for data in owned:
        for one in [data, *list(_bytes_changed(data))[::every]]:
            await town.forge(CHEN, chens, one)
            await town.forge(WEI, None, one)
            count += 2
    yield at_least("R10.press.forged_by_others", count, 10)
    yield exactly("R10.press.of_anothers.changes", int(await _digest(database) != before), 0)
    refused = 0
    anything = [f"1:{action}:1:1:1:1" for action in PRESSES] + owned
    for data in anything:
        for who in (CHEN, WEI, cast.MEI):
            refused += bool((await town.forge(who, lins, data))["text"])
    yield exactly("R10.press.in_anothers_chat.not_refused", len(anything) * 3 - refused, 0)
    yield exactly("R10.press.in_anothers_chat.changes", int(await _digest(database) != before), 0)
    await town.forge(LIN, lins, owned[0])
    yield exactly("R10.control.own_press_settles", int(await _digest(database) != before), 1)


def _bytes_changed(data: str) -> Iterator[str]:
    """Every change of one character into a few others; what is still Lin's stays hers."""
    for place, old in enumerate(data):
        yield from (data[:place] + new + data[place + 1 :] for new in "019:a-٣\0" if new != old)


async def _digest(database: Database) -> str:
    """Everything in the database but who came by, as one number."""
    found = hashlib.sha256()
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            if table.name not in MET:
                rows = await connection.execute(select(table).order_by(*table.primary_key))
                found.update(repr(rows.all()).encode())
    return found.hexdigest()


@asynccontextmanager
async def _town(database: Database) -> AsyncIterator[Town]:
    """A running bot in a running Telegram, over a database that has Lin's things in it."""
    clock = MovableClock(START)
    services = services_for(database, clock, TEXTS)
    options: dict[str, Any] = {"token": TOKEN, "bot_url": "http://127.0.0.1:9", "marks": []}
    options |= {"postback_key": "key", "clock": clock, "limits": False}
    async with (
        served(lambda url: create_app(**options, public_url=url)) as (url, app),
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=30) as client,
    ):
        application = build(services, token=TOKEN, api_url=url, request=plain_request())
        stop = asyncio.Event()
        assert await open_door(application, stop)
        polling = asyncio.create_task(Poller(Intake(application), plain_request()).run(stop))
        world = app.state.world
        yield Town(client, services, application, clock, world, stop, polling)
        stop.set()
        await polling
        await close_door(application)
