"""`haowu demo`: a stand-in Telegram and shop, the real bot between them, and a page to play on."""

import asyncio
import contextlib
import functools
import secrets
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from bot import doors
from bot.app import App, opened
from bot.domain.money import currency
from bot.domain.records import Group, Promoter
from bot.errors import TemporaryError
from bot.sandbox.app import create_app
from bot.sandbox.clock import MovableClock
from bot.sandbox.world.chats import Chat
from bot.sandbox.world.people import Person
from bot.sandbox.world.world import World
from bot.services.catalogue.refreshing import FeedWish
from bot.services.people.enrolments import TooMany
from bot.settings import Settings, load
from bot.stopping import stopping
from handlers.web.serve import listener, serve_on
from schedules.timetable import TIMETABLE, Row
from storage.posts import outbox

HOST = "127.0.0.1"
MARKETPLACE = "demo"
PROGRAMME = "fenxiang"
OUYANG, LIN, CHEN, MEI = 1001, 2001, 2002, 3001
GROUPS = ("阳光小区好物群 · Sunny Court", "宝妈省钱群 · Smart Parents")
RIGHTS = ("can_delete_messages", "can_pin_messages", "can_invite_users")
PARTS = frozenset({"chat", "web", "clock", "outbox"})
PATIENCE_SECONDS = 30
MEMBERS = 68
DAY_BEGINS = time(7, 50)
"""The demo's clock starts shortly before the first slot, so that the first post is a click away."""
ZONE = ZoneInfo("Asia/Shanghai")
STOCK_EVERY = timedelta(days=1)
"""How old the catalogue may be: offers that nobody looked after are not posted."""
LEAP = timedelta(minutes=30)
GLANCE_SECONDS = 0.1
FAST_FACTOR = 60
"""With --fast an hour passes in a minute."""


@dataclass(frozen=True)
class Town:
    """Everything that runs: where its page is, the people's world, the bot's services."""

    url: str
    bot_url: str
    world: World
    clock: MovableClock
    app: App


async def play(port: int, *, is_fast: bool) -> None:
    """Open the town on ``port`` until it is interrupted, and say where to look.

    Raises InputError when the port is taken.
    """
    stop = stopping()
    with tempfile.TemporaryDirectory(prefix="haowu-demo-", ignore_cleanup_errors=True) as folder:
        database_url = f"sqlite:///{Path(folder) / 'haowu.db'}"
        async with town(database_url, stop, port=port) as found:
            await _unless_stopped(settle_in(found), stop)
            await _unless_stopped(_clear_desks(found.world), stop)
            if not stop.is_set():
                click.echo(f"Haowu 好物 demo: open {found.url}   (Ctrl+C ends it; nothing is kept)")
            await asyncio.gather(
                _usher(found, stop),
                _keep_house(found, stop),
                _interpret(found, stop),
                _hurry(found.clock, stop, is_fast=is_fast),
            )


