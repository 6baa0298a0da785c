"""Growing: tasks verified by stored facts, each told once; levels that follow from them."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.growth.levels import Level, Rung, Task, rung_of
from bot.domain.growth.progress import Facts, Step, advance, marks, reached
from bot.domain.growth.wording import CARDS_OF_A_LEVEL, grown
from bot.domain.programmes import Programme
from bot.domain.records import PersonId, PromoterStatus
from bot.errors import NotAllowedError
from bot.services.growth.outcomes import Progress
from storage import variables
from storage.database import Connection, Database
from storage.growth import facts as stored
from storage.growth import mentors
from storage.people import lessons, people
from storage.posts import notices

CURSOR = "growth"
BATCH = 500
"""Promoters of one look; a pass over ten thousand takes twenty of them."""
REST = timedelta(minutes=5)
"""From the beginning of one pass to the beginning of the next, at least."""


RELAYS_KEPT_FOR = timedelta(days=30)
"""So long something that a mentor was asked may be answered."""


@dataclass
class Resting:
    """Until when nothing is due: asked before the database is."""

    until: datetime | None = None


@dataclass(frozen=True)
class Growing:
    """Levels of promoters; nothing here reads or changes what anybody is paid."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    resting: Resting = field(default_factory=Resting)

    async def progress(self, promoter_id: PersonId) -> Progress:
        """How far a promoter is by now; what is found done is kept, and needs no notice.

        Raises NotAllowedError for whoever is no promoter.
        """
        async with self.database.read() as connection:
            promoter = await people.find_promoter(connection, promoter_id)
            if promoter is None:
                raise NotAllowedError("Levels are for promoters.")
            rungs = self.programmes[promoter.programme].rungs
            done = (await stored.list_done(connection, [promoter_id]))[promoter_id]
            facts = await self._facts(connection, {promoter_id: (rungs, done)})
        step = advance(rungs, done, facts[promoter_id])
        if step.fresh:
            async with self.database.write() as connection:
                await self._keep(connection, promoter_id, rungs, promoter.level, facts)
        now_done = frozenset({*done, *(mark.key for mark in step.fresh)})
        level = level_of(rungs, now_done, promoter.level)
        return Progress(rungs, now_done, level, step, _next_card(now_done, level))

    async def previewed(self, promoter_id: PersonId) -> None:
        """The promoter looked at a post before it went out; the first time counts."""
        await self._note(promoter_id, stored.PREVIEW)

    async def opened_card(self, promoter_id: PersonId, level: Level, number: int) -> None:
        """The promoter opened a tutorial."""
        await self._note(promoter_id, _card(level, number))

    async def evaluate(self) -> int:
        """Look at the next promoters of the running pass; how many were looked at.

        A pass goes by ids, remembers where it is, and begins again no sooner than REST after it
        began: what it costs does not grow with how often it is asked.
        """
        now = self.now()
        if self.resting.until is not None and now < self.resting.until:
            return 0
        async with self.database.read() as connection:
            kept = await variables.find(connection, CURSOR)
            after, since = _read_cursor(kept, now)
            if after == 0 and kept is not None and now - since < REST:
                self.resting.until = since + REST
                return 0
            began = since if after else now
            batch = await stored.list_growing(connection, PersonId(after), BATCH)
            rows = [row for row in batch if row[1] in self.programmes]
            done = await stored.list_done(connection, [row[0] for row in rows])
            known = {row[0]: (self.programmes[row[1]].rungs, done[row[0]]) for row in rows}
            facts = await self._facts(connection, known)
        levels = {row[0]: row[2] for row in rows}
        rising = [
            promoter
            for promoter, (rungs, before) in known.items()
            if advance(rungs, before, facts[promoter]).fresh
        ]
        last = batch[-1][0] if len(batch) == BATCH else 0
        async with self.database.write() as connection:
            for promoter in rising:
                rungs = known[promoter][0]
                step = await self._keep(connection, promoter, rungs, levels[promoter], facts)
                if step.fresh:
                    await notices.add(connection, [grown(promoter, step, rungs)], now)
            if not last:
                await mentors.forget_relays(connection, now - RELAYS_KEPT_FOR)
            cursor = json.dumps({"after": last, "since": began.isoformat()})
            await variables.set(connection, CURSOR, cursor)
        return len(batch)

    async def _keep(
        self,
        connection: Connection,
        promoter_id: PersonId,
        rungs: tuple[Rung, ...],
        level: str,
        facts: Mapping[PersonId, Facts],
    ) -> Step:
        """Keep what is done, judged again under the lock: another may have kept it just now."""
        await people.lock(connection, promoter_id)
        done = (await stored.list_done(connection, [promoter_id]))[promoter_id]
        step = advance(rungs, done, facts[promoter_id])
        for mark in step.fresh:
            await lessons.mark(connection, promoter_id, mark.key, self.now())
        if step.rose_to is not None and _is_above(step.rose_to, level):
            await stored.mark_level(connection, promoter_id, step.rose_to)
        return step

    async def _facts(
        self,
        connection: Connection,
        known: Mapping[PersonId, tuple[tuple[Rung, ...], Collection[str]]],
    ) -> dict[PersonId, Facts]:
        """What is counted of each, as far as an open task asks for it."""
        asked: dict[Task, list[PersonId]] = {}
        for promoter, (rungs, done) in known.items():
            for task in {mark.task for mark in marks(rungs) if mark.key not in done}:
                asked.setdefault(task, []).append(promoter)
        counts: dict[PersonId, dict[Task, int]] = {promoter: {} for promoter in known}
        gone: dict[PersonId, int] = {}
        for task, ids in asked.items():
            if task == Task.ORDERS:
                orders = await stored.count_orders(connection, ids)
                gone = {promoter: number for promoter, (_, number) in orders.items()}
                found = {promoter: number for promoter, (number, _) in orders.items()}
            else:
                found = await stored.count(connection, task, ids)
            for promoter, number in found.items():
                counts[promoter][task] = number
        return {promoter: Facts(counts[promoter], gone.get(promoter, 0)) for promoter in known}

    async def _note(self, promoter_id: PersonId, lesson: str) -> None:
        async with self.database.read() as connection:
            if lesson in await lessons.list_done(connection, promoter_id):
                return
        async with self.database.write() as connection:
            promoter = await people.find_promoter(connection, promoter_id)
            if promoter is not None and promoter.status != PromoterStatus.SUSPENDED:
                await lessons.mark(connection, promoter_id, lesson, self.now())


