"""Who came by which link: known by a hash for a while, and as counts for good."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, delete, or_, select, tuple_, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.cohorts import SPANS, Day
from bot.domain.pools.pools import WON
from bot.domain.records import GroupId
from storage.tables import (
    claims,
    cohort_days,
    cohort_members,
    groups,
    invite_links,
    joiners,
    people,
    pools,
)
from storage.upsert import insert_for

AT_ONCE = 200
GONE = tuple(f"gone_{days}" for days in SPANS)

Key = tuple[GroupId, str]
"""A group, and the hash of somebody in it."""


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody came into a group by a link of ours."""

    group_id: GroupId
    member: str
    link_id: int
    at: datetime


# ---------------------------------------------------------------- coming and going


async def find_groups(connection: AsyncConnection, chat_ids: Collection[int]) -> dict[int, GroupId]:
    """The groups that are in these chats now."""
    rows = await connection.execute(
        select(groups.c.chat_id, groups.c.id).where(groups.c.chat_id.in_(chat_ids))
    )
    return {row.chat_id: GroupId(row.id) for row in rows}


async def add(connection: AsyncConnection, came: Sequence[Came]) -> None:
    """Count those who came, each once until they leave."""
    if not came:
        return
    rows = [
        {
            "group_id": each.group_id,
            "member": each.member,
            "link_id": each.link_id,
            "came_at": each.at,
            "has_claimed": False,
            "has_pooled": False,
        }
        for each in came
    ]
    fresh: Counter[tuple[int, date]] = Counter()
    for start in range(0, len(rows), AT_ONCE):
        statement = insert_for(connection, cohort_members).values(rows[start : start + AT_ONCE])
        kept = statement.on_conflict_do_nothing().returning(
            cohort_members.c.link_id, cohort_members.c.came_at
        )
        fresh.update((row.link_id, row.came_at.date()) for row in await connection.execute(kept))
    await _count(connection, {key: {"came": count} for key, count in fresh.items()})


async def remove(
    connection: AsyncConnection, keys: Collection[Key]
) -> list[tuple[Key, int, datetime]]:
    """Forget those who left; by which link each had come, and when."""
    found: list[tuple[Key, int, datetime]] = []
    for some in _pieces(list(keys)):
        key = tuple_(cohort_members.c.group_id, cohort_members.c.member)
        rows = await connection.execute(
            delete(cohort_members)
            .where(key.in_(some))
            .returning(
                cohort_members.c.group_id,
                cohort_members.c.member,
                cohort_members.c.link_id,
                cohort_members.c.came_at,
            )
        )
        found += [((GroupId(row.group_id), row.member), row.link_id, row.came_at) for row in rows]
    return found


async def count_gone(
    connection: AsyncConnection, gone: Iterable[tuple[int, date, tuple[int, ...]]]
) -> None:
    """Count those who left: the link, the day on which they came, and one for each span or zero."""
    sums: dict[tuple[int, date], Counter[str]] = {}
    for link_id, day, within in gone:
        if any(within):
            counted = dict(zip(GONE, within, strict=True))
            sums.setdefault((link_id, day), Counter()).update(counted)
    await _count(connection, sums)


async def _count(
    connection: AsyncConnection, sums: Mapping[tuple[int, date], Mapping[str, int]]
) -> None:
    for (link_id, day), counted in sorted(sums.items()):
        row: dict[str, Any] = {"link_id": link_id, "day": day, "came": 0} | dict(counted)
        statement = insert_for(connection, cohort_days).values(row)
        moved = {name: cohort_days.c[name] + count for name, count in counted.items()}
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=[cohort_days.c.link_id, cohort_days.c.day], set_=moved
            )
        )


# ---------------------------------------------------------------- what they did


async def list_claiming(connection: AsyncConnection, group_id: GroupId) -> set[int]:
    """Telegram ids of those who said of an order in a group that it is theirs."""
    found = await connection.scalars(
        select(people.c.telegram_id)
        .join(claims, claims.c.person_id == people.c.id)
        .where(claims.c.group_id == group_id, people.c.telegram_id.is_not(None))
    )
    return {one for one in found if one is not None}


