"""In which group somebody is at home: the one asked in last, or come from."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, PersonId
from storage.tables import groups, people


async def mark(connection: AsyncConnection, person_id: PersonId, group_id: GroupId) -> None:
    """Remember the group; of who asked to be forgotten nothing is."""
    await connection.execute(
        update(people)
        .where(people.c.id == person_id, people.c.erased_at.is_(None))
        .values(group_id=group_id)
    )


async def find(connection: AsyncConnection, person_id: PersonId) -> GroupId | None:
    """The person's group; None where none is known."""
    found = await connection.scalar(select(people.c.group_id).where(people.c.id == person_id))
    return None if found is None else GroupId(found)


async def lock(connection: AsyncConnection, group_id: GroupId) -> None:
    """Let what is asked in one group be counted one after the other (SQLite has one writer)."""
    held = select(groups.c.id).where(groups.c.id == group_id)
    # Rows that only refer to the group go on being written.
    await connection.execute(held.with_for_update(key_share=True))
