"""Slots over all: a programme's own, what was set by hand, and each group's next openings."""

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.posts import slots as arithmetic
from bot.domain.posts.sends import SLOT
from bot.domain.posts.slots import Opening, SlotKey, Window
from bot.domain.programmes import Programme, SlotPlan, all_slots
from bot.domain.records import Group, GroupId
from bot.errors import InputError, NotFoundError
from storage import variables
from storage.database import Connection, Database
from storage.decks import turns
from storage.people import groups as groups_storage
from storage.people import people
from storage.posts import slots

GROUPS_AT_ONCE = 500
"""Groups whose openings are made anew in one transaction."""
SLOTS_OF = "slots_of:"
"""Before the names of variables that hold what slots each programme's file had."""
NAME_LIMIT = 32
"""Characters of a slot's name, as the database keeps it."""


@dataclass(frozen=True)
class SlotRow:
    """A slot of a scope; ``is_set`` tells what was set by hand from what the file says."""

    scope: str
    plan: SlotPlan
    is_set: bool


@dataclass(frozen=True)
class Scheduling:
    """When slots open: shown, set by hand, and made into openings that a tick can ask for."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]
    _adopted: list[GroupId] = field(default_factory=lambda: [GroupId(0)], init=False, repr=False)
    """Up to which id every group has had its openings made, as its only element."""
    _followed: list[bool] = field(default_factory=list, init=False, repr=False)
    """Not empty once the slots of the programmes' files were compared with those before."""

    async def plans(self, group: Group) -> tuple[SlotPlan, ...]:
        """The slots of ``group``, the earliest of the day first."""
        async with self.database.read() as connection:
            found = await plans_of(connection, self.programmes, [group])
        return found[group.id]

    async def show(self, scope: str | None = None) -> list[SlotRow]:
        """Slots of one scope, or of every programme and everything set by hand (None).

        Raises InputError or NotFoundError for a scope that is none.
        """
        async with self.database.read() as connection:
            if scope is None:
                names = [f"programme:{name}" for name in self.programmes]
                set_by_hand = await slots.list_all_set(connection)
                return [
                    row
                    for name in dict.fromkeys([*names, *sorted(set_by_hand)])
                    for row in _rows(name, self._own(name), set_by_hand.get(name, {}))
                ]
            group = await self.checked(connection, scope)
            if group is not None:
                found = await all_plans_of(connection, self.programmes, [group])
                by_hand = (await slots.list_set(connection, [scope])).get(scope, {})
                return [
                    SlotRow(scope, plan, is_set=plan.name in by_hand) for plan in found[group.id]
                ]
            by_hand = (await slots.list_set(connection, [scope])).get(scope, {})
            return _rows(scope, self._own(scope), by_hand)

    async def set(
        self,
        scope: str,
        name: str,
        opens: str,
        closes: str,
        days: Sequence[int] = arithmetic.EVERY_DAY,
        *,
        by: str,
    ) -> SlotPlan:
        """Set the slot ``name`` of ``scope`` to a window "HH:MM" to "HH:MM" on weekdays.

        ``by`` says who, for the audit log. Openings of the groups that it speaks of follow at
        once. Raises InputError or NotFoundError with a sentence.
        """
        plan = checked_plan(name, opens, closes, days)
        async with self.database.write() as connection:
            await self.checked(connection, scope)
            await slots.set_plan(connection, scope, plan)
            days_written = arithmetic.days_text(plan.days)
            written = f"{name} {plan.opens}-{plan.closes} {days_written}"
            await people.append_audit(connection, self.now(), by, "slots set", scope, written)
        await self.refresh_under(scope)
        return plan

    async def refresh(self, group_ids: Collection[GroupId]) -> None:
        """Make the openings of these groups anew: after connecting, or a change of zone."""
        ids = sorted(group_ids)
        for start in range(0, len(ids), GROUPS_AT_ONCE):
            async with self.database.write() as connection:
                await refresh_openings(
                    connection, self.programmes, ids[start : start + GROUPS_AT_ONCE], self.now()
                )

    async def adopt(self) -> int:
        """Make the openings of groups that were connected since the last call; how many groups.

        Whoever connects a group need not know of slots, and may be another process. The first
        call with nothing to do follows what changed in the programmes' files.
        """
        async with self.database.glance() as connection:
            ids = await slots.list_groups_without_openings(
                connection, after=self._adopted[0], limit=GROUPS_AT_ONCE
            )
        if ids:
            await self.refresh(ids)
            self._adopted[0] = ids[-1]
        elif not self._followed:
            await self._follow_files()
            self._followed.append(True)
        return len(ids)

    async def next_openings(self, group_id: GroupId) -> list[Opening]:
        """The next opening of each slot of a group, the earliest first."""
        async with self.database.read() as connection:
            return await slots.list_openings(connection, [group_id])

    async def _follow_files(self) -> None:
        """Make openings anew where a programme's file has other slots than when we last ran."""
        for name, programme in self.programmes.items():
            said = repr(all_slots(programme))
            digest = hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
            async with self.database.glance() as connection:
                known = await variables.find(connection, f"{SLOTS_OF}{name}")
            if known != digest:
                await self.refresh_under(f"programme:{name}")
                async with self.database.write() as connection:
                    await variables.set(connection, f"{SLOTS_OF}{name}", digest)

    async def refresh_under(self, scope: str) -> None:
        """Make the openings of every group anew that ``scope`` speaks of."""
        last = GroupId(0)
        while True:
            async with self.database.write() as connection:
                ids = await slots.list_groups_under(
                    connection, scope, after=last, limit=GROUPS_AT_ONCE
                )
                await refresh_openings(connection, self.programmes, ids, self.now())
            if len(ids) < GROUPS_AT_ONCE:
                return
            last = ids[-1]

    def _own(self, scope: str) -> tuple[SlotPlan, ...]:
        kind, _, name = scope.partition(":")
        programme = self.programmes.get(name) if kind == "programme" else None
        return all_slots(programme) if programme else ()

    async def checked(self, connection: Connection, scope: str) -> Group | None:
        """The group that ``scope`` names, None for one of another kind.

        Raises InputError or NotFoundError for a scope that is none.
        """
        kind, _, name = scope.partition(":")
        if kind == "programme":
            if name not in self.programmes:
                raise NotFoundError(f"There is no programme “{name}”.")
            return None
        if kind not in ("group", "promoter") or not name.encode().isdigit() or len(name) > 18:
            raise InputError(f"“{scope}” is no scope; say programme:NAME, promoter:ID or group:ID.")
        number = int(name)
        if kind == "promoter":
            if not await people.promoters_by_ids(connection, [number]):  # type: ignore[list-item]
                raise NotFoundError(f"There is no promoter {number}.")
            return None
        group = await groups_storage.find(connection, GroupId(number))
        if group is None:
            raise NotFoundError(f"There is no group {number}.")
        return group


