"""Whose deck is due: each promoter has one moment at which to be looked at again."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Group, GroupId, GroupState, PersonId
from storage import bulk
from storage.people.groups import read
from storage.tables import deck_turns, groups
from storage.tables.base import Instant
from storage.upsert import insert_for


async def look_again(
    connection: AsyncConnection, group_ids: Collection[GroupId], now: datetime
) -> None:
    """Have the promoters of these groups looked at: their slots are not what they were."""
    if not group_ids:
        return
    owners = (
        select(groups.c.promoter_id, literal(now, Instant)).where(groups.c.id.in_(group_ids))
    ).distinct()
    statement = insert_for(connection, deck_turns).from_select(["promoter_id", "due_at"], owners)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[deck_turns.c.promoter_id], set_={"due_at": statement.excluded.due_at}
        )
    )


async def list_due(connection: AsyncConnection, now: datetime, limit: int) -> list[PersonId]:
    """The promoters who are to be looked at, the longest due first."""
    statement = (
        select(deck_turns.c.promoter_id)
        .where(deck_turns.c.due_at <= now)
        .order_by(deck_turns.c.due_at, deck_turns.c.promoter_id)
        .limit(limit)
    )
    return [PersonId(found) for found in await connection.scalars(statement)]


async def claim(
    connection: AsyncConnection, promoter_ids: Collection[PersonId], now: datetime
) -> set[PersonId]:
    """Those of these promoters who are still due, held until the transaction ends."""
    statement = (
        select(deck_turns.c.promoter_id)
        .where(deck_turns.c.promoter_id.in_(promoter_ids), deck_turns.c.due_at <= now)
        .with_for_update(skip_locked=True)
    )
    return {PersonId(found) for found in await connection.scalars(statement)}


async def set_due(connection: AsyncConnection, due: Mapping[PersonId, datetime]) -> None:
    """Look at each of these promoters again at the moment given."""
    rows = [{"promoter_id": each, "due_at": at} for each, at in due.items()]
    await bulk.put(connection, deck_turns, rows, ("promoter_id",))


async def list_groups(
    connection: AsyncConnection, promoter_ids: Collection[PersonId]
) -> dict[PersonId, list[Group]]:
    """The groups of these promoters that are not closed, the earliest first."""
    statement = (
        select(groups)
        .where(groups.c.promoter_id.in_(promoter_ids), groups.c.state != GroupState.CLOSED)
        .order_by(groups.c.promoter_id, groups.c.id)
    )
    found: dict[PersonId, list[Group]] = {}
    for row in await connection.execute(statement):
        found.setdefault(PersonId(row.promoter_id), []).append(read(row))
    return found
