"""R16: a fleet of processes over one PostgreSQL loses nothing, doubles nothing, takes over."""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import text

from storage.database import Database
from storage.leading import Pace, key_of
from tests.evidence import Line, Proof, World, at_least, at_most, exactly
from tests.evidence.fleet.cargo import Cargo, State, load, state
from tests.evidence.fleet.ships import BOTS, Fleet
from tests.evidence.fleet.streams import Books, Streams, compare
from tests.evidence.fleet.telegram import WINDOW_SECONDS, Telegram, standing

PLACES = ("clock", *(f"{kind}:{bot_id}" for kind in ("chat", "outbox") for bot_id in BOTS))
PER_SECOND = 30
JITTER = 1.2
"""What a busy machine may push together on the way to Telegram, within WINDOW_SECONDS."""
REBORN_SECONDS = (0.5, 3.0)
TAKEN_OVER_SECONDS = 12.0
"""A beat, the lease of the one before, and time for a busy machine."""
PATIENCE_SECONDS = 60.0


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
            found = await state(self.fleet.database_url, self.cargo)
            if not found.left and not found.slots_missed:
                return
            await asyncio.sleep(0.5)

    async def _until(self, look: Callable[[], bool]) -> None:
        """Wait for what other processes do, and cannot tell us."""
        ends = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < ends and not look():  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.1)


@asynccontextmanager
async def sailing(world: World, *, posts: int, slots: int, seconds: float) -> AsyncIterator[Voyage]:
    """A fleet of eight processes and two bots, at work."""
    database_url = await world.postgres.fresh()
    async with standing(*BOTS) as telegram:
        cargo = await load(database_url, count=posts, slots=slots, seconds=seconds)
        fleet = Fleet(database_url, telegram.url, world.folder)
        streams = Streams(fleet, telegram, cargo.codes, Random(world.seed))  # noqa: S311
        fleet.launch()
        try:
            yield Voyage(fleet, telegram, cargo, streams, Watch(database_url))
        finally:
            await fleet.sink()


async def fleet(world: World) -> AsyncIterator[Line]:
    """R16: eight processes of two bots, any of them killed at any time."""
    kills = world.of(32, 2)
    chance = Random(world.seed)  # noqa: S311 - a run that can be repeated
    seconds = world.of(180, 6)
    posts, slots = world.of(3600, 120), world.of(400, 10)
    async with sailing(world, posts=posts, slots=slots, seconds=seconds) as v:
        await v.under_fire(chance, kills=kills, every_seconds=world.of(4, 1))
        found = await state(v.fleet.database_url, v.cargo)
        books = await compare(v.fleet.database_url, v.streams)
        for line in told(v, found, books, kills):
            yield line
    async for line in naive(world):
        yield line


def told(v: Voyage, found: State, books: Books, kills: int) -> list[Line]:
    """What is promised of a voyage."""
    doubled = sum(count > 1 for count in v.telegram.delivered.values())
    unanswered = v.telegram.asked - v.telegram.answered.keys()
    delivered = sum(v.telegram.delivered[code] > 0 for code in v.cargo.codes)
    gaps = v.watch.gaps or [0.0]
    limit = PER_SECOND * WINDOW_SECONDS * JITTER
    return [
        at_least("R16.kills", v.fleet.kills, kills),
        at_least("R16.requests_cut_off", v.streams.again, 1),
        exactly("R16.posts.lost", found.left, 0),
        exactly("R16.posts.doubled", doubled, 0),
        at_least("R16.posts.sent", found.sent, 1),
        at_most("R16.posts.uncertain", found.uncertain, v.fleet.kills * 64),
        at_least("R16.posts.delivered", delivered, found.sent),
        at_most(f"R16.posts.most_in_{WINDOW_SECONDS:g}_s_by_one_bot", v.telegram.busiest(), limit),
        exactly("R16.slots.missed", found.slots_missed, 0),
        exactly("R16.slots.with_wrong_posts", found.slot_posts_wrong, 0),
        at_least("R16.clicks.answered", v.streams.followed.total(), 100),
        exactly("R16.clicks.lost", books.clicks_lost, 0),
        at_least("R16.postbacks.answered", len(v.streams.taken), 100),
        exactly("R16.postbacks.lost", books.orders_lost, 0),
        exactly("R16.postbacks.doubled", books.orders_doubled, 0),
        exactly("R16.books.unbalanced", books.unbalanced, 0),
        exactly("R16.people.unanswered", len(unanswered), 0),
        exactly("R16.polls.collided", v.telegram.collisions, 0),
        at_least("R16.takeovers", len(gaps), 1),
        at_most("R16.takeover.seconds.median", statistics.median(gaps), TAKEN_OVER_SECONDS),
        at_most("R16.takeover.seconds.most", max(gaps), TAKEN_OVER_SECONDS),
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
