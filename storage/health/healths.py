"""Where each group stands and what is left out of its posts, as remembered from night to night."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.health.fatigue import Rest, Sign
from bot.domain.health.hours import ASKED_EVERY
from bot.domain.health.standings import Cause, Health
from bot.domain.records import Group, GroupId, GroupState, PersonId
from storage.people import groups as groups_storage
from storage.tables import group_health, groups
from storage.upsert import insert_ignore

FIRST_LOOK = timedelta(days=14)
"""Sooner there is too little to see."""
_NAMES = tuple(column.name for column in group_health.columns)


async def adopt(
    connection: AsyncConnection, day: date, *, after: GroupId, limit: int
) -> list[GroupId]:
    """Remember groups from ``day`` on that are not known yet, by id beyond ``after``."""
    unknown = (
        select(groups.c.id)
        .outerjoin(group_health, group_health.c.group_id == groups.c.id)
        .where(groups.c.id > after, group_health.c.group_id.is_(None))
        .order_by(groups.c.id)
        .limit(limit)
    )
    ids = [GroupId(key) for key in await connection.scalars(unknown)]
    fresh = [Health(key, day, suggest_on=_first_look(key, day)) for key in ids]
    await add_if_none(connection, fresh)
    return ids


async def list_waiting(
    connection: AsyncConnection, today: date, limit: int
) -> list[tuple[Health, Group]]:
    """Groups that were not evaluated up to ``today``, those that wait the longest first."""
    statement = (
        select(groups, *(group_health.c[name].label(f"h_{name}") for name in _NAMES))
        .join(group_health, group_health.c.group_id == groups.c.id)
        .where(group_health.c.evaluated_on < today)
        .order_by(group_health.c.evaluated_on, group_health.c.group_id)
        .limit(limit)
    )
    rows = await connection.execute(statement)
    return [(_read(row, "h_"), groups_storage.read(row)) for row in rows]


async def list_by_ids(
    connection: AsyncConnection, ids: Iterable[GroupId], *, for_update: bool = False
) -> dict[GroupId, Health]:
    """What is remembered of these groups."""
    statement = select(group_health).where(group_health.c.group_id.in_(set(ids)))
    if for_update:
        statement = statement.order_by(group_health.c.group_id).with_for_update()
    return {GroupId(row.group_id): _read(row, "") for row in await connection.execute(statement)}


async def list_shares(connection: AsyncConnection, ids: Iterable[GroupId]) -> dict[GroupId, int]:
    """What is left out of the selling posts of those groups that are spared some, basis points."""
    rows = await connection.execute(
        select(group_health.c.group_id, group_health.c.share_bps).where(
            group_health.c.group_id.in_(set(ids)), group_health.c.share_bps > 0
        )
    )
    return {GroupId(key): int(share_bps) for key, share_bps in rows}


async def list_closed_of(connection: AsyncConnection, promoter_id: PersonId) -> list[Group]:
    """Groups of a promoter that were closed for their health and may be opened again."""
    statement = (
        select(groups)
        .join(group_health, group_health.c.group_id == groups.c.id)
        .where(
            groups.c.promoter_id == promoter_id,
            groups.c.state == GroupState.CLOSED,
            groups.c.chat_id > groups_storage.RETIRED_BASE,
            groups.c.disconnected_at.is_(None),
            group_health.c.closed_on.is_not(None),
        )
        .order_by(groups.c.id)
    )
    return [groups_storage.read(row) for row in await connection.execute(statement)]


async def list_ailing(connection: AsyncConnection, limit: int) -> list[tuple[Health, Group]]:
    """Groups that are on probation, closed for their health, or spared some posts."""
    is_ailing = (
        group_health.c.probation_since.is_not(None)
        | group_health.c.closed_on.is_not(None)
        | (group_health.c.share_bps > 0)
    )
    statement = (
        select(groups, *(group_health.c[name].label(f"h_{name}") for name in _NAMES))
        .join(group_health, group_health.c.group_id == groups.c.id)
        .where(is_ailing, groups.c.chat_id > groups_storage.RETIRED_BASE)
        .order_by(groups.c.id)
        .limit(limit)
    )
    rows = await connection.execute(statement)
    return [(_read(row, "h_"), groups_storage.read(row)) for row in rows]


async def put(connection: AsyncConnection, healths: Sequence[Health]) -> None:
    """Remember these, in the place of what was remembered of their groups."""
    if healths:
        await connection.execute(
            update(group_health)
            .where(group_health.c.group_id == bindparam("b_group_id"))
            .values({name: bindparam(f"b_{name}") for name in _NAMES if name != "group_id"}),
            [
                {f"b_{name}": value for name, value in _values(each).items()}
                | {"b_group_id": each.group_id}
                for each in healths
            ],
        )


async def mark_evaluated(connection: AsyncConnection, ids: Collection[GroupId], day: date) -> None:
    """Nothing changed for these: all days before ``day`` are judged."""
    if ids:
        await connection.execute(
            update(group_health).where(group_health.c.group_id.in_(ids)).values(evaluated_on=day)
        )


async def add_if_none(connection: AsyncConnection, fresh: Sequence[Health]) -> None:
    """Remember groups unless they are known already."""
    rows = [_values(each) | {"group_id": each.group_id} for each in fresh]
    await insert_ignore(connection, group_health, rows)


async def mark_state(
    connection: AsyncConnection, group_id: GroupId, old: GroupState, new: GroupState
) -> bool:
    """Let a group stand elsewhere, unless it moved meanwhile."""
    done = await connection.execute(
        update(groups).where(groups.c.id == group_id, groups.c.state == old).values(state=new)
    )
    return done.rowcount == 1


def _first_look(group_id: GroupId, day: date) -> date:
    """When a group's posting times are first looked at: not all on one night."""
    return day + FIRST_LOOK + timedelta(days=group_id % ASKED_EVERY.days)