async def plans_of(
    connection: Connection, programmes: Mapping[str, Programme], groups: Collection[Group]
) -> dict[GroupId, tuple[SlotPlan, ...]]:
    """The slots of each group: the programme's, then what was set for it, its promoter, itself.

    Those that are switched off are left out; the earliest of the day comes first.
    """
    return await all_plans_of(connection, programmes, groups, has_off=False)


async def all_plans_of(
    connection: Connection,
    programmes: Mapping[str, Programme],
    groups: Collection[Group],
    *,
    has_off: bool = True,
) -> dict[GroupId, tuple[SlotPlan, ...]]:
    """The same with the slots that are switched off, where ``has_off``."""
    scopes = {scope for group in groups for scope in scopes_of(group)}
    set_by_hand = await slots.list_set(connection, scopes)
    made: dict[tuple[str, ...], tuple[SlotPlan, ...]] = {}
    found: dict[GroupId, tuple[SlotPlan, ...]] = {}
    for group in groups:
        key = (group.programme, *(scope for scope in scopes_of(group) if scope in set_by_hand))
        if key not in made:
            programme = programmes.get(group.programme)
            own = all_slots(programme) if programme else ()
            plans = merged(own, *(set_by_hand[scope] for scope in key[1:]))
            made[key] = tuple(plan for plan in plans if has_off or not plan.is_off)
        found[group.id] = made[key]
    return found