async def _unless_stopped(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> None:
    """Do ``work``, or give it up when ``stop`` is set: the bot would no longer answer it."""
    working, stopping = asyncio.ensure_future(work), asyncio.ensure_future(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working


@asynccontextmanager
async def town(
    database_url: str,
    stop: asyncio.Event,
    *,
    port: int = 0,
    start: datetime | None = None,
    is_limited: bool = True,
    timetable: Sequence[Row] = TIMETABLE,
) -> AsyncIterator[Town]:
    """A stand-in Telegram and shop on ``port`` (0: any free one), the real bot on another.

    ``start`` is the first moment on everybody's clock; ``is_limited`` keeps Telegram's limits;
    the bot ticks by ``timetable``.
    """
    clock = MovableClock(start or _this_morning())
    page, site = listener(HOST, port), listener(HOST, 0)
    url, bot_url = (f"http://{HOST}:{each.getsockname()[1]}" for each in (page, site))
    settings = _settings(database_url, telegram=url, bot=bot_url)
    async with opened(settings, now=clock.now) as app:
        sandbox = create_app(
            token=str(settings.token),
            bot_url=bot_url,
            postback_key=app.postback_keys[0],
            marketplace=MARKETPLACE,
            clock=clock,
            marks=_marks(app),
            public_url=url,
            on_report=lambda report: app.crediting.receive_file(MARKETPLACE, BytesIO(report), {}),
            limits=is_limited,
        )
        over = asyncio.Event()
        telegram = asyncio.ensure_future(serve_on(sandbox, page, over))
        running = asyncio.ensure_future(doors.run(app, PARTS, stop, site, timetable))
        try:
            yield Town(url, bot_url, sandbox.state.world, clock, app)
        finally:
            stop.set()
            # Telegram outlives the bot, whose last words end the poll that would hold it up.
            await asyncio.wait({running})
            over.set()
            await asyncio.gather(running, telegram)


def _settings(database_url: str, *, telegram: str, bot: str) -> Settings:
    return load(
        _env_file=None,
        telegram_bot_token=f"7000000001:{secrets.token_urlsafe(24)}",
        telegram_api_url=telegram,
        telegram_mode="polling",
        database_url=database_url,
        public_url=bot,
        operator_ids=frozenset({OUYANG}),
        postback_key=secrets.token_urlsafe(24),
        webhook_signing_secret=None,
        default_programme=PROGRAMME,
        default_timezone=str(ZONE),
        default_language="zh",
        currency="CNY",
    )


def _marks(app: App) -> list[tuple[str, str]]:
    """Each slot's name and when it opens."""
    return [(plan.name, plan.opens) for plan in app.programmes[PROGRAMME].slots]


def _this_morning() -> datetime:
    return datetime.combine(datetime.now(ZONE).date(), DAY_BEGINS, ZONE)


async def settle_in(found: Town) -> None:
    """Stock the shop's catalogue, and let Lin and Chen join and connect a group each."""
    app, world = found.app, found.world
    await _stock(found)
    invitation = await app.enrolling.invite(PROGRAMME, owner_id=None)
    lin = await _join(found, LIN, invitation.code)
    friend = await app.enrolling.invite_friend(lin.id)
    if isinstance(friend, TooMany):
        raise TemporaryError("The demo's promoter may not invite.")
    chen = await _join(found, CHEN, friend.code)
    for promoter, title in ((lin, GROUPS[0]), (chen, GROUPS[1])):
        await _connect(found, promoter, title)
    for telegram_id in (OUYANG, MEI):
        world.start(telegram_id)


async def _clear_desks(world: World) -> None:
    """Empty the private chats once the bot has answered: the day begins in any language."""
    for person_id, words in ((LIN, GROUPS[0]), (CHEN, GROUPS[1]), (OUYANG, ""), (MEI, "")):
        chat = world.private_chat(person_id)
        await _until(functools.partial(_answer, world, chat, words))
        chat.messages.clear()
    world.touch()


async def _answer(world: World, chat: Chat, words: str) -> object:
    said = [one for one in chat.messages.values() if one["from"]["id"] == world.bot["id"]]
    return said[-1] if said and words in said[-1].get("text", "") else None


async def _stock(found: Town) -> None:
    wish = FeedWish(marketplace=MARKETPLACE, currency=currency("CNY"))
    await found.app.refreshing.import_source(f"{found.url}/shop/feed.jsonl", wish)


async def _join(found: Town, telegram_id: int, code: str) -> Promoter:
    """Press Start with the code, and wait until the bot knows the promoter; training is waived."""
    found.world.start(telegram_id, code)
    await _until(lambda: found.app.enrolling.promoter_by_telegram(telegram_id))
    return await found.app.enrolling.unlock(telegram_id, by="demo", reason="trained in person")


async def _connect(found: Town, promoter: Promoter, title: str) -> None:
    assert promoter.telegram_id is not None  # noqa: S101 - the demo forgets nobody
    chat = found.world.new_group(
        title, promoter.telegram_id, member_ids=[MEI, OUYANG], member_count=MEMBERS
    )
    payload = await found.app.connecting.payload(promoter.id)
    found.world.add_bot(chat.id, promoter.telegram_id, payload=payload, rights=list(RIGHTS))
    await _until(lambda: found.app.connecting.group_by_chat(chat.id))


async def _until(look: Callable[[], Awaitable[object]]) -> None:
    """Wait until ``look`` finds something; the bot answers in its own time."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            # The database tells nobody that it changed.
            while await look() is None:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
    except TimeoutError as fault:
        raise TemporaryError("The demo's bot does not answer; is this machine busy?") from fault


async def _usher(found: Town, stop: asyncio.Event) -> None:
    """Move the clock on to each planned post: nobody waits half an hour to see a slot."""
    while not await _stopped(stop):
        async with found.app.database.read() as connection:
            due_at = await outbox.next_due_at(connection)
        if due_at is not None and due_at > found.clock.now():
            found.clock.advance(due_at - found.clock.now())


async def _keep_house(found: Town, stop: asyncio.Event) -> None:
    """After a leap of the clock do at once what the time between would have brought."""
    stocked_at = looked_at = found.clock.now()
    while not await _stopped(stop, GLANCE_SECONDS):
        now = found.clock.now()
        if now - stocked_at >= STOCK_EVERY:
            stocked_at = now
            await _stock(found)
        if now - looked_at >= LEAP:
            await found.app.settling.release_due()
        looked_at = now


async def _interpret(found: Town, stop: asyncio.Event) -> None:
    """Let the bot speak with people, and in their groups, as the page does."""
    heard: dict[int, tuple[str, int]] = {}
    while not await _stopped(stop):
        for person in [one for one in found.world.people.values() if one.has_started]:
            promoter = await found.app.enrolling.promoter_by_telegram(person.id)
            own = await found.app.connecting.groups_of(promoter.id) if promoter else []
            if heard.get(person.id) != (person.language_code, len(own)):
                heard[person.id] = (person.language_code, len(own))
                await _speak(found.app, person, own)


async def _speak(app: App, person: Person, own: Sequence[Group]) -> None:
    known = await app.enrolling.meet(person.id, person.first_name, person.language_code)
    await app.enrolling.set_language(known.id, person.language_code)
    for group in own:
        language = person.language_code.partition("-")[0]
        await app.connecting.set_language(group.id, language, by=known.id)


async def _hurry(clock: MovableClock, stop: asyncio.Event, *, is_fast: bool) -> None:
    """Let an hour pass in a minute if ``is_fast``, until ``stop``."""
    while not await _stopped(stop):
        if is_fast:
            clock.advance(timedelta(seconds=FAST_FACTOR - 1))


async def _stopped(stop: asyncio.Event, seconds: float = 1) -> bool:
    """Whether ``stop`` was set within the next ``seconds``."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()
