"""Looking at the posting times of groups whose turn it is, each once a month at most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.health.hours import (
    ASKED_EVERY,
    DECLINED_FOR,
    LOOKED_BACK,
    Suggestion,
    suggested,
)
from bot.domain.health.standings import Health
from bot.domain.programmes import Programme, SlotPlan
from bot.domain.records import Group, GroupId, GroupState
from bot.domain.schedules.bounds import broken
from bot.services.posts.scheduling import plans_of
from storage.database import Connection
from storage.health import hours

DAY_MINUTES, HOUR_MINUTES = 24 * 60, 60


@dataclass(frozen=True)
class Looked:
    """Which groups had their turn, and what was found for some of them."""

    due: frozenset[GroupId]
    next_on: date
    found: Mapping[GroupId, Suggestion] = field(default_factory=dict)


async def look(
    connection: Connection,
    programmes: Mapping[str, Programme],
    waiting: Sequence[tuple[Health, Group]],
    today: date,
    now: datetime,
) -> Looked:
    """Look at those of ``waiting`` whose turn it is ``today``."""
    own = {
        group.id: group
        for health, group in waiting
        if health.suggest_on is not None
        and health.suggest_on <= today
        and group.state == GroupState.ACTIVE
        and group.programme in programmes
    }
    looked = Looked(frozenset(own), today + ASKED_EVERY)
    if not own:
        return looked
    clicked = await hours.clicked(connection, own, now - LOOKED_BACK)
    declined = await hours.list_declined(connection, own, now - DECLINED_FOR)
    plans = await plans_of(connection, programmes, list(own.values()))
    found = {}
    for key, seen in clicked.items():
        local = _local(seen.hours, ZoneInfo(own[key].timezone), now)
        ordinary = [plan for plan in plans[key] if plan.during is None]
        each = suggested(ordinary, local, seen.days, declined.get(key, ()))
        if each is not None and _is_allowed(each, ordinary, programmes[own[key].programme]):
            found[key] = each
    return Looked(looked.due, looked.next_on, found)


def _is_allowed(found: Suggestion, plans: Sequence[SlotPlan], programme: Programme) -> bool:
    """Whether the promoter may set the slot so: nothing is suggested that would be refused."""
    moved = [
        replace(plan, opens=found.opens, closes=found.closes)
        for plan in plans
        if plan.name == found.slot
    ]
    return broken(moved[0], plans, programme.bounds) is None


def _local(
    counts: Mapping[tuple[str, int], int], zone: ZoneInfo, now: datetime
) -> dict[tuple[str, int], int]:
    """Hours UTC as the hours of a clock in ``zone`` as it goes now."""
    offset = (now.astimezone(zone).utcoffset() or timedelta()) // timedelta(minutes=1)
    return {
        (slot, (hour * HOUR_MINUTES + offset) % DAY_MINUTES // HOUR_MINUTES): count
        for (slot, hour), count in counts.items()
    }