def invitations_limit(programme: Programme, level: str) -> int:
    """How many codes a promoter of ``level`` may have open at a time."""
    return rung_of(programme.rungs, level).invitations


def level_of(rungs: tuple[Rung, ...], done: Collection[str], kept: str) -> Level | None:
    """The level that counts: reached by tasks, or kept from when a programme asked for less."""
    order = (None, *Level)
    stored_level = Level(kept) if kept in (Level.MIDDLE, Level.SENIOR) else None
    return max(reached(rungs, done), stored_level, key=order.index)


def _is_above(level: Level, kept: str) -> bool:
    order = [each.value for each in Level]
    return kept not in order or order.index(level) > order.index(kept)


def _card(level: Level, number: int) -> str:
    return f"card:{level}:{number}"


def _next_card(done: Collection[str], level: Level | None) -> tuple[Level, int] | None:
    """The first tutorial not opened: of the levels reached, and of the one that is worked on."""
    order = list(Level)
    last = 0 if level is None else min(order.index(level) + 1, len(order) - 1)
    for each in order[: last + 1]:
        for number in range(1, CARDS_OF_A_LEVEL + 1):
            if _card(each, number) not in done:
                return each, number
    return None


def _read_cursor(kept: str | None, now: datetime) -> tuple[int, datetime]:
    if kept is None:
        return 0, now
    told = json.loads(kept)
    return int(told["after"]), datetime.fromisoformat(told["since"])
