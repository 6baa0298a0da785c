"""Invitations: codes with an owner, a limit of uses and an end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Invitation, PersonId
from storage import bulk
from storage.tables import invitations


async def add_all(connection: AsyncConnection, made: Sequence[Invitation], at: datetime) -> None:
    """Store fresh invitations made at ``at``."""
    rows = [
        {
            "code": each.code,
            "programme": each.programme,
            "owner_id": each.owner_id,
            "uses_limit": each.uses_limit,
            "uses": each.uses,
            "expires_at": each.expires_at,
            "revoked_at": each.revoked_at,
            "created_at": at,
            "brand": each.brand,
            "shop": each.shop,
            "name": each.name,
        }
        for each in made
    ]
    if rows:
        await bulk.insert(connection, invitations, rows)


async def find(connection: AsyncConnection, code: str) -> Invitation | None:
    """The invitation with this code, whatever became of it."""
    rows = await connection.execute(select(invitations).where(invitations.c.code == code))
    row = rows.one_or_none()
    return read(row) if row else None


async def claim(connection: AsyncConnection, code: str, now: datetime) -> bool:
    """Take one use of the code; False when another took the last one or it is over."""
    done = await connection.execute(
        update(invitations)
        .where(
            invitations.c.code == code,
            invitations.c.uses < invitations.c.uses_limit,
            invitations.c.revoked_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(uses=invitations.c.uses + 1)
    )
    return done.rowcount == 1


async def count_open(connection: AsyncConnection, owner_id: PersonId, now: datetime) -> int:
    """How many codes of ``owner_id`` could still be used."""
    statement = (
        select(func.count())
        .select_from(invitations)
        .where(
            invitations.c.owner_id == owner_id,
            invitations.c.uses < invitations.c.uses_limit,
            invitations.c.revoked_at.is_(None),
            invitations.c.expires_at > now,
        )
    )
    return int(await connection.scalar(statement) or 0)


async def mark_revoked(connection: AsyncConnection, code: str, at: datetime) -> bool:
    """End a code for good; False when there is none or it was revoked before."""
    done = await connection.execute(
        update(invitations)
        .where(invitations.c.code == code, invitations.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return done.rowcount == 1


async def mark_all_revoked(connection: AsyncConnection, owner_id: PersonId, at: datetime) -> None:
    """End every code of one owner."""
    await connection.execute(
        update(invitations)
        .where(invitations.c.owner_id == owner_id, invitations.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def read(row: Row[Any]) -> Invitation:
    """An invitation from its row."""
    return Invitation(
        code=row.code,
        programme=row.programme,
        owner_id=row.owner_id,
        uses_limit=row.uses_limit,
        uses=row.uses,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        brand=row.brand,
        shop=row.shop,
        name=row.name,
    )
