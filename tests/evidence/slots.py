"""R4: a slot runs exactly once: a year of eight zones, with restarts, stalls and two workers."""

import asyncio
import itertools
import logging
import os
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import func, select, update

from bot.domain.posts.slots import window
from bot.domain.programmes import Programme, SlotPlan
from bot.services.posts.publishing import Publishing
from bot.services.posts.scheduling import Scheduling
from storage.database import Database
from storage.tables import offers, posts, slot_runs
from tests import cast
from tests.bot.services.stand_ins import PROGRAMMES, TEXTS, Clock
from tests.evidence import ENGINES, Line, World, at_least, exactly
from tests.evidence.killing import Nursery, Wire

ZONES = (
    "Europe/Berlin", "America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Shanghai",
    "America/Sao_Paulo", "Asia/Kolkata", "UTC",
)  # fmt: skip
BEGINS = datetime(2018, 1, 1, 12, tzinfo=UTC)
"""The last year in which São Paulo changed its clocks, and at midnight; all the others do, too."""
DAYS, DAYS_QUICK, DAYS_BEYOND = 366, 8, 2
"""Beyond: a last stall may end that much later."""
QUARTER = timedelta(minutes=15)
"""Every change of a clock in these zones is at a quarter of an hour."""
PLANS = (
    SlotPlan("midnight", "00:15", "02:45"),
    SlotPlan("gap", "02:15", "04:00"),
    SlotPlan("noon", "12:00", "13:30", (0, 1, 2, 3, 4)),
    SlotPlan("late", "23:30", "00:45"),
)
"""Slots in the hours that clocks skip and repeat, one over midnight, one on workdays alone."""
PACES = ((45, 75), (120, 240), (300, 1800))
"""Minutes from one tick to the next: mostly a short while, sometimes a stall of hours."""
PROGRAMME = replace(
    PROGRAMMES["fenxiang"],
    slots=PLANS, picks_per_slot=1, repeat_days=1, freshness_hours=10**6,
)  # fmt: skip
NURSERY = Nursery(["tests.evidence.slots", "aiosqlite", "asyncpg", "sqlalchemy.dialects.sqlite"])

Key = tuple[str, date, str]
"""Zone, local day, slot."""


@dataclass(frozen=True)
class Opening:
    """A window as the model sees it; aware UTC."""

    opens_at: datetime
    closes_at: datetime


@dataclass
class Year:
    """What the ticks of a year were, and what may have happened at those that were cut off."""

    done: list[datetime]
    """Ticks that a worker finished."""
    cut: list[datetime]
    """Ticks in which every worker was killed."""
    kills: int = 0
    stalls: int = 0


async def exactly_once(world: World) -> AsyncIterator[Line]:
    """R4 on both engines, against a model that reads the clocks minute by minute; and cron."""
    days = world.of(DAYS, DAYS_QUICK)
    begins = BEGINS if not world.is_quick else datetime(2018, 10, 24, 12, tzinfo=UTC)
    wanted = dict(model(begins, days + DAYS_BEYOND))
    yield exactly("R4.windows_unlike_the_model", sum(_differs(*each) for each in wanted.items()), 0)
    databases = [Database(await world.database_url(engine, "slots")) for engine in ENGINES]
    for database in databases:
        await _stage(database, begins)
    # Both at once: each year is one process after the other, and there are two processors.
    years = await asyncio.gather(*(_lived(each, world, begins, days) for each in databases))
    for engine, database, year in zip(ENGINES, databases, years, strict=True):
        async for line in _judged(database, f"R4.{engine}", year, wanted, world):
            yield line
        await database.close()
    yield at_least("R4.control.cron_trigger.missed_or_double", _by_cron(wanted, begins, days), 1)


# ---------------------------------------------------------------- the model


