"""R16: a fleet of processes over one PostgreSQL loses nothing, doubles nothing, takes over."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import text

from storage.database import Database
from storage.leading import Pace, key_of
from tests.evidence import Line, Proof, World, at_least, at_most, exactly
from tests.evidence.fleet.bouncer import bounced, program
from tests.evidence.fleet.cargo import Cargo, State, load, state
from tests.evidence.fleet.ships import BOTS, Fleet
from tests.evidence.fleet.streams import Books, Streams, compare
from tests.evidence.fleet.telegram import WINDOW_SECONDS, Telegram, standing

PLACES = ("clock", *(f"{kind}:{bot_id}" for kind in ("chat", "outbox") for bot_id in BOTS))
PER_SECOND = 30
JITTER = 1.4
"""What a busy machine may push together on the way to Telegram, within WINDOW_SECONDS."""
AT_ONCE = 64
"""Posts that one outbox may have on their way when it is killed."""
REBORN_SECONDS = (0.5, 3.0)
TAKEN_OVER_SECONDS = 12.0
"""A beat, the lease of the one before, and time for a busy machine."""
PATIENCE_SECONDS = 90.0


@dataclass
class Watch:
    """Looks who holds each place, as the server knows it."""

    database_url: str
    gaps: list[float] = field(default_factory=list)
    """How long a place was without a holder that may act, in seconds."""
    held: set[str] = field(default_factory=set)

    async def keep(self, is_over: asyncio.Event) -> None:
        """Look ten times a second."""
        database, names = Database(self.database_url), {key_of(name): name for name in PLACES}
        holders: dict[str, int] = {}
        freed: dict[str, float] = {}
        while not is_over.is_set():
            async with database.read() as connection:
                rows = await connection.execute(text(_HOLDERS))
                found = {names[key]: pid for key, pid in rows if key in names}
            now = time.monotonic()
            for name in holders.keys() - found.keys():
                freed.setdefault(name, now)
            for name, pid in found.items():
                if name in holders and holders[name] != pid:
                    freed.setdefault(name, now)
                if name in freed:
                    self.gaps.append(now - freed.pop(name) + Pace().lease_seconds)
            holders, self.held = found, set(found)
            await asyncio.sleep(0.1)
        await database.close()


_HOLDERS = """
SELECT (classid::bigint << 32) | objid::bigint, pid FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND mode = 'ExclusiveLock'
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@dataclass
class Voyage:
    """One run of a fleet under load, and what came of it."""

    fleet: Fleet
    telegram: Telegram
    cargo: Cargo
    streams: Streams
    watch: Watch

    async def told(self, name: str, world: World, *, kills: int) -> list[Line]:
        """Go through it, then look what is there."""
        chance = Random(world.seed)  # noqa: S311 - a run that can be repeated
        await self.under_fire(chance, kills=kills, every_seconds=world.of(4, 1))
        found = await state(self.watch.database_url, self.cargo)
        books = await compare(self.watch.database_url, self.streams)
        return lines(name, self, found, books, kills)

    async def under_fire(self, chance: Random, *, kills: int, every_seconds: float) -> None:
        """Kill any one of the processes again and again, each is born anew a little later."""
        is_over = asyncio.Event()
        works = [
            asyncio.create_task(self.streams.flow(is_over)),
            asyncio.create_task(self.watch.keep(is_over)),
        ]
        try:
            await self._until(lambda: len(self.watch.held) == len(PLACES))
            for _ in range(kills):
                name = await self.fleet.kill(chance)
                await asyncio.sleep(chance.uniform(*REBORN_SECONDS))
                self.fleet.start(name)
                await asyncio.sleep(every_seconds)
            await self._until_done()
        finally:
            is_over.set()
            await asyncio.gather(*works)
        await self._until(lambda: not self.telegram.asked - self.telegram.answered.keys())

    async def _until_done(self) -> None:
        """Wait until every post is sent or in doubt and every slot has run."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends:
            found = await state(self.watch.database_url, self.cargo)
            if not (found.left or found.sending or found.slots_missed):
                return
            await asyncio.sleep(0.5)

    async def _until(self, look: Callable[[], bool]) -> None:
        """Wait for what other processes do, and cannot tell us."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends and not look():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.1)


