"""Pools: opened once, counted by guarded updates, and decided once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, case, exists, func, literal, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.pools.pools import Pool, PoolId, PoolState, Standing
from bot.domain.records import EVERYWHERE, Currency, GroupId, LinkCode, OfferId, PersonId
from storage.tables import groups, offers, pools
from storage.upsert import insert_for

OPEN, REACHED = PoolState.OPEN.value, PoolState.REACHED.value
COUNTS_ON = pools.c.seats > pools.c.target
# As words, not as parameters: only so does SQLite see that the partial indexes answer it.
RUNS = text("pools.state IN ('open', 'reached')")
HAS_ENDED = text("pools.state NOT IN ('open', 'reached')")


class Seat(NamedTuple):
    """A pool as one join or leave left it."""

    joined: int
    state: PoolState


def changed(now: datetime) -> dict[str, Any]:
    """The columns of a pool whose message has something new to show since ``now``."""
    since = func.coalesce(pools.c.unshown_since, literal(now, pools.c.unshown_since.type))
    return {"version": pools.c.version + 1, "unshown_since": since}


async def add(connection: AsyncConnection, pool: Pool) -> PoolId | None:
    """Store a pool (its id is given by the database); None when one of this offer runs there."""
    row = {
        name: getattr(pool, name)
        for name in Pool.__dataclass_fields__
        if name not in ("id", "state", "standing")
    } | {"state": pool.state.value, "standing": pool.standing.value}
    row["unshown_since"] = pool.opened_at
    statement = insert_for(connection, pools).on_conflict_do_nothing().returning(pools.c.id)
    found = await connection.scalar(statement.values(row))
    return None if found is None else PoolId(found)


async def find(connection: AsyncConnection, pool_id: PoolId) -> Pool | None:
    """The pool with our id, or None."""
    row = (await connection.execute(select(pools).where(pools.c.id == pool_id))).one_or_none()
    return read(row) if row else None


async def list_of(connection: AsyncConnection, promoter_id: PersonId, limit: int) -> list[Pool]:
    """The latest pools of a promoter, the latest first."""
    statement = select(pools).where(pools.c.promoter_id == promoter_id)
    rows = await connection.execute(statement.order_by(pools.c.id.desc()).limit(limit))
    return [read(row) for row in rows]


async def list_latest(connection: AsyncConnection, limit: int) -> list[Pool]:
    """The latest pools of all, the latest first."""
    rows = await connection.execute(select(pools).order_by(pools.c.id.desc()).limit(limit))
    return [read(row) for row in rows]


# ---------------------------------------------------------------- counting


async def take_seat(connection: AsyncConnection, pool_id: PoolId, now: datetime) -> Seat | None:
    """Count one more, and decide whether the target is reached; None where nobody may join."""
    is_reached = pools.c.joined + 1 >= pools.c.target
    statement = (
        update(pools)
        .where(
            pools.c.id == pool_id,
            RUNS,
            pools.c.closes_at > now,
            pools.c.joined < pools.c.seats,
        )
        .values(
            joined=pools.c.joined + 1,
            **changed(now),
            state=case((is_reached, REACHED), else_=pools.c.state),
            telling=case((is_reached, REACHED), else_=pools.c.telling),
        )
    )
    return await _seat(connection, statement)


async def free_seat(connection: AsyncConnection, pool_id: PoolId, now: datetime) -> Seat | None:
    """Count one less; None where nobody may leave any more."""
    statement = (
        update(pools)
        .where(
            pools.c.id == pool_id,
            pools.c.closes_at > now,
            pools.c.joined > 0,
            or_(pools.c.state == OPEN, and_(pools.c.state == REACHED, COUNTS_ON)),
        )
        .values(joined=pools.c.joined - 1, **changed(now))
    )
    return await _seat(connection, statement)


async def _seat(connection: AsyncConnection, statement: Any) -> Seat | None:
    counted = statement.returning(pools.c.joined, pools.c.state)
    row = (await connection.execute(counted)).one_or_none()
    return Seat(row.joined, PoolState(row.state)) if row else None


# ---------------------------------------------------------------- deciding


async def has_due(connection: AsyncConnection, now: datetime) -> bool:
    """Whether the deadline of a pool has passed and nobody decided it."""
    return bool(await connection.scalar(select(exists().where(RUNS, pools.c.closes_at <= now))))


async def decide(connection: AsyncConnection, now: datetime, limit: int) -> list[PoolId]:
    """Close or release the pools whose deadline has passed, each once whoever else decides."""
    due = select(pools.c.id).where(RUNS, pools.c.closes_at <= now)
    some = due.order_by(pools.c.closes_at).limit(limit).with_for_update(skip_locked=True)
    ids = list(await connection.scalars(some))
    if not ids:
        return []
    is_missed = pools.c.state == OPEN
    decided = await connection.scalars(
        update(pools)
        .where(pools.c.id.in_(ids), RUNS, pools.c.closes_at <= now)
        .values(
            state=case((is_missed, PoolState.MISSED.value), else_=PoolState.CLOSED.value),
            telling=case((is_missed, PoolState.MISSED.value), else_=pools.c.telling),
            ended_at=now,
            **changed(now),
        )
        .returning(pools.c.id)
    )
    return [PoolId(found) for found in decided]


async def list_unkept(connection: AsyncConnection, limit: int) -> list[PoolId]:
    """Open pools whose price the shop does not keep any more, or whose offer is gone or banned."""
    price_now = func.coalesce(offers.c.sale_price_minor, offers.c.price_minor)
    is_gone = or_(offers.c.ended_at.is_not(None), offers.c.stock == 0)
    found = await connection.scalars(
        select(pools.c.id)
        .join_from(pools, offers, offers.c.id == pools.c.offer_id)
        .where(RUNS, pools.c.state == OPEN, or_(is_gone, price_now > pools.c.together_minor))
        .limit(limit)
    )
    return [*(PoolId(one) for one in found), *await _list_banned(connection)][:limit]


async def _list_banned(connection: AsyncConnection) -> list[PoolId]:
    """Open pools of what an operator took out of their group's programme, or of all."""
    rows = await connection.execute(
        select(pools.c.id, offers.c.bans, groups.c.programme)
        .join_from(pools, offers, offers.c.id == pools.c.offer_id)
        .join(groups, groups.c.id == pools.c.group_id)
        .where(RUNS, pools.c.state == OPEN, offers.c.bans.is_not(None))
    )
    return [PoolId(row.id) for row in rows if {row.programme, EVERYWHERE} & set(row.bans or ())]


