"""A slot opens: posts and their links go into the outbox, exactly once a group, day and slot."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.catalogue.assortments import assortment
from bot.domain.posts import slots as arithmetic
from bot.domain.posts.slots import SlotKey, Window
from bot.domain.programmes import Programme, SlotPlan
from bot.domain.records import Group, GroupId, GroupState, Rendered, Shortlist
from bot.domain.texts import Texts
from bot.errors import NotFoundError
from bot.services.catalogue.fitting import places_of
from bot.services.catalogue.shortlisting import Shortlisting
from bot.services.health.sparing import rooms_of
from bot.services.posts.drafting import Drafting, Outcome, read_facts
from bot.services.posts.planning import Job, Planning
from bot.services.posts.scheduling import plans_of
from bot.services.posts.wording import Wording
from bot.services.schedules.moving import move_on
from bot.services.schedules.scripting import Scripted
from bot.services.schedules.silence import Silence, read_silence
from bot.services.schedules.warming import Warming, read_warming
from storage.database import Connection, Database
from storage.people import groups as groups_storage
from storage.people import people
from storage.posts import slots

GROUPS_AT_ONCE = 500
"""Groups in one transaction: memory stays flat, and other writers get their turn."""
OPENINGS_LOOKED_AT = 62
"""Openings that may lie in blackout dates before a preview has none to show."""


@dataclass(frozen=True, slots=True)
class PublishResult:
    """What came of a slot in one group: an Outcome, and the posts as they will look."""

    group_id: GroupId
    outcome: str
    posts: tuple[Rendered, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """The next posts of a group's slot: when, whose choice, and exactly how they will look."""

    slot: str
    opens_at: datetime
    is_autopilot: bool
    """Whether nobody picked, so that the safe choice goes out."""
    rendered: tuple[Rendered, ...]