@asynccontextmanager
async def sailing(
    world: World, *, posts: int, slots: int, seconds: float, is_bounced: bool = False
) -> AsyncIterator[Voyage]:
    """A fleet of eight processes and two bots, at work; with a PgBouncer before the database."""
    database_url = await world.postgres.fresh()
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(standing(*BOTS))
        cargo = await load(database_url, count=posts, slots=slots, seconds=seconds)
        theirs = database_url
        if is_bounced:
            theirs = await stack.enter_async_context(bounced(database_url, world.folder))
        fleet = Fleet(theirs, telegram.url, world.folder)
        streams = Streams(fleet, telegram, cargo.codes, Random(world.seed))  # noqa: S311
        stack.push_async_callback(fleet.sink)
        fleet.launch()
        yield Voyage(fleet, telegram, cargo, streams, Watch(database_url))


async def fleet(world: World) -> AsyncIterator[Line]:
    """R16: eight processes of two bots, any of them killed at any time."""
    posts, slots = world.of(3600, 120), world.of(400, 10)
    async with sailing(world, posts=posts, slots=slots, seconds=world.of(180, 6)) as voyage:
        for line in await voyage.told("R16", world, kills=world.of(32, 2)):
            yield line
    if program() is not None:
        posts, slots = world.of(600, 60), world.of(60, 5)
        async with sailing(
            world, posts=posts, slots=slots, seconds=world.of(30, 3), is_bounced=True
        ) as voyage:
            for line in await voyage.told("R16.pgbouncer", world, kills=world.of(8, 2)):
                yield line
    async for line in naive(world):
        yield line


def lines(name: str, v: Voyage, found: State, books: Books, kills: int) -> list[Line]:
    """What is promised of a voyage."""
    doubled = sum(count > 1 for count in v.telegram.delivered.values())
    unanswered = v.telegram.asked - v.telegram.answered.keys()
    delivered = sum(v.telegram.delivered[code] > 0 for code in v.cargo.codes)
    gaps = v.watch.gaps or [0.0]
    limit = PER_SECOND * WINDOW_SECONDS * JITTER
    return [
        at_least(f"{name}.kills", v.fleet.kills, kills),
        at_least(f"{name}.requests_cut_off", v.streams.again, 1),
        exactly(f"{name}.posts.lost", found.left + found.sending, 0),
        exactly(f"{name}.posts.doubled", doubled, 0),
        at_least(f"{name}.posts.sent", found.sent, 1),
        at_most(f"{name}.posts.uncertain", found.uncertain, v.fleet.kills * AT_ONCE),
        at_least(f"{name}.posts.delivered", delivered, found.sent),
        at_most(f"{name}.posts.most_in_3_s_by_one_bot", v.telegram.busiest(), limit),
        exactly(f"{name}.slots.missed", found.slots_missed, 0),
        exactly(f"{name}.slots.with_wrong_posts", found.slot_posts_wrong, 0),
        at_least(f"{name}.clicks.answered", v.streams.followed.total(), kills),
        exactly(f"{name}.clicks.lost", books.clicks_lost, 0),
        at_least(f"{name}.postbacks.answered", len(v.streams.taken), kills),
        exactly(f"{name}.postbacks.lost", books.orders_lost, 0),
        exactly(f"{name}.postbacks.doubled", books.orders_doubled, 0),
        exactly(f"{name}.books.unbalanced", books.unbalanced, 0),
        exactly(f"{name}.people.unanswered", len(unanswered), 0),
        exactly(f"{name}.polls.collided", v.telegram.collisions, 0),
        at_least(f"{name}.takeovers", len(gaps), 1),
        at_most(f"{name}.takeover.seconds.median", statistics.median(gaps), TAKEN_OVER_SECONDS),
        at_most(f"{name}.takeover.seconds.most", max(gaps), TAKEN_OVER_SECONDS),
    ]


async def naive(world: World) -> AsyncIterator[Line]:
    """The control: processes that ask nobody whether they may."""
    database_url = await world.postgres.fresh()
    async with standing(*BOTS) as telegram:
        cargo = await load(database_url, count=world.of(1600, 1200), slots=0, seconds=0.001)
        ships = Fleet(
            database_url, telegram.url, world.folder, parts=("chat", "outbox"), is_naive=True
        )
        ships.launch()
        ends = time.monotonic() + PATIENCE_SECONDS
        # The database tells nobody that it changed.
        while (  # noqa: ASYNC110
            await state(database_url, cargo)
        ).left and time.monotonic() < ends:
            await asyncio.sleep(0.5)
        await ships.sink()
    yield at_least("R16.control.polls_collided", telegram.collisions, 1)
    over = telegram.busiest() / (PER_SECOND * WINDOW_SECONDS)
    yield at_least("R16.control.pace_over_budget", over, JITTER)


PROMISES: Mapping[str, Proof] = {"R16": fleet}