def model(begins: datetime, days: int) -> Iterator[tuple[Key, Opening]]:
    """Every window that opens within ``days`` from ``begins``, by looking at each zone's clock.

    A window opens at the first instant at which the clock on the wall shows its time or more.
    """
    steps = int((timedelta(days=days + 4)) / QUARTER)
    instants = [begins - timedelta(days=2) + QUARTER * step for step in range(steps)]
    for name in ZONES:
        zone = ZoneInfo(name)
        first: dict[datetime, datetime] = {}
        latest = datetime.min  # noqa: DTZ901 - what a wall shows has no zone
        for at in instants:
            wall = at.astimezone(zone).replace(tzinfo=None)
            # Whatever the clock jumps over is shown when it lands.
            while latest < wall:
                latest = wall if latest == datetime.min else latest + QUARTER  # noqa: DTZ901
                first.setdefault(latest, at)
        yield from _windows(name, first, begins, begins + timedelta(days=days))


def _windows(
    name: str, first: Mapping[datetime, datetime], begins: datetime, ends: datetime
) -> Iterator[tuple[Key, Opening]]:
    for day in sorted({wall.date() for wall in first}):
        for plan in PLANS:
            opens = datetime.combine(day, datetime.strptime(plan.opens, "%H:%M").time())  # noqa: DTZ007
            closes = datetime.combine(day, datetime.strptime(plan.closes, "%H:%M").time())  # noqa: DTZ007
            closes += timedelta(days=plan.closes < plan.opens)
            if day.weekday() not in plan.days or opens not in first or closes not in first:
                continue
            found = Opening(first[opens], first[closes])
            if found.closes_at > begins and found.opens_at <= ends:
                yield (name, day, plan.name), found


def _differs(key: Key, opening: Opening) -> bool:
    """Whether the product's arithmetic says another window than the clocks do."""
    [plan] = [plan for plan in PLANS if plan.name == key[2]]
    found = window(plan, key[1], ZoneInfo(key[0]))
    return (found.opens_at, found.closes_at) != (opening.opens_at, opening.closes_at)


def _by_cron(wanted: Mapping[Key, Opening], begins: datetime, days: int) -> int:
    """Days on which APScheduler's cron fires not at all, or twice."""
    fired: Counter[Key] = Counter()
    for name, plan in itertools.product(ZONES, PLANS):
        hour, minute = map(int, plan.opens.split(":"))
        on = ",".join(map(str, plan.days))
        zone = ZoneInfo(name)
        trigger = CronTrigger(day_of_week=on, hour=hour, minute=minute, timezone=zone)
        found = trigger.get_next_fire_time(None, begins.astimezone(zone))
        for _ in range(2 * days):
            if found >= begins + timedelta(days=days):
                break
            fired[name, found.date(), plan.name] += 1
            later = (found.astimezone(UTC) + timedelta(seconds=1)).astimezone(zone)
            found = trigger.get_next_fire_time(found, later)
    ends = begins + timedelta(days=days)
    within = [key for key, each in wanted.items() if begins < each.opens_at < ends]
    return sum(fired[key] != 1 for key in within)


# ---------------------------------------------------------------- a year


async def _stage(database: Database, begins: datetime) -> None:
    async with database.write() as connection:
        lin = await cast.add_promoter(connection, cast.LIN, "Lin")
        for number, zone in enumerate(ZONES):
            await cast.add_group(connection, lin, cast.SUNNY_COURT - number, timezone=zone)
        for number in range(1, 13):
            await cast.add_offer(connection, f"p-{number}")
        await connection.execute(update(offers).values(added_at=begins, seen_at=begins))
    await Scheduling(database, {"fenxiang": PROGRAMME}, lambda: begins).adopt()


async def _lived(database: Database, world: World, begins: datetime, days: int) -> Year:
    """Let the year pass in shifts of one or two workers, each killed in the middle of a tick."""
    chance = random.Random(world.seed)  # noqa: S311 - stalls and kills, no secrets
    url = database.url.set(drivername=database.url.get_backend_name())
    address = url.render_as_string(hide_password=False)
    ticks, year = [begins], Year([], [])
    while ticks[-1] < begins + timedelta(days=days):
        pace = chance.choices(PACES, (96, 4, 0.5))[0]
        year.stalls += pace[0] >= 120
        ticks.append(ticks[-1] + timedelta(minutes=chance.randint(*pace)))
    place = 0
    while place < len(ticks):
        shift = ticks[place : place + chance.randint(30, 90)]
        child = NURSERY.bear(tick_on, address, shift, chance.choice((1, 1, 2)))
        finished = 0
        for _ in range(chance.randint(1, len(shift))):
            finished = await child.heard() + 1
        if finished < len(shift):
            await asyncio.sleep(chance.uniform(0, 0.02))
            finished = max([finished, *(number + 1 for number in await child.kill_and_hear())])
            year.kills += 1
            # The tick that was cut off is not made again: the next worker begins later.
            year.cut += ticks[place + finished : place + finished + 1]
        year.done += ticks[place : place + finished]
        place += finished + 1
    return year


