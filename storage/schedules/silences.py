"""Quiet hours and blackout dates that were set by hand, by scope."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.schedules.rules import Blackout, Quiet
from storage.tables import blackouts, quiet_hours
from storage.upsert import insert_for

LISTED_LIMIT = 500
"""Blackouts listed at a time; a promoter has a handful."""


async def list_quiet(
    connection: AsyncConnection, scopes: Iterable[str] | None = None
) -> dict[str, Quiet | None]:
    """Quiet hours set for ``scopes`` or for all (None); None where a file's are switched off."""
    statement = select(quiet_hours)
    if scopes is not None:
        statement = statement.where(quiet_hours.c.scope.in_(set(scopes)))
    return {
        row.scope: None if row.starts is None else Quiet(row.starts, row.ends)
        for row in await connection.execute(statement)
    }


async def set_quiet(connection: AsyncConnection, scope: str, quiet: Quiet | None) -> None:
    """Keep the quiet hours of ``scope`` in the place of those before; None keeps "none"."""
    row = {
        "scope": scope,
        "starts": quiet.starts if quiet else None,
        "ends": quiet.ends if quiet else None,
    }
    statement = insert_for(connection, quiet_hours).values(row)
    changed = {name: statement.excluded[name] for name in ("starts", "ends")}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[quiet_hours.c.scope], set_=changed)
    )


async def delete_quiet(connection: AsyncConnection, scope: str) -> bool:
    """Forget what was set for ``scope``; whether anything was."""
    done = await connection.execute(delete(quiet_hours).where(quiet_hours.c.scope == scope))
    return done.rowcount == 1


async def list_blackouts(
    connection: AsyncConnection, scopes: Collection[str] | None, since: date
) -> dict[str, tuple[Blackout, ...]]:
    """Blackouts of ``scopes`` or of all (None) that are not over by ``since``, by scope."""
    statement = (
        select(blackouts)
        .where(blackouts.c.ends_on >= since)
        .order_by(blackouts.c.starts_on, blackouts.c.id)
    )
    if scopes is None:
        statement = statement.limit(LISTED_LIMIT)
    else:
        statement = statement.where(blackouts.c.scope.in_(set(scopes)))
    found: dict[str, tuple[Blackout, ...]] = {}
    for row in await connection.execute(statement):
        one = Blackout(row.starts_on, row.ends_on, row.reason, row.id)
        found[row.scope] = (*found.get(row.scope, ()), one)
    return found


async def add_blackout(connection: AsyncConnection, scope: str, blackout: Blackout) -> int:
    """Keep a blackout of ``scope``; its id."""
    row = {
        "scope": scope,
        "starts_on": blackout.starts_on,
        "ends_on": blackout.ends_on,
        "reason": blackout.reason,
    }
    statement = insert(blackouts).values(row).returning(blackouts.c.id)
    return int(await connection.scalar(statement) or 0)


async def delete_blackout(
    connection: AsyncConnection, blackout_id: int, scopes: Collection[str]
) -> Blackout | None:
    """Forget a blackout of one of ``scopes``; what it was, None for one of nobody there."""
    statement = (
        delete(blackouts)
        .where(blackouts.c.id == blackout_id, blackouts.c.scope.in_(set(scopes)))
        .returning(blackouts)
    )
    row = (await connection.execute(statement)).one_or_none()
    return Blackout(row.starts_on, row.ends_on, row.reason, row.id) if row else None
