"""A promoter's schedule as it holds: read once, shown for all own groups or for one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.domain.posts import slots as arithmetic
from bot.domain.programmes import Programme, SlotPlan, all_slots
from bot.domain.records import Group, GroupId, PersonId
from bot.domain.schedules import quiet as quiet_hours
from bot.domain.schedules import seasons
from bot.domain.schedules.rules import Quiet
from bot.errors import NotAllowedError
from bot.services.posts.scheduling import merged, openings_of
from bot.services.schedules.outcomes import Scheme, Season, SlotView, View
from bot.services.schedules.silence import read_silence
from storage.database import Connection, Database
from storage.people import groups as groups_storage
from storage.people import people
from storage.posts import slots
from storage.schedules import silences

SEASONS_SHOWN = 4


@dataclass(frozen=True)
class Own:
    """A promoter's groups, and the slots of the scope that is looked at."""

    promoter_id: PersonId
    programme: Programme
    all_groups: tuple[Group, ...]
    group: Group | None
    scope: str
    plans: tuple[SlotPlan, ...]
    """With those that are off."""
    set_by_hand: Mapping[str, Mapping[str, SlotPlan]]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The groups that the scope speaks of."""
        return (self.group,) if self.group else self.all_groups

    def plan(self, name: str) -> SlotPlan | None:
        """The slot of this name."""
        return next((plan for plan in self.plans if plan.name == name), None)


async def read_own(
    connection: Connection,
    programmes: Mapping[str, Programme],
    promoter_id: PersonId,
    group_id: GroupId | None,
) -> Own | None:
    """What a promoter has in all own groups, or in one; None for no promoter of a programme."""
    promoter = await people.find_promoter(connection, promoter_id)
    programme = programmes.get(promoter.programme) if promoter else None
    if programme is None:
        return None
    groups = tuple(await groups_storage.list_of(connection, promoter_id))
    group = next((each for each in groups if each.id == group_id), None)
    scopes = [f"programme:{programme.name}", f"promoter:{promoter_id}"]
    if group is not None:
        scopes.append(f"group:{group.id}")
    by_hand = await slots.list_set(connection, {*scopes, *(f"group:{each.id}" for each in groups)})
    layers = [by_hand.get(scope, {}) for scope in scopes]
    plans = merged(all_slots(programme), *layers)
    return Own(promoter_id, programme, groups, group, scopes[-1], plans, by_hand)


@dataclass(frozen=True)
class Viewing:
    """Shows schedules; raises NotAllowedError for somebody who is no promoter."""

    database: Database
    programmes: Mapping[str, Programme]
    now: Callable[[], datetime]

    async def view(
        self, promoter_id: PersonId, group_id: GroupId | None = None, *, language: str = "en"
    ) -> View:
        """What holds in all own groups, or in the one that is named and own."""
        async with self.database.read() as connection:
            own = await read_own(connection, self.programmes, promoter_id, group_id)
            if own is None:
                raise NotAllowedError("Only promoters have a schedule.")
            zone = ZoneInfo(own.groups[0].timezone) if own.groups else ZoneInfo("UTC")
            today = self.now().astimezone(zone).date()
            scheme = await self._scheme(connection, own, today, zone)
            differing = await self._differing(connection, own, today)
            opening = await self._next(connection, own)
        coming = seasons.coming(own.programme, today)[:SEASONS_SHOWN]
        return View(
            promoter_id=promoter_id,
            groups=own.all_groups,
            scheme=scheme,
            group=own.group,
            bounds=own.programme.bounds,
            next_at=opening[0] if opening else None,
            next_slot=opening[1] if opening else None,
            differing=differing if own.group is None else (),
            seasons=tuple(
                Season(
                    each.festival.title.get(language, each.festival.name),
                    each.starts_on,
                    each.ends_on,
                    has_slots=bool(each.festival.slots),
                )
                for each in coming
            ),
        )

    async def _scheme(
        self, connection: Connection, own: Own, today: date, zone: ZoneInfo
    ) -> Scheme:
        scopes = [f"programme:{own.programme.name}", f"promoter:{own.promoter_id}"]
        scopes += [own.scope] * (own.group is not None)
        set_quiet = await silences.list_quiet(connection, scopes)
        quiets: list[tuple[str, Quiet]] = []
        for scope in scopes:
            found = set_quiet.get(scope)
            if scope == scopes[0] and scope not in set_quiet:
                found = own.programme.quiet
            if found is not None:
                quiets.append((scope.partition(":")[0], found))
        listed = await silences.list_blackouts(connection, scopes, today)
        blackouts = [("programme", each) for each in own.programme.blackouts]
        blackouts = [each for each in blackouts if each[1].ends_on >= today]
        for scope in scopes:
            blackouts += [(scope.partition(":")[0], each) for each in listed.get(scope, ())]
        blackouts.sort(key=lambda each: (each[1].starts_on, each[1].id))
        hours = tuple(dict.fromkeys(quiet for _, quiet in quiets))
        views = tuple(self._slot(own, plan, hours, today, zone) for plan in own.plans)
        return Scheme(own.scope, views, tuple(quiets), tuple(blackouts))

    def _slot(
        self, own: Own, plan: SlotPlan, quiets: tuple[Quiet, ...], day: date, zone: ZoneInfo
    ) -> SlotView:
        window = arithmetic.window(plan, day, zone)
        parts = quiet_hours.open_parts(window, quiets, zone)
        return SlotView(
            plan,
            is_own=plan.name in own.set_by_hand.get(own.scope, {}),
            is_silent=not parts,
            is_cut=bool(parts) and parts != (window,),
        )

    async def _differing(self, connection: Connection, own: Own, today: date) -> tuple[Group, ...]:
        scopes = {f"group:{group.id}": group for group in own.all_groups}
        quiet = await silences.list_quiet(connection, scopes)
        dark = await silences.list_blackouts(connection, list(scopes), today)
        return tuple(
            group
            for scope, group in scopes.items()
            if scope in quiet or scope in dark or own.set_by_hand.get(scope)
        )

    async def _next(self, connection: Connection, own: Own) -> tuple[datetime, str] | None:
        """When the next slot opens that posts something, and which."""
        now = self.now()
        silence = await read_silence(connection, self.programmes, own.groups, now.date())
        found = []
        openings = await openings_of(connection, self.programmes, own.groups, now)
        groups = {group.id: group for group in own.groups}
        for opening in openings:
            group = groups[opening.group_id]
            window = arithmetic.Window(opening.opens_at, opening.closes_at)
            parts = silence.open_parts(group, window)
            if parts and silence.blackout(group, opening.day) is None:
                found.append((max(parts[0].opens_at, now), opening.slot))
        return min(found, default=None)
