"""A group's settings as one document: read, put into another group, kept to be undone."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Row, Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.copying import TOPICS, Settings
from bot.domain.records import GroupId, PersonId
from storage.tables import blackouts, copies, forum_topics, groups, quiet_hours, slots
from storage.tables.base import Instant

OWN = ("language", "timezone", "vertical")
"""Settings that stand in the group's own row."""

DRAWN, DONE, UNDONE = "drawn", "done", "undone"


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of a room that are settings of a group: under which part, and what names the group."""

    part: str
    table: Table
    key: str
    is_scope: bool = False
    """Whether ``key`` holds "group:ID" in the place of our id."""
    left_out: tuple[str, ...] = ()
    """Columns that are no settings."""

    def of(self, group_id: GroupId) -> Any:
        """What ``key`` holds for a group."""
        return f"group:{group_id}" if self.is_scope else group_id


ROOMS: tuple[Kept, ...] = (
    Kept("slots", slots, "scope", is_scope=True),
    Kept("quiet", quiet_hours, "scope", is_scope=True),
    Kept("blackouts", blackouts, "scope", is_scope=True, left_out=("id",)),
    Kept(TOPICS, forum_topics, "group_id", left_out=("shut_at",)),
)


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy, from being put together to being undone."""

    id: int
    promoter_id: PersonId
    source_id: GroupId
    targets: tuple[GroupId, ...]
    state: str
    at: datetime
    stood: Mapping[GroupId, tuple[Settings, Settings]]
    """By group what stood before and what was put there."""


# ---------------------------------------------------------------- settings


async def read(
    connection: AsyncConnection, ids: Sequence[GroupId]
) -> dict[GroupId, dict[str, Any]]:
    """The settings of each of ``ids``, by part, as a document can keep them."""
    columns = [groups.c.id, *(groups.c[name] for name in OWN)]
    rows = await connection.execute(select(*columns).where(groups.c.id.in_(ids)))
    found = {GroupId(row.id): {name: getattr(row, name) for name in OWN} for row in rows}
    for room in ROOMS:
        by_key: dict[Any, list[dict[str, Any]]] = {room.of(each): [] for each in found}
        for row in await connection.execute(_rows_of(room, list(by_key))):
            kept = {name: _written(row._mapping[name]) for name in _names(room)}
            by_key[row._mapping[room.key]].append(kept)
        for group_id, settings in found.items():
            settings[room.part] = by_key[room.of(group_id)]
    return found


async def put(
    connection: AsyncConnection, group_id: GroupId, settings: Settings, parts: Collection[str]
) -> None:
    """Let those ``parts`` of a group's settings be exactly these."""
    own = {name: settings[name] for name in OWN if name in parts}
    if own:
        await connection.execute(update(groups).where(groups.c.id == group_id).values(own))
    for room in ROOMS:
        if room.part not in parts:
            continue
        key = room.of(group_id)
        await connection.execute(delete(room.table).where(room.table.c[room.key] == key))
        rows = [_read(room.table, kept) | {room.key: key} for kept in settings[room.part]]
        if rows:
            await connection.execute(insert(room.table), rows)


def _names(room: Kept) -> list[str]:
    left_out = (room.key, *room.left_out)
    return [column.name for column in room.table.columns if column.name not in left_out]


def _rows_of(room: Kept, keys: Sequence[Any]) -> Any:
    # In an order that no copy changes: numbers of rows are no settings.
    order = [room.table.c[name] for name in (room.key, *_names(room)[:2])]
    return select(room.table).where(room.table.c[room.key].in_(keys)).order_by(*order)


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _read(table: Table, kept: Mapping[str, Any]) -> dict[str, Any]:
    """Days and instants as they were; a document knows them as words."""
    found = {}
    for name, value in kept.items():
        kind = table.c[name].type
        if isinstance(value, str) and isinstance(kind, Date):
            value = date.fromisoformat(value)
        elif isinstance(value, str) and isinstance(kind, Instant):
            value = datetime.fromisoformat(value)
        found[name] = value
    return found


# ---------------------------------------------------------------- copies


async def add(
    connection: AsyncConnection, promoter_id: PersonId, source_id: GroupId, at: datetime
) -> Copy:
    """A copy that begins to be put together, to no group yet."""
    row = {
        "promoter_id": promoter_id,
        "source_id": source_id,
        "targets": [],
        "state": DRAWN,
        "at": at,
    }
    number = await connection.scalar(insert(copies).values(row).returning(copies.c.id))
    return Copy(int(number or 0), promoter_id, source_id, (), DRAWN, at, {})


async def find(connection: AsyncConnection, copy_id: int, promoter_id: PersonId) -> Copy | None:
    """A copy of this promoter's, held until the transaction ends; None for anybody else's."""
    rows = await connection.execute(
        select(copies).where(_is(copy_id, promoter_id)).with_for_update()
    )
    row = rows.one_or_none()
    return _copy(row) if row else None


async def mark_targets(
    connection: AsyncConnection, copy_id: int, targets: Sequence[GroupId]
) -> None:
    """Let a copy that is being put together go to exactly these groups."""
    await connection.execute(
        update(copies)
        .where(copies.c.id == copy_id, copies.c.state == DRAWN)
        .values(targets=list(targets))
    )


async def mark_done(
    connection: AsyncConnection,
    copy_id: int,
    stood: Mapping[GroupId, tuple[Settings, Settings]],
    at: datetime,
) -> bool:
    """The copy was made; False when it was before."""
    document = {str(group_id): [dict(old), dict(new)] for group_id, (old, new) in stood.items()}
    return await _advance(connection, copy_id, DRAWN, state=DONE, stood=document, at=at)


async def mark_undone(connection: AsyncConnection, copy_id: int) -> bool:
    """The copy was taken back; False when it was before, or never made."""
    return await _advance(connection, copy_id, DONE, state=UNDONE)


async def delete_old(connection: AsyncConnection, before: datetime) -> int:
    """Forget copies made, or begun, before ``before``; how many."""
    done = await connection.execute(delete(copies).where(copies.c.at < before))
    return done.rowcount


async def _advance(connection: AsyncConnection, copy_id: int, before: str, **values: Any) -> bool:
    done = await connection.execute(
        update(copies).where(copies.c.id == copy_id, copies.c.state == before).values(**values)
    )
    return done.rowcount == 1


def _is(copy_id: int, promoter_id: PersonId) -> ColumnElement[bool]:
    return (copies.c.id == copy_id) & (copies.c.promoter_id == promoter_id)


def _copy(row: Row[Any]) -> Copy:
    stood = row.stood or {}
    return Copy(
        id=row.id,
        promoter_id=PersonId(row.promoter_id),
        source_id=GroupId(row.source_id),
        targets=tuple(GroupId(each) for each in row.targets),
        state=row.state,
        at=row.at,
        stood={GroupId(int(key)): (old, new) for key, (old, new) in stood.items()},
    )
