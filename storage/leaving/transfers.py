"""Groups on their way to another promoter, and what goes along with them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.handovers import OPEN, State, Transfer
from bot.domain.pools.pools import Standing
from bot.domain.records import GroupId, PersonId, PostState
from storage.tables import deck_cards, groups, links, picks, pools, posts, transfers

UNSENT = (PostState.PLANNED, PostState.LEASED)


async def add(connection: AsyncConnection, transfer: Transfer, at: datetime) -> None:
    """Offer a group, or write down that it was handed on; its open offer before is withdrawn."""
    await withdraw(connection, transfer.group_id, at)
    row = {
        "token": transfer.token,
        "group_id": transfer.group_id,
        "giver_id": transfer.giver_id,
        "receiver_id": transfer.receiver_id,
        "state": transfer.state.value,
        "offered_at": at,
        "expires_at": transfer.expires_at,
    }
    await connection.execute(insert(transfers).values(row))


async def find(connection: AsyncConnection, token: str) -> Transfer | None:
    """The offer with this token, or None."""
    rows = await connection.execute(select(transfers).where(transfers.c.token == token))
    row = rows.one_or_none()
    return _read(row) if row else None


async def find_open(connection: AsyncConnection, group_id: GroupId) -> Transfer | None:
    """The offer of a group that is neither carried out nor withdrawn, or None."""
    rows = await connection.execute(
        select(transfers).where(transfers.c.group_id == group_id, transfers.c.state.in_(OPEN))
    )
    row = rows.one_or_none()
    return _read(row) if row else None


async def mark_accepted(
    connection: AsyncConnection, token: str, receiver_id: PersonId, now: datetime
) -> bool:
    """Let somebody be the receiver; False when another was before, or it is over."""
    return await _advance(
        connection, token, State.OFFERED, now, state=State.ACCEPTED, receiver_id=receiver_id
    )


async def mark_done(connection: AsyncConnection, token: str, now: datetime) -> bool:
    """Carry an accepted offer out; False when it was before, or it is over."""
    return await _advance(connection, token, State.ACCEPTED, now, state=State.DONE, ended_at=now)


async def withdraw(connection: AsyncConnection, group_id: GroupId, at: datetime) -> int:
    """End the open offer of a group; how many there were."""
    done = await connection.execute(
        update(transfers)
        .where(transfers.c.group_id == group_id, transfers.c.state.in_(OPEN))
        .values(state=State.WITHDRAWN.value, ended_at=at)
    )
    return done.rowcount


async def withdraw_of(connection: AsyncConnection, person_id: PersonId, at: datetime) -> None:
    """End every open offer by or to somebody who is forgotten."""
    is_theirs = (transfers.c.giver_id == person_id) | (transfers.c.receiver_id == person_id)
    await connection.execute(
        update(transfers)
        .where(is_theirs, transfers.c.state.in_(OPEN))
        .values(state=State.WITHDRAWN.value, ended_at=at)
    )


async def move(
    connection: AsyncConnection, group_id: GroupId, giver_id: PersonId, receiver_id: PersonId
) -> bool:
    """Let a group of the giver be the receiver's from now on; False when it is not the giver's.

    What was not sent yet goes along with its links, which nobody has seen: a post that an outbox
    has under its lease is planned anew, so that its fence does not let it go. Whatever was sent,
    or may have been, stays the giver's for ever.
    """
    done = await connection.execute(
        update(groups)
        .where(groups.c.id == group_id, groups.c.promoter_id == giver_id)
        .values(promoter_id=receiver_id)
    )
    if done.rowcount != 1:
        return False
    await _move_posts(connection, group_id, receiver_id)
    await _move_pools(connection, group_id, receiver_id)
    # What the giver chose for days to come was chosen for own groups; the receiver chooses anew.
    for chosen in (picks, deck_cards):
        await connection.execute(delete(chosen).where(chosen.c.group_id == group_id))
    return True


async def _move_posts(
    connection: AsyncConnection, group_id: GroupId, receiver_id: PersonId
) -> None:
    unsent = (
        select(posts.c.id)
        .where(posts.c.group_id == group_id, posts.c.state.in_(UNSENT))
        # In one order, as the outbox: two that wait for each other's rows would wait for ever.
        .order_by(posts.c.id)
        .with_for_update()
    )
    ids = list(await connection.scalars(unsent))
    await connection.execute(
        update(posts)
        .where(posts.c.id.in_(ids), posts.c.state.in_(UNSENT))
        .values(promoter_id=receiver_id, state=PostState.PLANNED, lease=None, leased_until=None)
    )
    await connection.execute(
        update(links).where(links.c.post_id.in_(ids)).values(promoter_id=receiver_id)
    )


async def _move_pools(
    connection: AsyncConnection, group_id: GroupId, receiver_id: PersonId
) -> None:
    rows = await connection.execute(
        update(pools)
        .where(pools.c.group_id == group_id, pools.c.standing == Standing.PLANNED.value)
        .values(promoter_id=receiver_id)
        .returning(pools.c.together_code, pools.c.alone_code)
    )
    codes = [code for row in rows for code in row]
    await connection.execute(
        update(links).where(links.c.code.in_(codes)).values(promoter_id=receiver_id)
    )


async def _advance(
    connection: AsyncConnection, token: str, before: State, now: datetime, **values: Any
) -> bool:
    done = await connection.execute(
        update(transfers)
        .where(
            transfers.c.token == token,
            transfers.c.state == before.value,
            transfers.c.expires_at > now,
        )
        .values(**values)
    )
    return done.rowcount == 1


def _read(row: Row[Any]) -> Transfer:
    return Transfer(
        token=row.token,
        group_id=GroupId(row.group_id),
        giver_id=PersonId(row.giver_id),
        receiver_id=None if row.receiver_id is None else PersonId(row.receiver_id),
        state=State(row.state),
        expires_at=row.expires_at,
    )
