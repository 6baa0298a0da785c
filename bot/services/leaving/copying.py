"""Setting up own groups like one of them: shown, confirmed once, undone for ten minutes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.people import copying
from bot.domain.people.copying import DRAWN_FOR, UNDO_FOR, Settings
from bot.domain.programmes import Programme
from bot.domain.records import Group, GroupId, PersonId
from bot.errors import NotFoundError
from bot.services.leaving.outcomes import Changed, Copied, Fate, NoCopy, Plan, Row
from bot.services.posts.scheduling import plans_of, refresh_openings
from bot.services.schedules.quieting import cut_planned
from storage.database import Connection, Database
from storage.leaving import copies
from storage.leaving.copies import DONE, DRAWN, UNDONE, Copy
from storage.people import groups, people

KEPT_FOR = timedelta(days=1)
"""So long what stood before a copy is kept: far longer than it can be undone."""


@dataclass(frozen=True)
class Copying:
    """Sample first, then copy [S4]; every method is for the promoter's own groups alone."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def begin(self, promoter_id: PersonId, source_id: GroupId) -> Plan:
        """Begin a copy from an own group; no other is ticked yet.

        Raises NotFoundError for anybody else's group.
        """
        async with self.database.write() as connection:
            own = {group.id for group in await groups.list_of(connection, promoter_id)}
            if source_id not in own:
                raise NotFoundError("No such group of yours.")
            copy = await copies.add(connection, promoter_id, source_id, self.now())
            return await self._plan(connection, copy)

    async def tick(
        self, promoter_id: PersonId, copy_id: int, group_id: GroupId | None
    ) -> Plan | NoCopy:
        """Tick a group, or take the tick away; None ticks all, or none where all are."""
        async with self.database.write() as connection:
            copy = await self._drawn(connection, promoter_id, copy_id)
            if copy is None:
                return NoCopy.OLD
            others = [row.group.id for row in (await self._plan(connection, copy)).rows]
            ticked = set(copy.targets) & set(others)
            if group_id is None:
                ticked = set() if ticked == set(others) else set(others)
            else:
                ticked ^= {group_id} & set(others)
            targets = tuple(each for each in others if each in ticked)
            await copies.mark_targets(connection, copy_id, targets)
            return await self._plan(connection, replace(copy, targets=targets))

    async def look(self, promoter_id: PersonId, copy_id: int) -> Plan | NoCopy:
        """What the copy would change now."""
        async with self.database.write() as connection:
            copy = await self._drawn(connection, promoter_id, copy_id)
            if copy is None:
                return NoCopy.OLD
            plan = await self._plan(connection, copy)
            return plan if plan.ticked else NoCopy.NOBODY

    async def apply(
        self, promoter_id: PersonId, copy_id: int, fingerprint: str
    ) -> Copied | Changed | NoCopy:
        """Make the copy that was shown, once; a second press is told how the first one ended.

        Where anything stands otherwise than shown, nothing is done and the present plan given.
        """
        now = self.now()
        async with self.database.write() as connection:
            await people.lock(connection, promoter_id)
            copy = await copies.find(connection, copy_id, promoter_id)
            if copy is not None and copy.state == DONE:
                return await self._made(connection, copy)
            copy = await self._drawn(connection, promoter_id, copy_id)
            if copy is None:
                return NoCopy.OLD
            plan = await self._plan(connection, copy)
            if not plan.ticked:
                return NoCopy.NOBODY
            if plan.fingerprint != fingerprint:
                return Changed(plan)
            stood: dict[GroupId, tuple[Settings, Settings]] = {}
            for row in plan.ticked:
                stood[row.group.id] = (row.before, row.after)
                await copies.put(connection, row.group.id, row.after, row.parts)
            await copies.mark_done(connection, copy_id, stood, now)
            await self._follow(connection, list(stood))
            done = await copies.find(connection, copy_id, promoter_id)
            assert done is not None  # noqa: S101 - it was found a moment ago
            return await self._made(connection, done)

    async def undo(self, promoter_id: PersonId, copy_id: int) -> Copied | NoCopy:
        """Let every group stand as before the copy, but for what was set by hand since."""
        now = self.now()
        async with self.database.write() as connection:
            await people.lock(connection, promoter_id)
            copy = await copies.find(connection, copy_id, promoter_id)
            if copy is None or copy.state == DRAWN:
                return NoCopy.OLD
            own = {group.id: group for group in await groups.list_of(connection, promoter_id)}
            if copy.state == UNDONE or not copying.may_undo(copy.at, now):
                return NoCopy.LATE
            await copies.mark_undone(connection, copy_id)
            present = await copies.read(connection, list(copy.stood))
            fates: dict[GroupId, Fate] = {}
            for group_id, (before, after) in copy.stood.items():
                if group_id not in own:
                    fates[group_id] = Fate.GONE
                elif copying.changed(after, present[group_id]):
                    fates[group_id] = Fate.CHANGED_SINCE
                else:
                    fates[group_id] = Fate.UNDONE
                    parts = copying.changed(before, after)
                    await copies.put(connection, group_id, before, parts)
            restored = [each for each, fate in fates.items() if fate is Fate.UNDONE]
            await self._follow(connection, restored)
            return await self._told(connection, copy, fates, None)

    async def forget_old(self) -> int:
        """Forget what stood before copies that can be undone no more; how many."""
        async with self.database.write() as connection:
            return await copies.delete_old(connection, self.now() - KEPT_FOR)

    # ------------------------------------------------------------ inside

    async def _drawn(
        self, connection: Connection, promoter_id: PersonId, copy_id: int
    ) -> Copy | None:
        copy = await copies.find(connection, copy_id, promoter_id)
        is_old = copy is None or copy.state != DRAWN or self.now() - copy.at > DRAWN_FOR
        return None if is_old else copy

    async def _follow(self, connection: Connection, ids: Sequence[GroupId]) -> None:
        """Let openings, and what waits in the outbox, keep the settings that hold now."""
        now = self.now()
        await refresh_openings(connection, self.programmes, ids, now)
        known = await groups.list_by_ids(connection, ids)
        await cut_planned(connection, self.programmes, known.values(), now)

    async def _plan(self, connection: Connection, copy: Copy) -> Plan:
        own = {group.id: group for group in await groups.list_of(connection, copy.promoter_id)}
        source = own.get(copy.source_id)
        if source is None:
            raise NotFoundError("No such group of yours.")
        settings = await copies.read(connection, list(own))
        here = settings[source.id]
        rows = []
        for group in own.values():
            if group.id == source.id:
                continue
            before = settings[group.id]
            is_same = group.programme == source.programme
            after = copying.wanted(here, before, is_same_programme=is_same)
            parts = copying.changed(before, after)
            rows.append(Row(group, group.id in copy.targets, parts, before, after))
        ticked = {row.group.id: (row.before, row.after) for row in rows if row.is_ticked}
        plans = await plans_of(connection, self.programmes, [source])
        sign = copying.fingerprint(ticked)
        return Plan(copy.id, source, here, plans[source.id], tuple(rows), sign)

    async def _made(self, connection: Connection, copy: Copy) -> Copied:
        fates = {
            group_id: Fate.COPIED if copying.changed(before, after) else Fate.SAME
            for group_id, (before, after) in copy.stood.items()
        }
        return await self._told(connection, copy, fates, copy.at + UNDO_FOR)

    async def _told(
        self,
        connection: Connection,
        copy: Copy,
        fates: Mapping[GroupId, Fate],
        until: datetime | None,
    ) -> Copied:
        known = await groups.list_by_ids(connection, [copy.source_id, *fates])
        source: Group = known[copy.source_id]
        return Copied(copy.id, source, fates, known, until)