def merged(own: Collection[SlotPlan], *by_hand: Mapping[str, SlotPlan]) -> tuple[SlotPlan, ...]:
    """``own`` slots under what was set by hand, the nearest last; the earliest of the day first.

    A festival's slot stays one, whatever its window.
    """
    plans = {plan.name: plan for plan in own}
    for layer in by_hand:
        for name, plan in layer.items():
            before = plans.get(name)
            plans[name] = replace(plan, during=before.during) if before else plan
    return tuple(sorted(plans.values(), key=lambda plan: (plan.opens, plan.name)))


async def openings_of(
    connection: Connection,
    programmes: Mapping[str, Programme],
    groups: Collection[Group],
    now: datetime,
) -> list[Opening]:
    """The next opening of each slot of ``groups``: not closed at ``now``, and not run yet."""
    plans = await plans_of(connection, programmes, groups)
    made: dict[tuple[SlotPlan, str], tuple[date, Window]] = {}
    next_ones = {}
    for group in groups:
        for plan in plans[group.id]:
            place = (plan, group.timezone)
            if place not in made:
                made[place] = arithmetic.next_window(plan, now, ZoneInfo(group.timezone))
            day, window = made[place]
            next_ones[SlotKey(group.id, day, plan.name)] = (group, plan, window)
    ran = await slots.list_runs(connection, next_ones)
    found: list[Opening] = []
    for key, (group, plan, window) in next_ones.items():
        day = key.day
        if key in ran:
            day, window = arithmetic.following(plan, key.day, ZoneInfo(group.timezone))
        found.append(Opening(group.id, plan.name, day, window.opens_at, window.closes_at))
    return found


async def refresh_openings(
    connection: Connection,
    programmes: Mapping[str, Programme],
    group_ids: Collection[GroupId],
    now: datetime,
) -> None:
    """Make the openings of groups anew: the first window not closed at ``now`` that did not run."""
    groups = await groups_storage.list_by_ids(connection, group_ids)
    wanted = await openings_of(connection, programmes, groups.values(), now)
    kept = {(opening.group_id, opening.slot) for opening in wanted}
    old = await slots.list_openings(connection, group_ids)
    await slots.delete_openings(connection, {(one.group_id, one.slot) for one in old} - kept)
    await slots.set_openings(connection, wanted)
    await turns.look_again(connection, group_ids, now)


def checked_plan(
    name: str, opens: str, closes: str, days: Sequence[int], *, is_off: bool = False
) -> SlotPlan:
    """A slot as somebody wants it; raises InputError with a sentence for what is none."""
    opens, closes = arithmetic.parse_window(f"{opens}-{closes}")
    if not name or len(name) > NAME_LIMIT or not name.replace("_", "").isalnum():
        raise InputError(f"“{name}” is not a name for a slot, such as morning.")
    if name == SLOT:
        raise InputError(f"“{name}” is the name of what is sent by a tap, outside all slots.")
    if not days or not set(days) <= set(arithmetic.EVERY_DAY):
        raise InputError("A slot needs days of the week.")
    return SlotPlan(name, opens, closes, tuple(sorted(set(days))), is_off=is_off)


def scopes_of(group: Group) -> tuple[str, str, str]:
    """The scopes that speak of a group, the farthest first."""
    return (f"programme:{group.programme}", f"promoter:{group.promoter_id}", f"group:{group.id}")


def _rows(scope: str, own: Collection[SlotPlan], by_hand: Mapping[str, SlotPlan]) -> list[SlotRow]:
    return [SlotRow(scope, plan, is_set=plan.name in by_hand) for plan in merged(own, by_hand)]
