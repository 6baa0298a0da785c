"""R3: a post is never sent twice, whatever happens to the answers, and to the bot."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, update

from bot.domain.records import PersonId, PostState
from bot.services.posts.sending import UNCERTAIN_SHOWN, Sending
from storage.database import Database
from storage.tables import notices, people, posts
from tests import cast
from tests.bot.services.stand_ins import TEXTS, Sender
from tests.evidence import ENGINES, Line, World, at_least, exactly
from tests.evidence.killing import Child, Nursery, Work
from tests.evidence.posts import draining
from tests.evidence.posts.botapi import (
    BOT_ID,
    DEAD_PICTURE,
    FAULTS,
    NUMBERED,
    Telegram,
    standing,
)
from tests.evidence.posts.draining import Clock, Place

GROUPS = 48
AHEAD, AHEAD_QUICK = 300, 80
"""Posts that are planned whenever a worker is born: it never runs dry before it is killed."""
LIVES_SECONDS = (0.05, 0.7)
"""How long a worker may work before it is killed; where in its work that is, is chance."""
AN_HOUR = timedelta(hours=1)
"""A new worker begins when the leases of the one before have run out, some time later."""
HURRIED = 120.0
"""Seconds that pass in one where leases are to run out while a worker stands still."""
STALLS_SECONDS = (0.6, 1.0)
UNDER_WAY = (PostState.PLANNED, PostState.LEASED, PostState.SENDING)
FINISHING_SECONDS = 60.0
PICTURES = (None, None, None, "https://p.example.com/a.jpg", "https://p.example.com/b.jpg")
NURSERY = Nursery(["tests.evidence.posts", "aiosqlite", "asyncpg", "sqlalchemy.dialects.sqlite"])


@dataclass
class Street:
    """A database full of posts, a Telegram beside it, and what was seen of both."""

    database: Database
    database_url: str
    telegram: Telegram
    chance: random.Random
    ahead: int
    groups: list[Any] = field(default_factory=list)
    promoter_id: PersonId = PersonId(0)
    planted: int = 0
    hours: int = 0
    kills: int = 0
    kills_in_flight: int = 0
    unshown: int = 0
    """Uncertain posts that were not listed, or of which nobody was told."""
    settled: Counter[str] = field(default_factory=Counter)
    """What an operator found out about uncertain posts: "arrived" or "missing"."""

    def clock(self, speed: float = 1.0) -> Clock:
        """A clock from a moment at which every lease of before has run out."""
        self.hours += 1
        return Clock(cast.NOON + AN_HOUR * self.hours, time.time(), speed)

    async def set_stage(self) -> None:
        """Lin with her groups."""
        async with self.database.write() as connection:
            self.promoter_id = await cast.add_promoter(connection, cast.LIN, "Lin")
            await connection.execute(update(people).values(bot_id=BOT_ID))
            for number in range(GROUPS):
                chat_id = cast.SUNNY_COURT - number
                added = await cast.add_group(connection, self.promoter_id, chat_id, bot_id=BOT_ID)
                self.groups.append(added)
                self.telegram.chats.add(chat_id)

    async def plant(self, wanted: int) -> None:
        """Plan posts until ``wanted`` are waiting; each says its number."""
        waiting = await self.count(PostState.PLANNED, PostState.LEASED)
        rows = [self._post(self.planted + number) for number in range(wanted - waiting)]
        if rows:
            async with self.database.write() as connection:
                await connection.execute(insert(posts), rows)
            self.planted += len(rows)

    def _post(self, number: int) -> dict[str, Any]:
        picture = DEAD_PICTURE if number % 97 == 0 else self.chance.choice(PICTURES)
        rendered: dict[str, Any] = {
            "html": f"「广告」#{number}#",
            "image_url": picture,
            "buttons": [],
        }
        return {
            "group_id": self.groups[number % GROUPS],
            "promoter_id": self.promoter_id,
            "day": cast.NOON.date(),
            "slot": f"noon{number // GROUPS}",
            "ordinal": 1,
            "state": PostState.PLANNED,
            "due_at": cast.NOON,
            "closes_at": cast.NOON + timedelta(days=300),
            "rendered": rendered,
            "is_autopilot": True,
            "created_at": cast.NOON,
            "bot_id": BOT_ID,
        }

    async def born(
        self, work: Work, *, workers: int = 1, speed: float = 1.0, **given: bool
    ) -> list[Child]:
        """Workers that have begun; at once they say how many posts they found half-sent."""
        left = len(await self.left_sending())
        place = Place(self.database_url, self.telegram.url, self.clock(speed))
        children = [NURSERY.bear(work, place, *given.values()) for _ in range(workers)]
        recovered = [await child.heard() for child in children]
        if work is draining.drain:
            self.unshown += abs(sum(recovered) - left)
        return children

    async def kill(self, child: Child) -> None:
        """Kill a worker; count whether a post was on its way."""
        self.kills_in_flight += self.telegram.open_calls > 0
        self.kills += await child.kill()

    async def count(self, *states: PostState) -> int:
        """How many posts are in one of ``states``."""
        async with self.database.read() as connection:
            found = select(func.count()).where(posts.c.state.in_(states))
            return await connection.scalar(found) or 0

    async def left_sending(self) -> set[int]:
        """Posts that nobody is sending any more and that are not marked either."""
        async with self.database.read() as connection:
            found = select(posts.c.id).where(posts.c.state == PostState.SENDING)
            return {int(each) for each in await connection.scalars(found)}

    async def look(self, left: set[int]) -> None:
        """Count uncertain posts that are not shown, and those of ``left`` that are not one."""
        desk = Sending(self.database, Sender(), TEXTS, self.clock(), random.randbytes, BOT_ID)
        async with self.database.read() as connection:
            statement = select(posts.c.id).where(posts.c.state == PostState.UNCERTAIN)
            doubtful = {int(each) for each in await connection.scalars(statement)}
            keys = set(await connection.scalars(select(notices.c.key)))
        listed = {post.id for post in await desk.uncertain()}
        room = len(doubtful) <= UNCERTAIN_SHOWN
        self.unshown += len(left - doubtful)
        self.unshown += len(doubtful - listed) if room else UNCERTAIN_SHOWN - len(listed)
        self.unshown += sum(f"uncertain:{each}" not in keys for each in doubtful)

    async def settle(self) -> None:
        """An operator looks into the groups and settles whatever is uncertain."""
        desk = Sending(self.database, Sender(), TEXTS, self.clock(), random.randbytes, BOT_ID)
        while found := await desk.uncertain():
            for post in found:
                was_sent = self.telegram.delivered[_number(post.rendered.html)] > 0
                await desk.resolve(post.id, was_sent=was_sent, by="operator")
                self.settled["arrived" if was_sent else "missing"] += 1

    async def verdicts(self) -> Counter[str]:
        """How many posts are not as they must be, by what is wrong with them."""
        found: Counter[str] = Counter()
        async with self.database.read() as connection:
            columns = (posts.c.id, posts.c.state, posts.c.error, posts.c.rendered)
            rows = (await connection.execute(select(*columns))).all()
        for row in rows:
            times = self.telegram.delivered[_number(row.rendered["html"])]
            found["doubled"] += times > 1
            found["lost"] += not (
                (row.state == PostState.SENT and times > 0)
                or row.state == PostState.UNCERTAIN
                or (row.state == PostState.FAILED and times == 0 and bool(row.error))
            )
            found[row.state] += 1
        return found


async def kill_some(street: Street, cycles: int, work: Work, **given: bool) -> None:
    """Let one worker after the other begin, and kill each at some moment."""
    for _ in range(cycles):
        await street.plant(street.ahead)
        left = await street.left_sending()
        [child] = await street.born(work, **given)
        await street.look(left)
        await asyncio.sleep(street.chance.uniform(*LIVES_SECONDS))
        await street.kill(child)
        await street.telegram.quiet()
        await street.settle()


async def stall_some(street: Street, cycles: int, work: Work) -> int:
    """Let two workers work at once, stop one until its leases run out, kill both; how often."""
    stalls = 0
    for _ in range(cycles):
        await street.plant(street.ahead)
        children = await street.born(work, workers=2, speed=HURRIED)
        await street.telegram.busy()
        await asyncio.sleep(street.chance.uniform(*LIVES_SECONDS) / 2)
        stalls += street.telegram.open_calls > 0
        children[0].stall()
        await asyncio.sleep(street.chance.uniform(*STALLS_SECONDS))
        children[0].wake()
        await asyncio.sleep(street.chance.uniform(*LIVES_SECONDS))
        for child in children:
            await street.kill(child)
        await street.telegram.quiet()
        await street.settle()
    return stalls


async def finish(street: Street, **given: bool) -> None:
    """Let a worker work until nothing waits and nothing is on its way; then one more looks."""
    for _ in range(2):
        [child] = await street.born(draining.drain, **given)
        ends = time.monotonic() + FINISHING_SECONDS
        while await street.count(*UNDER_WAY) and time.monotonic() < ends:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await child.kill()
        await street.telegram.quiet()
        await street.settle()


async def never_twice(world: World) -> AsyncIterator[Line]:
    """R3 on both engines, with two workers on PostgreSQL, and the two naive senders."""
    for engine in ENGINES:
        async with opened(world, engine, "posts") as street:
            kills = world.of(200, 5)
            await kill_some(street, kills, draining.drain)
            await finish(street)
            async for line in told(street, f"R3.{engine}", world.of(20, 0)):
                yield line
            yield at_least(f"R3.{engine}.kills", street.kills, kills)
            yield at_least(f"R3.{engine}.kills_in_flight", street.kills_in_flight, world.of(30, 2))
    async with opened(world, "postgresql", "two") as street:
        stalls = await stall_some(street, world.of(30, 3), draining.drain)
        await finish(street)
        async for line in told(street, "R3.two_workers", world.of(5, 0)):
            yield line
        yield at_least("R3.two_workers.stalls_in_flight", stalls, world.of(20, 1))
    async with opened(world, "sqlite", "naive") as street:
        await kill_some(street, world.of(10, 2), draining.drain, is_naive=True)
        await finish(street, is_naive=True)
        doubled = (await street.verdicts())["doubled"]
        yield at_least("R3.control.retry_after_time_out.doubled", doubled, 1)
    async with opened(world, "postgresql", "fenceless") as street:
        await stall_some(street, world.of(6, 3), draining.drain_fenceless)
        doubled = (await street.verdicts())["doubled"]
        yield at_least("R3.control.lease_without_fence.doubled", doubled, 1)


async def told(street: Street, name: str, faults: int) -> AsyncIterator[Line]:
    """What came of a street: the figures promised, and that the faults happened."""
    found = await street.verdicts()
    yield exactly(f"{name}.doubled", found["doubled"], 0)
    yield exactly(f"{name}.lost", found["lost"], 0)
    yield exactly(f"{name}.uncertain_not_shown", street.unshown, 0)
    yield exactly(f"{name}.calls_not_understood", len(street.telegram.strange), 0)
    fewest = min(street.telegram.faults[fault] for fault in FAULTS)
    yield at_least(f"{name}.faults_of_the_rarest_kind", fewest, faults)
    yield Line(f"{name}.posts", street.planted, "told", is_met=True)
    arrived, missing = street.settled["arrived"], street.settled["missing"]
    share = f"{arrived}/{arrived + missing}"
    yield Line(f"{name}.uncertain_that_had_arrived", share, "told", is_met=True)


@asynccontextmanager
async def opened(world: World, engine: str, name: str) -> AsyncIterator[Street]:
    """A fresh street on one engine."""
    chance = random.Random(f"{world.seed}/{engine}/{name}")  # noqa: S311 - faults, no secrets
    url = await world.database_url(engine, name)
    database = Database(url)
    async with standing(chance) as telegram:
        street = Street(database, url, telegram, chance, world.of(AHEAD, AHEAD_QUICK))
        await street.set_stage()
        yield street
    await database.close()


def _number(html: str) -> int:
    found = NUMBERED.search(html)
    assert found is not None
    return int(found[1])


PROMISES = {"R3": never_twice}
