"""Looking at promoters who are due: whose deck it is time for, of which slots, and when again."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.decks import timing
from bot.domain.posts import slots as arithmetic
from bot.domain.posts.slots import SlotKey, Window
from bot.domain.programmes import Programme, SlotPlan
from bot.domain.records import Group, GroupId, PersonId, Promoter
from bot.services.catalogue.fitting import places_of
from bot.services.health.sparing import rooms_of
from bot.services.posts.drafting import hindrance
from bot.services.posts.scheduling import plans_of
from bot.services.schedules.silence import Silence, read_silence
from bot.services.schedules.warming import read_warming
from storage.database import Connection
from storage.decks import cards, turns
from storage.people import people
from storage.posts import slots

LOOKED_AGAIN = timedelta(hours=6)
"""Whoever has no group that is served may have one by then."""
LOOKED_DAILY = timedelta(days=1)


@dataclass(frozen=True)
class Hand:
    """A promoter who is due: the own groups, the day, and the slots that open on it."""

    promoter: Promoter
    groups: tuple[Group, ...]
    day: date
    opens_at: Mapping[SlotKey, datetime]

    @property
    def first_at(self) -> datetime:
        """When the first of the slots opens."""
        return min(self.opens_at.values())


@dataclass(frozen=True)
class Looked:
    """What looking at promoters came to: who gets a deck, and when each is looked at again."""

    hands: tuple[Hand, ...]
    due: Mapping[PersonId, datetime]
    places: Mapping[GroupId, str]
    rooms: Mapping[SlotKey, int]
    """How many selling posts a slot of a group has that is spared some."""


async def look(
    connection: Connection,
    programmes: Mapping[str, Programme],
    due: Sequence[PersonId],
    now: datetime,
    lead: timedelta,
) -> Looked:
    """Who of ``due`` gets a deck now, ``lead`` before the first slot, and when to look again."""
    promoters = await people.promoters_by_ids(connection, due)
    last = await cards.list_last_days(connection, due)
    own = await turns.list_groups(connection, due)
    served = {
        each: [
            group
            for group in own.get(each, ())
            if _is_served(programmes, group, promoters.get(each))
        ]
        for each in due
    }
    groups = {group.id: group for several in served.values() for group in several}
    plans = await plans_of(connection, programmes, groups.values())
    silence = await read_silence(connection, programmes, groups.values(), now.date())
    days = _Days(plans, now, lead, silence)
    hands: list[Hand] = []
    again: dict[PersonId, datetime] = {}
    for each in due:
        beyond = last.get(each)
        ahead = days.ahead(served[each], beyond)
        if ahead is not None and ahead[0] <= now:
            beyond = ahead[1]
            opens_at = days.openings(served[each], beyond)
            hands.append(Hand(promoters[each], tuple(served[each]), beyond, opens_at))
            ahead = days.ahead(served[each], beyond)
        again[each] = now + LOOKED_AGAIN if ahead is None else min(ahead[0], now + LOOKED_DAILY)
    keys = [key for hand in hands for key in hand.opens_at]
    rooms = await rooms_of(connection, programmes, groups, keys, plans) if keys else {}
    # What is left to a group that is spared some posts gives way to no kind word.
    kind = [key for key in keys if key not in rooms]
    left_out = await _left_out(connection, programmes, groups, keys, kind, plans)
    left_out |= {key for key, room in rooms.items() if room == 0}
    sold = [
        replace(
            hand, opens_at={key: at for key, at in hand.opens_at.items() if key not in left_out}
        )
        for hand in hands
    ]
    places = await places_of(connection, programmes, groups.values(), now)
    return Looked(tuple(hand for hand in sold if hand.opens_at), again, places, rooms)


def _is_served(
    programmes: Mapping[str, Programme], group: Group, promoter: Promoter | None
) -> bool:
    programme = programmes.get(group.programme)
    return programme is not None and not hindrance(
        group, promoter, more_than=programme.more_than_members
    )


async def _left_out(
    connection: Connection,
    programmes: Mapping[str, Programme],
    groups: Mapping[GroupId, Group],
    keys: Sequence[SlotKey],
    kind: Sequence[SlotKey],
    plans: Mapping[GroupId, tuple[SlotPlan, ...]],
) -> set[SlotKey]:
    """Those of ``keys`` that ran already, and of ``kind`` whose turn it is to sell nothing."""
    if not keys:
        return set()
    warming = await read_warming(connection, programmes, groups, kind, plans)
    return {*warming.turns, *await slots.list_runs(connection, keys)}


class _Days:
    """The days of groups; what many have in common is worked out once."""

    def __init__(
        self,
        plans: Mapping[GroupId, tuple[SlotPlan, ...]],
        now: datetime,
        lead: timedelta,
        silence: Silence,
    ) -> None:
        self._plans, self._now, self._lead, self._silence = plans, now, lead, silence
        self._next: dict[tuple[object, ...], tuple[date, datetime] | None] = {}
        self._windows: dict[tuple[SlotPlan, date, str], Window | None] = {}

    def ahead(self, own: Iterable[Group], beyond: date | None) -> tuple[datetime, date] | None:
        """When the next deck of these groups is due, and of which day it is."""
        found: list[tuple[datetime, date]] = []
        for group in own:
            next_one = self._next_of(group, beyond)
            if next_one is not None:
                day, opens_at = next_one
                zone = ZoneInfo(group.timezone)
                found.append((timing.due_at(opens_at, zone, self._lead), day))
        return min(found, default=None)

    def openings(self, own: Iterable[Group], day: date) -> dict[SlotKey, datetime]:
        """The slots of these groups that open on the local ``day``, from now on, and may post."""
        found: dict[SlotKey, datetime] = {}
        for group in own:
            if self._silence.blackout(group, day) is not None:
                continue
            for plan in self._plans[group.id]:
                window = self._window(plan, day, group.timezone)
                if window is None or window.opens_at <= self._now:
                    continue
                parts = self._silence.open_parts(group, window)
                if parts:
                    found[SlotKey(group.id, day, plan.name)] = parts[0].opens_at
        return found

    def _next_of(self, group: Group, beyond: date | None) -> tuple[date, datetime] | None:
        plans = self._plans[group.id]
        place = (plans, group.timezone, beyond)
        if place not in self._next:
            zone = ZoneInfo(group.timezone)
            self._next[place] = timing.next_day(plans, self._now, zone, beyond=beyond)
        return self._next[place]

    def _window(self, plan: SlotPlan, day: date, timezone: str) -> Window | None:
        place = (plan, day, timezone)
        if place not in self._windows:
            is_on = arithmetic.is_on(plan, day)
            zone = ZoneInfo(timezone)
            self._windows[place] = arithmetic.window(plan, day, zone) if is_on else None
        return self._windows[place]
