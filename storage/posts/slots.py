"""Slots set by hand, the next opening of each group's slot, and the runs that were."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.posts.slots import Opening, SlotKey
from bot.domain.programmes import SlotPlan
from bot.domain.records import Group, GroupId, GroupState
from storage import bulk
from storage.people import groups as groups_storage
from storage.tables import groups, openings, promoters, slot_runs, slots
from storage.upsert import insert_for

# ---------------------------------------------------------------- set by hand


async def list_set(
    connection: AsyncConnection, scopes: Iterable[str]
) -> dict[str, dict[str, SlotPlan]]:
    """What was set by hand for ``scopes``, by scope and slot name."""
    rows = await connection.execute(select(slots).where(slots.c.scope.in_(set(scopes))))
    found: dict[str, dict[str, SlotPlan]] = {}
    for row in rows:
        plan = SlotPlan(row.name, row.opens, row.closes, tuple(row.days), is_off=row.is_off)
        found.setdefault(row.scope, {})[row.name] = plan
    return found


async def list_all_set(connection: AsyncConnection) -> dict[str, dict[str, SlotPlan]]:
    """Everything that was set by hand, by scope and slot name."""
    scopes = await connection.scalars(select(slots.c.scope).distinct())
    return await list_set(connection, scopes)


async def set_plan(connection: AsyncConnection, scope: str, plan: SlotPlan) -> None:
    """Keep ``plan`` for ``scope`` in the place of what was set before."""
    row = {
        "scope": scope,
        "name": plan.name,
        "opens": plan.opens,
        "closes": plan.closes,
        "days": list(plan.days),
        "is_off": plan.is_off,
    }
    statement = insert_for(connection, slots).values(row)
    names = ("opens", "closes", "days", "is_off")
    changed = {name: statement.excluded[name] for name in names}
    keys = [slots.c.scope, slots.c.name]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed))


async def list_groups_under(
    connection: AsyncConnection, scope: str, *, after: GroupId, limit: int
) -> list[GroupId]:
    """The next ``limit`` groups that ``scope`` speaks of, by ascending id beyond ``after``."""
    kind, _, name = scope.partition(":")
    column: Any = {
        "programme": groups.c.programme,
        "promoter": groups.c.promoter_id,
        "group": groups.c.id,
    }[kind]
    value = name if kind == "programme" else int(name)
    statement = (
        select(groups.c.id)
        .where(column == value, groups.c.id > after)
        .order_by(groups.c.id)
        .limit(limit)
    )
    return [GroupId(found) for found in await connection.scalars(statement)]


async def list_groups_without_openings(
    connection: AsyncConnection, *, after: GroupId, limit: int
) -> list[GroupId]:
    """The next ``limit`` groups that nothing was planned for yet, by ascending id beyond."""
    has_openings = exists().where(openings.c.group_id == groups.c.id)
    statement = (
        select(groups.c.id)
        .where(groups.c.id > after, groups.c.state != GroupState.CLOSED, ~has_openings)
        .order_by(groups.c.id)
        .limit(limit)
    )
    return [GroupId(found) for found in await connection.scalars(statement)]


# ---------------------------------------------------------------- openings


async def ask_by_index(connection: AsyncConnection) -> None:
    """Have every question answered by an index until the transaction ends.

    PostgreSQL keeps the plan of a question that is asked again and again. One that was made
    while a table was small would read it through for ever, however large it has become.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(text("SET LOCAL enable_seqscan = off"))


async def held(connection: AsyncConnection, found: Sequence[Group]) -> list[Group]:
    """These groups as they are now, and stay until the transaction ends: nobody hands them on."""
    ids = sorted(group.id for group in found)
    own = select(openings.c.slot).where(openings.c.group_id.in_(ids))
    await connection.execute(own.order_by(openings.c.group_id, openings.c.slot).with_for_update())
    known = await groups_storage.list_by_ids(connection, ids)
    return [known[group.id] for group in found]


async def claim_due(connection: AsyncConnection, now: datetime, limit: int) -> list[Opening]:
    """Openings that are due at ``now``, the earliest first, held until the transaction ends.

    Another worker gets others meanwhile (SQLite has one writer at a time anyway).
    """
    rows = await connection.execute(due_openings(now, limit).with_for_update(skip_locked=True))
    return [_opening(row) for row in rows]


