"""A promoter's own schedule: seen, and changed within what the programme allows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.posts import slots as arithmetic
from bot.domain.programmes import Programme, SlotPlan
from bot.domain.records import Group, GroupId, PersonId
from bot.domain.schedules import bounds as domain
from bot.domain.schedules.rules import Blackout, Quiet
from bot.errors import NotAllowedError
from bot.services.posts.scheduling import checked_plan, refresh_openings
from bot.services.schedules.outcomes import Changed, Refusal, Refused
from bot.services.schedules.quieting import cut_planned
from bot.services.schedules.silence import read_silence
from bot.services.schedules.viewing import Own, read_own
from storage.database import Connection, Database
from storage.people import people
from storage.posts import slots
from storage.schedules import silences

BLACKOUTS_LIMIT = 20
"""Blackouts that one scope may have at a time."""
QUIET_LIMIT = timedelta(hours=20)
"""Longer quiet hours are a pause, and that has a command of its own."""


@dataclass(frozen=True)
class Changing:
    """Every method raises NotAllowedError for somebody who is no promoter."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def set_slot(
        self,
        promoter_id: PersonId,
        name: str,
        opens: str,
        closes: str,
        days: Sequence[int] | None = None,
        *,
        group_id: GroupId | None = None,
    ) -> Changed | Refused:
        """Set a slot of all own groups or of one; None of ``days`` keeps those that it has.

        A name that looks like a known one misspelt makes no new slot. Raises InputError for what
        is no slot at all.
        """
        async with self.database.write() as connection:
            own = await self._own(connection, promoter_id, group_id)
            if isinstance(own, Refused):
                return own
            known = own.plan(name)
            meant = None if known else domain.meant(name, [each.name for each in own.plans])
            if meant is not None:
                return Refused(Refusal.MISSPELT, own.programme.bounds, meant)
            weekdays = known.days if known and days is None else days or arithmetic.EVERY_DAY
            plan = checked_plan(name, opens, closes, weekdays)
            return await self._put(connection, own, plan)

    async def move_slot(
        self, promoter_id: PersonId, name: str, minutes: int, *, group_id: GroupId | None = None
    ) -> Changed | Refused:
        """Let a slot open earlier or later by so many minutes."""
        async with self.database.write() as connection:
            own = await self._own(connection, promoter_id, group_id)
            if isinstance(own, Refused):
                return own
            known = own.plan(name)
            if known is None:
                return Refused(Refusal.NO_SLOT)
            plan = domain.moved(known, minutes)
            if plan is None:
                reason = Refusal.EARLY if minutes < 0 else Refusal.LATE
                return Refused(reason, own.programme.bounds)
            return await self._put(connection, own, plan)

    async def switch_slot(
        self, promoter_id: PersonId, name: str, *, is_off: bool, group_id: GroupId | None = None
    ) -> Changed | Refused:
        """Switch a slot off or on again."""
        async with self.database.write() as connection:
            own = await self._own(connection, promoter_id, group_id)
            if isinstance(own, Refused):
                return own
            known = own.plan(name)
            if known is None:
                return Refused(Refusal.NO_SLOT)
            plan = SlotPlan(name, known.opens, known.closes, known.days, is_off=is_off)
            return await self._put(connection, own, plan)

    async def set_quiet(
        self, promoter_id: PersonId, quiet: Quiet | None, *, group_id: GroupId | None = None
    ) -> Changed | Refused:
        """Set the quiet hours of all own groups or of one; None takes away what was set."""
        async with self.database.write() as connection:
            own = await self._own(connection, promoter_id, group_id)
            if isinstance(own, Refused):
                return own
            if quiet is None:
                await silences.delete_quiet(connection, own.scope)
            elif _length(quiet) > QUIET_LIMIT:
                return Refused(Refusal.QUIET_LONG)
            else:
                await silences.set_quiet(connection, own.scope, quiet)
            await self._note(connection, own, "quiet hours", str(quiet or "off"))
            await cut_planned(connection, self.programmes, own.groups, self.now())
            return Changed(len(own.groups))

    async def add_blackout(
        self, promoter_id: PersonId, blackout: Blackout, *, group_id: GroupId | None = None
    ) -> Changed | Refused:
        """Let no slot open on these days in all own groups or in one."""
        async with self.database.write() as connection:
            own = await self._own(connection, promoter_id, group_id)
            if isinstance(own, Refused):
                return own
            today = self._today(own.groups)
            if blackout.ends_on < today:
                return Refused(Refusal.PAST)
            known = await silences.list_blackouts(connection, [own.scope], today)
            if len(known.get(own.scope, ())) >= BLACKOUTS_LIMIT:
                return Refused(Refusal.TOO_MANY_BLACKOUTS)
            await silences.add_blackout(connection, own.scope, blackout)
            await self._note(connection, own, "blackout", f"{blackout} {blackout.reason}".strip())
            await cut_planned(connection, self.programmes, own.groups, self.now())
            return Changed(len(own.groups))

    async def remove_blackout(
        self, promoter_id: PersonId, blackout_id: int
    ) -> tuple[Blackout, Changed] | Refused:
        """Take an own blackout back, of all own groups or of one; what it was."""
        async with self.database.write() as connection:
            own = await self._own(connection, promoter_id, None)
            if isinstance(own, Refused):
                return own
            scopes = [own.scope, *(f"group:{group.id}" for group in own.groups)]
            found = await silences.delete_blackout(connection, blackout_id, scopes)
            if found is None:
                return Refused(Refusal.NO_BLACKOUT)
            await self._note(connection, own, "blackout removed", str(found))
            return found, Changed(len(own.groups))

    async def _put(self, connection: Connection, own: Own, plan: SlotPlan) -> Changed | Refused:
        broken = domain.broken(plan, own.plans, own.programme.bounds)
        if broken is not None:
            return Refused(Refusal(broken.value), own.programme.bounds)
        await slots.set_plan(connection, own.scope, plan)
        days = arithmetic.days_text(plan.days)
        written = f"{plan.name} {plan.opens}-{plan.closes} {days}{' off' * plan.is_off}"
        await self._note(connection, own, "slots set", written)
        ids = [group.id for group in own.groups]
        await refresh_openings(connection, self.programmes, ids, self.now())
        return Changed(len(own.groups), plan, await self._is_silent(connection, own, plan))

    async def _is_silent(self, connection: Connection, own: Own, plan: SlotPlan) -> bool:
        if plan.is_off or not own.groups:
            return False
        day = self._today(own.groups)
        silence = await read_silence(connection, self.programmes, own.groups, day)
        return all(
            not silence.open_parts(group, arithmetic.window(plan, day, ZoneInfo(group.timezone)))
            for group in own.groups
        )

    async def _own(
        self, connection: Connection, promoter_id: PersonId, group_id: GroupId | None
    ) -> Own | Refused:
        found = await read_own(connection, self.programmes, promoter_id, group_id)
        if found is None:
            raise NotAllowedError("Only promoters have a schedule.")
        if group_id is not None and found.group is None:
            return Refused(Refusal.NO_GROUP)
        if not found.programme.bounds.may_change:
            return Refused(Refusal.FIXED)
        return found

    async def _note(self, connection: Connection, own: Own, what: str, written: str) -> None:
        by = f"person:{own.promoter_id}"
        await people.append_audit(connection, self.now(), by, what, own.scope, written)

    def _today(self, groups: Sequence[Group]) -> date:
        """The earliest day that it is in any of the groups."""
        zones = {group.timezone for group in groups} or {"UTC"}
        return min(self.now().astimezone(ZoneInfo(zone)).date() for zone in zones)


def _length(quiet: Quiet) -> timedelta:
    starts, ends = (
        timedelta(hours=clock.hour, minutes=clock.minute)
        for clock in map(arithmetic.parse_clock, (quiet.starts, quiet.ends))
    )
    return (ends - starts) % timedelta(days=1)
