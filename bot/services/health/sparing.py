"""How much room the groups of a batch have for selling posts, where they are given rest."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.health.resting import room
from bot.domain.posts import slots as arithmetic
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import Programme, SlotPlan
from bot.domain.records import Group, GroupId
from bot.services.schedules.silence import Silence, read_silence
from storage.database import Connection
from storage.health import healths


async def rooms_of(
    connection: Connection,
    programmes: Mapping[str, Programme],
    groups: Mapping[GroupId, Group],
    keys: Collection[SlotKey],
    plans: Mapping[GroupId, Sequence[SlotPlan]],
) -> dict[SlotKey, int]:
    """Selling posts that there is room for in those of ``keys`` whose group is spared some.

    Groups that get every post are not in it: the usual batch costs one look by their ids.
    """
    shares = await healths.list_shares(connection, {key.group_id for key in keys})
    spared = [
        key
        for key in keys
        if key.group_id in shares and groups[key.group_id].programme in programmes
    ]
    if not spared:
        return {}
    own = {key.group_id: groups[key.group_id] for key in spared}
    since = min(key.day for key in spared)
    silence = await read_silence(connection, programmes, own.values(), since)
    return {
        key: room(
            shares[key.group_id],
            key.group_id,
            key.day,
            key.slot,
            [
                plan.name
                for plan in plans.get(key.group_id, ())
                if _may_post(plan, key.day, own[key.group_id], silence)
            ],
            programmes[own[key.group_id].programme].picks_per_slot,
        )
        for key in spared
    }


def _may_post(plan: SlotPlan, day: date, group: Group, silence: Silence) -> bool:
    """Whether a slot is on and not swallowed by quiet hours: what stays is to be seen."""
    if not arithmetic.is_on(plan, day):
        return False
    return bool(silence.open_parts(group, arithmetic.window(plan, day, ZoneInfo(group.timezone))))