@dataclass(frozen=True)
class Publishing:
    """From a slot that is due to posts in the outbox, many groups in one transaction."""

    database: Database
    programmes: Mapping[str, Programme]
    texts: Mapping[str, Texts]
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    public_url: str
    """Where our own links begin, without a slash at the end."""
    _wording: Wording = field(default_factory=Wording, init=False, repr=False)
    _scripted: Scripted = field(default_factory=Scripted, init=False, repr=False)

    async def plan_due(self, limit: int = GROUPS_AT_ONCE) -> int:
        """Plan at most ``limit`` openings that are due; how many there were.

        Each comes to an outcome that is written down: planned, or why not. A window that is
        over is skipped, never made up for, and its promoter is told.
        """
        now = self.now()
        async with self.database.glance() as connection:
            looked_at = await slots.list_due_days(connection, now, limit)
        if not looked_at:
            return 0
        rankings = await self._rankings(
            (assortment(self.programmes[name], now, brand=brand, vertical=vertical), day)
            for name, brand, vertical, day, is_over in looked_at
            if not is_over and name in self.programmes
        )
        async with self.database.write() as connection:
            await slots.ask_by_index(connection)
            claimed = await slots.claim_due(connection, now, limit)
            groups = await groups_storage.list_by_ids(
                connection, {each.group_id for each in claimed}
            )
            places = await places_of(connection, self.programmes, groups.values(), now)
            # Another worker may have taken those that we looked at: then the next call knows more.
            due = [
                each
                for each in claimed
                if each.closes_at <= now
                or groups[each.group_id].programme not in self.programmes
                or (places[each.group_id], each.day) in rankings
            ]
            ran = await slots.list_runs(connection, [each.key for each in due])
            jobs = [
                Job(each.key, groups[each.group_id], Window(each.opens_at, each.closes_at))
                for each in due
                if each.key not in ran
            ]
            plans = await plans_of(connection, self.programmes, groups.values())
            planning = await self._planning(connection, jobs, rankings, places, plans, now)
            await planning.write(connection, self.entropy, self.public_url)
            await planning.tell(connection)
            await move_on(connection, due, groups, plans)
        return len(claimed)

    async def publish_now(
        self,
        slot: str,
        *,
        group_id: GroupId | None = None,
        is_dry_run: bool = False,
        by: str,
    ) -> list[PublishResult]:
        """Open ``slot`` now for one group or all; once posted, it does not open again on its day.

        The window is as long as the slot's own. A dry run writes nothing. ``by`` goes into the
        audit log. Raises NotFoundError for an unknown group.
        """
        results: list[PublishResult] = []
        last = GroupId(0)
        while True:
            async with self.database.read() as connection:
                groups = await self._next_groups(connection, group_id, last)
            results += await self._publish(slot, groups, is_dry_run=is_dry_run)
            if group_id is not None or len(groups) < GROUPS_AT_ONCE:
                break
            last = groups[-1].id
        if not is_dry_run:
            scope = "every group" if group_id is None else f"group:{group_id}"
            async with self.database.write() as connection:
                await people.append_audit(connection, self.now(), by, "publish", scope, slot)
        return results

    async def preview(self, group_id: GroupId, slot: str | None = None) -> list[Rendered]:
        """The next posts of a group, of ``slot`` or of whichever opens first, as they will look.

        The button leads to the shop itself: a preview earns nothing. Empty when there is nothing
        to post or no such slot. Raises NotFoundError for an unknown group.
        """
        found = await self.next_posts(group_id, slot)
        return list(found.rendered) if found else []

    async def next_posts(self, group_id: GroupId, slot: str | None = None) -> Preview | None:
        """The same as ``preview`` with the slot, its time, and whether nobody picked (autopilot).

        A group below its floor, in training or paused can look ahead all the same.
        """
        now = self.now()
        async with self.database.read() as connection:
            group = await groups_storage.find(connection, group_id)
            if group is None:
                raise NotFoundError(f"There is no group {group_id}.")
            found = await self._next_window(connection, group, slot, now)
        if found is None or group.programme not in self.programmes:
            return None
        key, window = found
        async with self.database.read() as connection:
            places = await places_of(connection, self.programmes, [group], now)
        rankings = await self._rankings([(places[group_id], key.day)])
        async with self.database.read() as connection:
            programmes = await self._scripted.over(connection, self.programmes)
            groups = {group_id: group}
            facts = await read_facts(connection, programmes, rankings, groups, [key], now)
            plans = await plans_of(connection, programmes, [group])
            warming = await read_warming(connection, programmes, groups, [key], plans)
            rooms = await rooms_of(connection, programmes, groups, [key], plans)
        drafting = Drafting(programmes, self.texts, facts, now, self._wording, places)
        warm = None if facts.picks.get(key) else warming.post(group, key, drafting.lines)
        drafts = [] if warm else drafting.drafts(group, key)[: rooms.get(key)]
        return Preview(
            slot=key.slot,
            opens_at=window.opens_at,
            is_autopilot=all(draft.is_autopilot for draft in drafts),
            rendered=(warm.rendered,) if warm else tuple(draft.rendered for draft in drafts),
        )

    # ------------------------------------------------------------ inside

    async def _publish(
        self, slot: str, groups: Sequence[Group], *, is_dry_run: bool
    ) -> list[PublishResult]:
        """Open ``slot`` now for these groups, in one transaction."""
        now = self.now()
        days = {group.id: now.astimezone(ZoneInfo(group.timezone)).date() for group in groups}
        async with self.database.read() as connection:
            places = await places_of(connection, self.programmes, groups, now)
        rankings = await self._rankings((place, days[each]) for each, place in places.items())
        opened = self.database.read() if is_dry_run else self.database.write()
        async with opened as connection:
            # Whose a group is decides whose its links are.
            groups = groups if is_dry_run else await slots.held(connection, groups)
            plans = await plans_of(connection, self.programmes, groups)
            jobs = {
                group.id: Job(
                    SlotKey(group.id, days[group.id], slot), group, window, is_at_once=True
                )
                for group in groups
                for window in _windows_now(plans[group.id], slot, now, group)
            }
            ran = await slots.list_runs(connection, [job.key for job in jobs.values()])
            # A slot that came to nothing may be opened by hand; one that was posted may not.
            again = [job for job in jobs.values() if ran.get(job.key) != Outcome.PLANNED]
            planning = await self._planning(connection, again, rankings, places, plans, now)
            if not is_dry_run:
                await planning.write_planned(connection, self.entropy, self.public_url)
        return [_result(group, jobs.get(group.id), planning) for group in groups]

    async def _planning(
        self,
        connection: Connection,
        jobs: Sequence[Job],
        rankings: Mapping[tuple[str, date], Shortlist],
        places: Mapping[GroupId, str],
        plans: Mapping[GroupId, tuple[SlotPlan, ...]],
        now: datetime,
    ) -> Planning:
        if not jobs:
            return Planning(now, Silence(self.programmes), Warming())
        programmes = await self._scripted.over(connection, self.programmes)
        groups = {job.group.id: job.group for job in jobs}
        keys = [job.key for job in jobs]
        first = min(key.day for key in keys)
        planning = Planning(
            now,
            await read_silence(connection, programmes, groups.values(), first),
            await read_warming(connection, programmes, groups, keys, plans),
            await rooms_of(connection, programmes, groups, keys, plans),
        )
        facts = await read_facts(connection, programmes, rankings, groups, keys, now)
        drafting = Drafting(programmes, self.texts, facts, now, self._wording, places)
        planning.decide(jobs, drafting)
        return planning

    async def _rankings(
        self, wanted: Iterable[tuple[str, date]]
    ) -> dict[tuple[str, date], Shortlist]:
        """The frozen shortlists of these (assortment, day), made now where there is none."""
        shortlisting = Shortlisting(self.database, self.programmes, self.now)
        return {(name, day): await shortlisting.today(name, day) for name, day in set(wanted)}

    async def _next_groups(
        self, connection: Connection, group_id: GroupId | None, last: GroupId
    ) -> list[Group]:
        if group_id is None:
            return await groups_storage.list_after(connection, last, GROUPS_AT_ONCE)
        group = await groups_storage.find(connection, group_id)
        if group is None or group.state == GroupState.CLOSED:
            raise NotFoundError(f"There is no group {group_id}.")
        return [group]

    async def _next_window(
        self, connection: Connection, group: Group, slot: str | None, now: datetime
    ) -> tuple[SlotKey, Window] | None:
        """The window of a group that opens next, or is open and did not run."""
        plans = (await plans_of(connection, self.programmes, [group]))[group.id]
        zone = ZoneInfo(group.timezone)
        since = now.astimezone(zone).date() - timedelta(days=1)
        silence = await read_silence(connection, self.programmes, [group], since)
        found: list[tuple[SlotKey, Window]] = []
        own = {group.id: group}
        for plan in plans:
            if slot not in (None, plan.name):
                continue
            day, window = arithmetic.next_window(plan, now, zone)
            if await slots.list_runs(connection, [SlotKey(group.id, day, plan.name)]):
                day, window = arithmetic.following(plan, day, zone)
            for _ in range(OPENINGS_LOOKED_AT):
                parts, key = silence.open_parts(group, window), SlotKey(group.id, day, plan.name)
                rooms = await rooms_of(connection, self.programmes, own, [key], {group.id: plans})
                if parts and not silence.blackout(group, day) and rooms.get(key, 1):
                    found.append((key, parts[0]))
                    break
                day, window = arithmetic.following(plan, day, zone)
        return min(found, key=lambda each: each[1].opens_at, default=None)


def _windows_now(plans: Sequence[SlotPlan], slot: str, now: datetime, group: Group) -> list[Window]:
    """A window as long as that of ``slot``, beginning now; empty where there is no such slot."""
    zone = ZoneInfo(group.timezone)
    return [
        Window(now, now + arithmetic.window(plan, now.astimezone(zone).date(), zone).length)
        for plan in plans
        if plan.name == slot
    ]


def _result(group: Group, job: Job | None, planning: Planning) -> PublishResult:
    if job is None:
        return PublishResult(group.id, Outcome.NO_SLOT)
    outcome = planning.outcomes.get(job.key, Outcome.ALREADY)
    return PublishResult(group.id, outcome, planning.rendered(job.key))
