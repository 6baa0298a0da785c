"""Which slots of a batch sell nothing, and what is said in them: read in two questions at most."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Programme, SlotPlan
from bot.domain.records import Group, GroupId
from bot.domain.schedules import warmth
from bot.domain.schedules.warmth import REPEAT_DAYS, Warm
from bot.services.schedules.lines import Lines
from storage.database import Connection
from storage.schedules import warmth as storage

LOOKED_BACK = timedelta(days=7)
"""A group without any post for so long has forgotten that its last one sold nothing."""

Plans = Mapping[GroupId, tuple[SlotPlan, ...]]


@dataclass
class Warming:
    """The warm turns of a batch, with what their groups were told lately."""

    turns: Collection[SlotKey] = ()
    said: Mapping[GroupId, list[tuple[date, str]]] = field(default_factory=dict)
    cold: Collection[GroupId] = ()
    """Groups whose last post sold nothing: never two in a row."""
    _told: set[GroupId] = field(default_factory=set)
    """Groups that are told something in this very batch."""

    def post(self, group: Group, key: SlotKey, lines: Lines) -> Warm | None:
        """What ``group`` is told in the slot ``key`` in the place of offers; None: it sells."""
        if key not in self.turns or group.id in self.cold or group.id in self._told:
            return None
        rules = lines.programmes[group.programme].warmth
        if rules is None:
            return None
        found = warmth.choose(
            rules,
            self.said.get(group.id, ()),
            key.day,
            group.language,
            lines.values(group, key.day, key.slot),
            seed=f"{group.id}/{key.day}/{key.slot}",
        )
        if found is not None:
            self._told.add(group.id)
        return found


async def read_warming(
    connection: Connection,
    programmes: Mapping[str, Programme],
    groups: Mapping[GroupId, Group],
    keys: Collection[SlotKey],
    plans: Plans,
) -> Warming:
    """The turns among ``keys``; only for their groups anything is read."""
    turns = {key for key in keys if _is_turn(programmes, groups[key.group_id], key, plans)}
    if not turns:
        return Warming()
    own = {key.group_id for key in turns}
    first = min(key.day for key in turns)
    return Warming(
        turns,
        await storage.list_said(connection, own, first - timedelta(days=REPEAT_DAYS + 1)),
        await storage.list_cold(connection, own, first - LOOKED_BACK),
    )


def _is_turn(programmes: Mapping[str, Programme], group: Group, key: SlotKey, plans: Plans) -> bool:
    programme = programmes.get(group.programme)
    rules = programme.warmth if programme else None
    if rules is None:
        return False
    if key.day < group.connected_at.date() + timedelta(days=rules.after_days):
        return False
    return warmth.is_turn(
        key.group_id, key.day, key.slot, plans.get(key.group_id, ()), rules.one_in
    )
