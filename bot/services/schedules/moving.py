"""The next opening in the place of each that was done; each day and zone is reckoned once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from bot.domain.posts import slots as arithmetic
from bot.domain.posts.slots import Opening, Window
from bot.domain.programmes import SlotPlan
from bot.domain.records import Group, GroupId, GroupState
from storage.database import Connection
from storage.posts import slots


async def move_on(
    connection: Connection,
    done: Collection[Opening],
    groups: Mapping[GroupId, Group],
    all_plans: Mapping[GroupId, Sequence[SlotPlan]],
) -> None:
    """Put the next opening in the place of each that was ``done``; closed groups have none."""
    plans = {
        (group.id, plan.name): plan
        for group in groups.values()
        if group.state != GroupState.CLOSED
        for plan in all_plans.get(group.id, ())
    }
    found: dict[tuple[SlotPlan, date, str], tuple[date, Window]] = {}
    next_ones: list[Opening] = []
    gone: list[tuple[GroupId, str]] = []
    for opening in done:
        plan = plans.get((opening.group_id, opening.slot))
        if plan is None:
            gone.append((opening.group_id, opening.slot))
            continue
        zone = groups[opening.group_id].timezone
        place = (plan, opening.day, zone)
        if place not in found:
            found[place] = arithmetic.following(plan, opening.day, ZoneInfo(zone))
        day, window = found[place]
        next_ones.append(
            Opening(opening.group_id, opening.slot, day, window.opens_at, window.closes_at)
        )
    await slots.delete_openings(connection, gone)
    await slots.set_openings(connection, next_ones)