async def list_pooling(connection: AsyncConnection, group_id: GroupId) -> set[int]:
    """Telegram ids of those who are in a pool of a group that came about."""
    found = await connection.scalars(
        select(people.c.telegram_id)
        .join(joiners, joiners.c.person_id == people.c.id)
        .join(pools, pools.c.id == joiners.c.pool_id)
        .where(
            pools.c.group_id == group_id,
            pools.c.state.in_([state.value for state in WON]),
            joiners.c.left_at.is_(None),
            people.c.telegram_id.is_not(None),
        )
    )
    return {one for one in found if one is not None}


async def tally(
    connection: AsyncConnection, group_id: GroupId, members: Collection[str], what: str
) -> int:
    """Count those of ``members`` who came by a link and did ``what``, each once; how many.

    ``what`` is "claimed" or "pooled".
    """
    flag, counter = cohort_members.c[f"has_{what}"], invite_links.c[what]
    fresh: Counter[int] = Counter()
    for some in _pieces(sorted(members)):
        rows = await connection.execute(
            update(cohort_members)
            .where(
                cohort_members.c.group_id == group_id,
                cohort_members.c.member.in_(some),
                flag.is_(False),
            )
            .values({flag.name: True})
            .returning(cohort_members.c.link_id)
        )
        fresh.update(row.link_id for row in rows)
    for link_id, count in sorted(fresh.items()):
        await connection.execute(
            update(invite_links)
            .where(invite_links.c.id == link_id)
            .values({counter.name: counter + count})
        )
    return sum(fresh.values())


async def list_active_groups(
    connection: AsyncConnection, *, since: datetime, after: GroupId, limit: int
) -> list[GroupId]:
    """The next groups with a cohort in which orders were claimed or pools came about."""
    claimed = select(claims.c.group_id).where(claims.c.claimed_at >= since)
    pooled = select(pools.c.group_id).where(
        or_(pools.c.ended_at.is_(None), pools.c.ended_at >= since)
    )
    acting = union(claimed, pooled).subquery()
    statement = (
        select(cohort_members.c.group_id)
        .where(
            cohort_members.c.group_id.in_(select(acting.c.group_id)),
            cohort_members.c.group_id > after,
        )
        .distinct()
        .order_by(cohort_members.c.group_id)
        .limit(limit)
    )
    return [GroupId(found) for found in await connection.scalars(statement)]


# ---------------------------------------------------------------- figures and forgetting


async def list_days(connection: AsyncConnection, link_ids: Collection[int]) -> dict[int, list[Day]]:
    """The days of each of these links."""
    found: dict[int, list[Day]] = {link_id: [] for link_id in link_ids}
    rows = await connection.execute(
        select(cohort_days)
        .where(cohort_days.c.link_id.in_(link_ids))
        .order_by(cohort_days.c.link_id, cohort_days.c.day)
    )
    for row in rows:
        gone = tuple(row._mapping[name] for name in GONE)
        found[row.link_id].append(Day(row.day, row.came, gone))
    return found


async def forget_old(connection: AsyncConnection, before: datetime) -> int:
    """Forget who came before ``before``; the counts stay. How many people."""
    done = await connection.execute(delete(cohort_members).where(cohort_members.c.came_at < before))
    return done.rowcount


async def erase_of(connection: AsyncConnection, member_in: Callable[[GroupId], str]) -> None:
    """Forget one person in every group; ``member_in`` gives the hash that a group keeps of them."""
    last = 0
    while True:
        ids = list(
            await connection.scalars(
                select(cohort_members.c.group_id)
                .where(cohort_members.c.group_id > last)
                .distinct()
                .order_by(cohort_members.c.group_id)
                .limit(AT_ONCE)
            )
        )
        if not ids:
            return
        own = [
            and_(
                cohort_members.c.group_id == group_id,
                cohort_members.c.member == member_in(GroupId(group_id)),
            )
            for group_id in ids
        ]
        await connection.execute(delete(cohort_members).where(or_(*own)))
        last = ids[-1]


def _pieces(keys: list[Any]) -> Iterable[list[Any]]:
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
