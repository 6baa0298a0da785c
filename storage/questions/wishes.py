"""What people wish for: counted by distinct people, none of whom can be told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import wishes
from storage.upsert import insert_for, insert_ignore

Concepts = Sequence[Sequence[str]]

ERASED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Common:
    """A wish of several people: its normal form, its concepts, how many people, and the last."""

    key: str
    wanted: Concepts
    people: int
    last_at: datetime


async def add(
    connection: AsyncConnection, key: str, person: str, wanted: Concepts, at: datetime
) -> bool:
    """Count a wish of ``person`` (a hash); False when the same person had it already."""
    row = {"key": key, "person": person, "wanted": [list(each) for each in wanted], "at": at}
    before = await connection.scalar(
        select(wishes.c.at).where(wishes.c.key == key, wishes.c.person == person)
    )
    if before is None:
        await insert_ignore(connection, wishes, [row])
        return True
    statement = insert_for(connection, wishes).values(row)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[wishes.c.key, wishes.c.person], set_={"at": statement.excluded.at}
        )
    )
    return False


async def list_common(
    connection: AsyncConnection, *, people: int, since: datetime, limit: int
) -> list[Common]:
    """What at least ``people`` asked for since ``since``, most wished first."""
    count, last = func.count(), func.max(wishes.c.at)
    common = (
        select(wishes.c.key, count.label("people"), last.label("last_at"))
        .where(wishes.c.at > since)
        .group_by(wishes.c.key)
        .having(count >= people)
        .order_by(count.desc(), last.desc(), wishes.c.key)
        .limit(limit)
    )
    found = (await connection.execute(common)).all()
    rows = await connection.execute(
        select(wishes.c.key, wishes.c.wanted).where(wishes.c.key.in_([row.key for row in found]))
    )
    wanted: dict[str, Concepts] = {row.key: row.wanted for row in rows}
    return [Common(row.key, wanted[row.key], int(row.people), row.last_at) for row in found]


async def delete_old(connection: AsyncConnection, before: datetime) -> int:
    """Delete wishes not wished again since ``before``; how many."""
    done = await connection.execute(delete(wishes).where(wishes.c.at < before))
    return done.rowcount


async def erase_of(connection: AsyncConnection, person_of: Callable[[str], str]) -> None:
    """Delete one person's wishes; ``person_of`` gives the hash that a wish keeps of them."""
    keys = list(await connection.scalars(select(wishes.c.key).distinct()))
    for start in range(0, len(keys), ERASED_AT_ONCE):
        own = [
            and_(wishes.c.key == key, wishes.c.person == person_of(key))
            for key in keys[start : start + ERASED_AT_ONCE]
        ]
        await connection.execute(delete(wishes).where(or_(*own)))
