"""Who is in a pool: once a person, told once how it ended, nameless after a while."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.pools.pools import Joiner, PoolId
from bot.domain.records import PersonId
from storage.tables import joiners, pools
from storage.upsert import insert_for

NAME_LIMIT, PICKUP_LIMIT = 128, 64
TAKEN = joiners.c.left_at.is_(None)


async def find(connection: AsyncConnection, pool_id: PoolId, person_id: PersonId) -> Joiner | None:
    """What a person did in a pool, left or not; None for somebody new."""
    rows = await connection.execute(select(joiners).where(_one(pool_id, person_id)))
    row = rows.one_or_none()
    return _read(row) if row else None


async def add(connection: AsyncConnection, joiner: Joiner) -> bool:
    """Put a person in, or in again; False when that one is in already.

    The unique key decides between two taps at once, not what was read before.
    """
    row = {
        "pool_id": joiner.pool_id,
        "person_id": joiner.person_id,
        "name": (joiner.name or "")[:NAME_LIMIT],
        "quantity": joiner.quantity,
        "pickup": joiner.pickup,
        "joined_at": joiner.joined_at,
        "left_at": None,
        "leaving_until": None,
        "tap": joiner.tap,
        "told": None,
    }
    insertion = insert_for(connection, joiners).values(row)
    anew = {name: insertion.excluded[name] for name in row if name not in ("pool_id", "person_id")}
    statement = insertion.on_conflict_do_update(
        index_elements=[joiners.c.pool_id, joiners.c.person_id],
        set_=anew,
        where=joiners.c.left_at.is_not(None),
    ).returning(joiners.c.id)
    return await connection.scalar(statement) is not None


async def mark_leaving(
    connection: AsyncConnection,
    pool_id: PoolId,
    person_id: PersonId,
    until: datetime,
    *,
    tap: str | None,
) -> None:
    """Another tap before ``until`` means leaving."""
    await connection.execute(
        update(joiners).where(_one(pool_id, person_id), TAKEN).values(leaving_until=until, tap=tap)
    )


async def mark_left(
    connection: AsyncConnection,
    pool_id: PoolId,
    person_id: PersonId,
    at: datetime,
    *,
    tap: str | None,
) -> bool:
    """Take a person out, the name with it; False when that one was not in."""
    done = await connection.execute(
        update(joiners)
        .where(_one(pool_id, person_id), TAKEN)
        .values(left_at=at, tap=tap, leaving_until=None, name=None)
    )
    return bool(done.rowcount)


async def mark_chosen(
    connection: AsyncConnection,
    pool_id: PoolId,
    person_id: PersonId,
    *,
    quantity: int | None = None,
    pickup: str | None = None,
) -> bool:
    """Keep what somebody in a pool wants; None leaves it as it is. False when not in."""
    chosen: dict[str, Any] = {"leaving_until": None}
    chosen |= {} if quantity is None else {"quantity": quantity}
    chosen |= {} if pickup is None else {"pickup": pickup[:PICKUP_LIMIT]}
    done = await connection.execute(
        update(joiners).where(_one(pool_id, person_id), TAKEN).values(chosen)
    )
    return bool(done.rowcount)


async def list_in(connection: AsyncConnection, pool_id: PoolId) -> list[Joiner]:
    """Who is in a pool, the earliest first."""
    statement = select(joiners).where(joiners.c.pool_id == pool_id, TAKEN)
    rows = await connection.execute(statement.order_by(joiners.c.joined_at, joiners.c.id))
    return [_read(row) for row in rows]


async def claim_telling(
    connection: AsyncConnection,
    pool_id: PoolId,
    told: str,
    limit: int,
    *,
    person_id: PersonId | None = None,
) -> list[PersonId]:
    """Take people of a pool who were not told ``told`` yet; nobody else gets them again.

    ``person_id`` takes that one alone.
    """
    wanted = [joiners.c.pool_id == pool_id, TAKEN, joiners.c.person_id.is_not(None)]
    wanted.append(or_(joiners.c.told.is_(None), joiners.c.told != told))
    if person_id is not None:
        wanted.append(joiners.c.person_id == person_id)
    some = select(joiners.c.id).where(*wanted).order_by(joiners.c.id).limit(limit)
    ids = list(await connection.scalars(some.with_for_update(skip_locked=True)))
    if not ids:
        return []
    statement = update(joiners).where(joiners.c.id.in_(ids), *wanted).values(told=told)
    found = await connection.scalars(statement.returning(joiners.c.person_id))
    return [PersonId(one) for one in found if one is not None]


async def list_pools_of(connection: AsyncConnection, person_id: PersonId) -> list[PoolId]:
    """In which pools a person is."""
    found = await connection.scalars(
        select(joiners.c.pool_id).where(joiners.c.person_id == person_id, TAKEN)
    )
    return [PoolId(one) for one in found]


async def erase_of(connection: AsyncConnection, person_id: PersonId) -> None:
    """Forget who it was, in every pool; what was ordered stays for the group's list."""
    await connection.execute(
        update(joiners).where(joiners.c.person_id == person_id).values(_NOBODY)
    )


async def erase_old(connection: AsyncConnection, before: datetime) -> int:
    """Forget who was in pools that ended before ``before``; how many people."""
    old = select(pools.c.id).where(pools.c.ended_at < before)
    is_named = or_(joiners.c.person_id.is_not(None), joiners.c.name.is_not(None))
    done = await connection.execute(
        update(joiners).where(joiners.c.pool_id.in_(old), is_named).values(_NOBODY)
    )
    return int(done.rowcount)


_NOBODY: dict[str, Any] = {"person_id": None, "name": None, "tap": None, "leaving_until": None}


def _one(pool_id: PoolId, person_id: PersonId) -> Any:
    return (joiners.c.pool_id == pool_id) & (joiners.c.person_id == person_id)


def _read(row: Row[Any]) -> Joiner:
    return Joiner(
        pool_id=PoolId(row.pool_id),
        person_id=None if row.person_id is None else PersonId(row.person_id),
        name=row.name,
        quantity=row.quantity,
        pickup=row.pickup,
        joined_at=row.joined_at,
        left_at=row.left_at,
        leaving_until=row.leaving_until,
        tap=row.tap,
    )
