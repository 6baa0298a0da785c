"""When the people of groups click, and which posting times were suggested for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, extract, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.health.hours import Suggestion
from bot.domain.records import GroupId, PostState
from storage.tables import click_hours, links, posts, suggested_hours
from storage.upsert import insert_for

ASKED, ACCEPTED, DECLINED = "asked", "accepted", "declined"


@dataclass(frozen=True, slots=True)
class Clicked:
    """Clicks of people on a group's posts: by slot and hour UTC, and the days of each slot."""

    hours: Mapping[tuple[str, int], int]
    days: Mapping[str, int]


async def clicked(
    connection: AsyncConnection, ids: Collection[GroupId], since: datetime
) -> dict[GroupId, Clicked]:
    """Clicks on posts of these groups that were sent after ``since``."""
    first = since.date() - timedelta(days=2)
    own = (
        posts.c.group_id.in_(ids),
        posts.c.day >= first,
        posts.c.sent_at >= since,
        posts.c.state == PostState.SENT.value,
        posts.c.offer_id.is_not(None),
    )
    # A server may be set to another zone than UTC.
    at: Any = click_hours.c.hour_at
    if connection.dialect.name != "sqlite":
        at = func.timezone("UTC", at)
    hour = extract("hour", at)
    clicks = (
        select(posts.c.group_id, posts.c.slot, hour, func.sum(click_hours.c.people))
        .join(links, links.c.post_id == posts.c.id)
        .join(click_hours, click_hours.c.code == links.c.code)
        .where(*own, click_hours.c.people > 0)
        .group_by(posts.c.group_id, posts.c.slot, hour)
    )
    counted = (
        select(posts.c.group_id, posts.c.slot, func.count(posts.c.day.distinct()))
        .where(*own)
        .group_by(posts.c.group_id, posts.c.slot)
    )
    hours: dict[GroupId, dict[tuple[str, int], int]] = {}
    for key, slot, number, people in await connection.execute(clicks):
        hours.setdefault(GroupId(key), {})[(slot, int(number))] = int(people)
    days: dict[GroupId, dict[str, int]] = {}
    for key, slot, number in await connection.execute(counted):
        days.setdefault(GroupId(key), {})[slot] = int(number)
    return {key: Clicked(hours.get(key, {}), own_days) for key, own_days in days.items()}


async def list_declined(
    connection: AsyncConnection, ids: Collection[GroupId], since: datetime
) -> dict[GroupId, list[str]]:
    """Slots of which promoters said no after ``since``, by group."""
    rows = await connection.execute(
        select(suggested_hours.c.group_id, suggested_hours.c.slot).where(
            suggested_hours.c.group_id.in_(ids),
            suggested_hours.c.state == DECLINED,
            suggested_hours.c.at >= since,
        )
    )
    found: dict[GroupId, list[str]] = {}
    for key, slot in rows:
        found.setdefault(GroupId(key), []).append(slot)
    return found


async def put(
    connection: AsyncConnection, found: Mapping[GroupId, Suggestion], at: datetime
) -> None:
    """Keep what was suggested, in the place of what was suggested for the same slot before."""
    if not found:
        return
    rows = [_row(group_id, each, at) for group_id, each in found.items()]
    statement = insert_for(connection, suggested_hours)
    keys = [suggested_hours.c.group_id, suggested_hours.c.slot]
    fresh = {name: statement.excluded[name] for name in rows[0] if name not in ("group_id", "slot")}
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=fresh), rows)


async def decide(
    connection: AsyncConnection, group_id: GroupId, slot: str, state: str, at: datetime
) -> Suggestion | None:
    """Take the promoter's word on a suggestion, once; None when there is none to decide."""
    done = await connection.execute(
        update(suggested_hours)
        .where(
            suggested_hours.c.group_id == group_id,
            suggested_hours.c.slot == slot,
            suggested_hours.c.state == ASKED,
        )
        .values(state=state, at=at)
        .returning(suggested_hours)
    )
    row = done.one_or_none()
    return _read(row) if row else None


def _row(group_id: GroupId, found: Suggestion, at: datetime) -> dict[str, Any]:
    return {
        "group_id": group_id,
        "slot": found.slot,
        "opens": found.opens,
        "closes": found.closes,
        "old_opens": found.old_opens,
        "old_closes": found.old_closes,
        "clicks": found.clicks,
        "own_clicks": found.own_clicks,
        "state": ASKED,
        "at": at,
    }


def _read(row: Row[Any]) -> Suggestion:
    return Suggestion(
        row.slot, row.opens, row.closes, int(row.opens[:2]), row.clicks, row.own_clicks,
        row.old_opens, row.old_closes,
    )  # fmt: skip