async def void(connection: AsyncConnection, ids: Sequence[PoolId], now: datetime) -> int:
    """Call off those of ``ids`` that are open; how many."""
    told = PoolState.VOID.value
    done = await connection.execute(
        update(pools)
        .where(pools.c.id.in_(ids), pools.c.state == OPEN)
        .values(state=told, telling=told, ended_at=now, **changed(now))
    )
    return int(done.rowcount)


async def cancel(
    connection: AsyncConnection,
    now: datetime,
    *,
    promoter_id: PersonId,
    pool_id: PoolId | None = None,
) -> int:
    """End a running pool of a promoter, or all of them (None), releasing everybody; how many."""
    statement = update(pools).where(pools.c.promoter_id == promoter_id, RUNS)
    if pool_id is not None:
        statement = statement.where(pools.c.id == pool_id)
    told = PoolState.CANCELLED.value
    values = {"state": told, "telling": told, "ended_at": now, **changed(now)}
    return int((await connection.execute(statement.values(values))).rowcount)


async def finish_early(
    connection: AsyncConnection, now: datetime, *, promoter_id: PersonId, pool_id: PoolId
) -> bool:
    """Close a pool that was reached before its deadline; False where it is not so."""
    done = await connection.execute(
        update(pools)
        .where(pools.c.id == pool_id, pools.c.promoter_id == promoter_id, pools.c.state == REACHED)
        .values(state=PoolState.CLOSED.value, ended_at=now, **changed(now))
    )
    return bool(done.rowcount)


# ---------------------------------------------------------------- telling


async def list_telling(connection: AsyncConnection, limit: int) -> list[tuple[PoolId, str]]:
    """Pools whose joiners are to be told how it ended, with what they are to be told."""
    rows = await connection.execute(
        select(pools.c.id, pools.c.telling)
        .where(pools.c.telling.is_not(None))
        .order_by(pools.c.id)
        .limit(limit)
    )
    return [(PoolId(pool_id), str(told)) for pool_id, told in rows]


async def mark_told(connection: AsyncConnection, pool_id: PoolId) -> None:
    """Nobody in it is left to be told anything; only where it has ended for good."""
    await connection.execute(
        update(pools).where(pools.c.id == pool_id, HAS_ENDED).values(telling=literal(None))
    )


def read(row: Row[Any]) -> Pool:
    """A row of all columns of ``pools`` as a record."""
    values = {name: getattr(row, name) for name in Pool.__dataclass_fields__}
    return Pool(
        **values
        | {
            "id": PoolId(row.id),
            "group_id": GroupId(row.group_id),
            "promoter_id": PersonId(row.promoter_id),
            "offer_id": OfferId(row.offer_id),
            "state": PoolState(row.state),
            "standing": Standing(row.standing),
            "currency": Currency(row.currency),
            "together_code": LinkCode(row.together_code),
            "alone_code": LinkCode(row.alone_code),
        }
    )