async def list_due_days(
    connection: AsyncConnection, now: datetime, limit: int
) -> set[tuple[str, str | None, str | None, date, bool]]:
    """(programme, brand, vertical, local day, whether it is over) of what ``claim_due`` claims."""
    due = due_openings(now, limit).subquery()
    statement = (
        select(
            groups.c.programme,
            promoters.c.brand,
            groups.c.vertical,
            due.c.day,
            due.c.closes_at <= now,
        )
        .join_from(due, groups, groups.c.id == due.c.group_id)
        .join(promoters, promoters.c.person_id == groups.c.promoter_id)
        .distinct()
    )
    return {(*row[:4], bool(row[4])) for row in await connection.execute(statement)}


def due_openings(now: datetime, limit: int) -> Any:
    """The question that claiming asks; answered, in its order, by the index on both columns."""
    return (
        select(openings)
        .where(openings.c.opens_at <= now)
        # In the order of groups, so that what is written for neighbours lies together.
        .order_by(openings.c.opens_at, openings.c.group_id)
        .limit(limit)
    )


async def list_openings(
    connection: AsyncConnection, group_ids: Collection[GroupId]
) -> list[Opening]:
    """The next openings of ``group_ids``, the earliest first."""
    statement = (
        select(openings)
        .where(openings.c.group_id.in_(group_ids))
        .order_by(openings.c.opens_at, openings.c.slot)
    )
    return [_opening(row) for row in await connection.execute(statement)]


async def set_openings(connection: AsyncConnection, new: Sequence[Opening]) -> None:
    """Keep each group's next opening of a slot in the place of the one before."""
    rows = [
        {
            "group_id": opening.group_id,
            "slot": opening.slot,
            "day": opening.day,
            "opens_at": opening.opens_at,
            "closes_at": opening.closes_at,
        }
        for opening in new
    ]
    await bulk.put(connection, openings, rows, ("group_id", "slot"))


async def delete_openings(
    connection: AsyncConnection, pairs: Collection[tuple[GroupId, str]]
) -> None:
    """Forget the openings of these (group, slot): the group left, or the slot is no more."""
    if pairs:
        statement = delete(openings).where(
            openings.c.group_id == bindparam("b_group"), openings.c.slot == bindparam("b_slot")
        )
        await connection.execute(
            statement, [{"b_group": group_id, "b_slot": slot} for group_id, slot in pairs]
        )


# ---------------------------------------------------------------- runs


async def list_runs(connection: AsyncConnection, keys: Collection[SlotKey]) -> dict[SlotKey, str]:
    """Outcomes of those of ``keys`` that have run, whatever came of it."""
    statement = select(
        slot_runs.c.group_id, slot_runs.c.day, slot_runs.c.slot, slot_runs.c.outcome
    ).where(
        slot_runs.c.group_id.in_({key.group_id for key in keys}),
        slot_runs.c.day.in_({key.day for key in keys}),
    )
    found = {
        SlotKey(GroupId(row.group_id), row.day, row.slot): row.outcome
        for row in await connection.execute(statement)
    }
    return {key: outcome for key, outcome in found.items() if key in set(keys)}


async def append_runs(
    connection: AsyncConnection,
    outcomes: Mapping[SlotKey, str],
    at: datetime,
    reasons: Mapping[SlotKey, str] | None = None,
) -> None:
    """Write down that these slots ran, and why some did not post.

    The database refuses a second run of one key.
    """
    await bulk.insert(connection, slot_runs, _run_rows(outcomes, at, reasons or {}))


async def set_runs(
    connection: AsyncConnection, outcomes: Mapping[SlotKey, str], at: datetime
) -> None:
    """Write down that these slots ran, some of them after all: they had come to nothing before."""
    rows = _run_rows(outcomes, at, {})
    await bulk.put(connection, slot_runs, rows, ("group_id", "day", "slot"))


def _run_rows(
    outcomes: Mapping[SlotKey, str], at: datetime, reasons: Mapping[SlotKey, str]
) -> list[dict[str, Any]]:
    return [
        {
            "group_id": key.group_id,
            "day": key.day,
            "slot": key.slot,
            "planned_at": at,
            "outcome": outcome,
            "reason": reasons.get(key),
        }
        for key, outcome in outcomes.items()
    ]


def _opening(row: Any) -> Opening:
    return Opening(GroupId(row.group_id), row.slot, row.day, row.opens_at, row.closes_at)


async def close_begun(connection: AsyncConnection, now: datetime) -> int:
    """Let every opening that has begun by ``now`` count as missed; how many.

    For a database out of a backup: its posts may have gone out since.
    """
    done = await connection.execute(
        update(openings).where(openings.c.opens_at <= now).values(closes_at=openings.c.opens_at)
    )
    return int(done.rowcount)