async def tick_on(wire: Wire, url: str, ticks: Sequence[datetime], workers: int) -> None:
    """Be the clock of ``haowu run`` at each of ``ticks``; say the number of each that is over."""
    logging.disable(logging.CRITICAL)
    clock = Clock(ticks[0])
    programmes: dict[str, Programme] = {"fenxiang": PROGRAMME}
    databases = [Database(url) for _ in range(workers)]
    working = [
        Publishing(database, programmes, TEXTS, clock, os.urandom, "https://haowu.example")
        for database in databases
    ]
    scheduling = Scheduling(databases[0], programmes, clock)
    await scheduling.adopt()
    for number, at in enumerate(ticks):
        clock.at = at
        while any(await asyncio.gather(*(each.plan_due() for each in working))):
            pass
        wire.say(number)
    for database in databases:
        await database.close()


# ---------------------------------------------------------------- what came of it


async def _judged(
    database: Database, name: str, year: Year, wanted: Mapping[Key, Opening], world: World
) -> AsyncIterator[Line]:
    due = {key: each for key, each in wanted.items() if each.opens_at <= year.done[-1]}
    last = max(year.done[-1], *year.cut[-1:])
    may_run = {key for key, each in wanted.items() if each.opens_at <= last}
    ran, posted = await _ran(database), await _posted(database)
    missed = due.keys() - ran.keys()
    yield at_least(f"{name}.slots", len(due), world.of(9_000, 150))
    yield exactly(f"{name}.missed", len(missed), 0)
    yield exactly(f"{name}.never_to_run", len(ran.keys() - may_run), 0)
    doubled = sum(count > 1 for count in posted.values())
    yield exactly(f"{name}.double", doubled, 0)
    wrong = Counter(_verdict(due[key], ran[key], posted[key], year) for key in due if key in ran)
    yield exactly(f"{name}.wrong_outcome", wrong["wrong"], 0)
    yield Line(f"{name}.too_late_by_a_stall", wrong["late"], "told", is_met=True)
    yield at_least(f"{name}.kills_within_a_tick", year.kills, world.of(60, 1))
    yield at_least(f"{name}.stalls_of_hours", year.stalls, world.of(100, 3))


def _verdict(opening: Opening, outcome: str, count: int, year: Year) -> str:
    """Whether a slot came to what the ticks within its window let it come to."""
    is_seen = any(opening.opens_at <= at < opening.closes_at for at in year.done)
    may_be_seen = any(opening.opens_at <= at < opening.closes_at for at in year.cut)
    if outcome == "planned" and count == 1 and (is_seen or may_be_seen):
        return "planned"
    return "late" if outcome == "late" and count == 0 and not is_seen else "wrong"


async def _ran(database: Database) -> dict[Key, str]:
    columns = (slot_runs.c.group_id, slot_runs.c.day, slot_runs.c.slot, slot_runs.c.outcome)
    async with database.read() as connection:
        rows = (await connection.execute(select(*columns))).all()
    return {(ZONES[row.group_id - 1], row.day, row.slot): row.outcome for row in rows}


async def _posted(database: Database) -> Counter[Key]:
    columns = (posts.c.group_id, posts.c.day, posts.c.slot)
    statement = select(*columns, func.count().label("count")).group_by(*columns)
    async with database.read() as connection:
        rows = (await connection.execute(statement)).all()
    return Counter({(ZONES[row.group_id - 1], row.day, row.slot): row.count for row in rows})


PROMISES = {"R4": exactly_once}
