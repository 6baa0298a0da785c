"""The messages of pools: reserved, sent and marked once, and the version that each shows."""

from datetime import datetime
from typing import Any

from sqlalchemy import case, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.pools.pools import Pool, PoolId, Standing
from storage.pools.pools import changed, read
from storage.tables import pools

UNSHOWN = pools.c.unshown_since.is_not(None)


def _of_bot(bot_id: int, is_first: bool) -> Any:
    own = pools.c.bot_id == bot_id
    return or_(own, pools.c.bot_id.is_(None)) if is_first else own


async def has_unshown(connection: AsyncConnection, bot_id: int, *, is_first: bool) -> bool:
    """Whether a message of the bot's is to be sent or edited."""
    wanted = exists().where(_of_bot(bot_id, is_first), UNSHOWN)
    return bool(await connection.scalar(select(wanted)))


async def list_unshown(
    connection: AsyncConnection, bot_id: int, limit: int, *, is_first: bool
) -> list[Pool]:
    """Pools of the bot whose message is to be sent or edited, the longest waiting first."""
    statement = select(pools).where(_of_bot(bot_id, is_first), UNSHOWN)
    rows = await connection.execute(statement.order_by(pools.c.unshown_since).limit(limit))
    return [read(row) for row in rows]


async def reserve(
    connection: AsyncConnection, pool_id: PoolId, now: datetime, *, chat_id: int
) -> bool:
    """Take the sending of a planned message; False when somebody else has it."""
    done = await connection.execute(
        update(pools)
        .where(pools.c.id == pool_id, pools.c.standing == Standing.PLANNED.value)
        .values(standing=Standing.SENDING.value, sending_since=now, chat_id=chat_id)
    )
    return bool(done.rowcount)


async def mark_standing(
    connection: AsyncConnection,
    pool_id: PoolId,
    standing: Standing,
    *,
    message_id: int | None = None,
    is_picture: bool = False,
) -> None:
    """Write what became of a message that was being sent."""
    values: dict[str, Any] = {"standing": standing.value, "message_id": message_id}
    values |= {"is_picture": is_picture, "sending_since": None}
    await connection.execute(
        update(pools)
        .where(
            pools.c.id == pool_id,
            pools.c.standing.in_([Standing.SENDING.value, Standing.UNCERTAIN.value]),
        )
        .values(values)
    )


async def doubt(
    connection: AsyncConnection, before: datetime, bot_id: int, *, is_first: bool
) -> int:
    """Declare messages uncertain whose sender stopped before ``before``; how many."""
    done = await connection.execute(
        update(pools)
        .where(
            _of_bot(bot_id, is_first),
            UNSHOWN,
            pools.c.standing == Standing.SENDING.value,
            pools.c.sending_since <= before,
        )
        .values(standing=Standing.UNCERTAIN.value, shown=pools.c.version, unshown_since=None)
    )
    return int(done.rowcount)


async def mark_found(
    connection: AsyncConnection,
    pool_id: PoolId,
    now: datetime,
    *,
    chat_id: int,
    message_id: int,
    is_picture: bool,
) -> None:
    """A press on a message that was in doubt: there it stands, and is shown anew."""
    await connection.execute(
        update(pools)
        .where(pools.c.id == pool_id, pools.c.standing == Standing.UNCERTAIN.value)
        .values(
            standing=Standing.SENT.value,
            chat_id=chat_id,
            message_id=message_id,
            is_picture=is_picture,
            **changed(now),
            shown_digest=None,
        )
    )


async def mark_shown(
    connection: AsyncConnection, pool_id: PoolId, version: int, digest: str | None
) -> None:
    """The message shows ``version`` from now on."""
    is_all = pools.c.version == version
    values: dict[str, Any] = {
        "shown": version,
        "unshown_since": case((is_all, None), else_=pools.c.unshown_since),
    }
    if digest is not None:
        values["shown_digest"] = digest
    await connection.execute(
        update(pools).where(pools.c.id == pool_id, pools.c.shown < version).values(values)
    )