def _values(health: Health) -> dict[str, Any]:
    """A record as the columns of its row."""
    rest = health.rest
    return {
        "evaluated_on": health.evaluated_on,
        "was_active": health.was_active,
        "below_since": health.below_since,
        "lacking_since": health.lacking_since,
        "probation_since": health.probation_since,
        "probation_until": health.probation_until,
        "cause": health.cause,
        "baseline_micro": health.baseline_micro,
        "recovered_on": health.recovered_on,
        "closed_on": health.closed_on,
        "rest_level": rest.level,
        "rest_since": rest.since,
        "rest_sign": rest.sign,
        "tolerance_milli": rest.tolerance_milli,
        "clicks_milli": rest.clicks_milli,
        "kept_until": rest.kept_until,
        "share_bps": health.share_bps,
        "suggest_on": health.suggest_on,
    }


def _read(row: Row[Any], prefix: str) -> Health:
    """A row of the table, its columns under ``prefix``, as a record."""
    own = {name: getattr(row, f"{prefix}{name}") for name in _NAMES}
    rest = Rest(
        own["rest_level"],
        own["rest_since"],
        Sign(own["rest_sign"]) if own["rest_sign"] else None,
        own["tolerance_milli"],
        own["clicks_milli"],
        own["kept_until"],
    )
    return Health(
        group_id=GroupId(own["group_id"]),
        evaluated_on=own["evaluated_on"],
        was_active=own["was_active"],
        below_since=own["below_since"],
        lacking_since=own["lacking_since"],
        probation_since=own["probation_since"],
        probation_until=own["probation_until"],
        cause=Cause(own["cause"]) if own["cause"] else None,
        baseline_micro=own["baseline_micro"],
        recovered_on=own["recovered_on"],
        closed_on=own["closed_on"],
        rest=rest,
        share_bps=own["share_bps"],
        suggest_on=own["suggest_on"],
    )
