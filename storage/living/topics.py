"""Which slot of a group goes into which topic of its forum, and which topics are shut."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.living.topics import Place
from bot.domain.records import GroupId
from storage.tables import forum_topics
from storage.upsert import insert_for, insert_ignore


async def list_of(
    connection: AsyncConnection, group_ids: Collection[GroupId]
) -> dict[GroupId, dict[str, Place]]:
    """By group and slot, where posts go; groups without any topic are not among them."""
    found: dict[GroupId, dict[str, Place]] = {}
    if not group_ids:
        return found
    rows = await connection.execute(
        select(forum_topics).where(forum_topics.c.group_id.in_(set(group_ids)))
    )
    for row in rows:
        place = Place(row.thread_id, is_shut=row.shut_at is not None)
        found.setdefault(GroupId(row.group_id), {})[row.slot] = place
    return found


async def put(
    connection: AsyncConnection, group_id: GroupId, slot: str, thread_id: int, at: datetime
) -> None:
    """Let posts of a slot go into a topic from now on; it counts as open."""
    statement = insert_for(connection, forum_topics)
    row = {"group_id": group_id, "slot": slot, "thread_id": thread_id, "set_at": at}
    new = {"thread_id": thread_id, "set_at": at, "shut_at": None}
    keys = [forum_topics.c.group_id, forum_topics.c.slot]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), [row])


async def drop(connection: AsyncConnection, group_id: GroupId, slot: str) -> bool:
    """Let posts of a slot go to General again; False when they went there anyway."""
    done = await connection.execute(
        delete(forum_topics).where(forum_topics.c.group_id == group_id, forum_topics.c.slot == slot)
    )
    return done.rowcount == 1


async def mark_shut(
    connection: AsyncConnection, group_id: GroupId, thread_id: int, at: datetime
) -> bool:
    """Telegram refuses posts in a topic; False when that was known, or it is nobody's any more."""
    done = await connection.execute(
        update(forum_topics)
        .where(
            forum_topics.c.group_id == group_id,
            forum_topics.c.thread_id == thread_id,
            forum_topics.c.shut_at.is_(None),
        )
        .values(shut_at=at)
    )
    return done.rowcount > 0


async def mark_open(connection: AsyncConnection, group_id: GroupId, thread_id: int) -> bool:
    """A topic was opened again; False when it was not shut."""
    done = await connection.execute(
        update(forum_topics)
        .where(
            forum_topics.c.group_id == group_id,
            forum_topics.c.thread_id == thread_id,
            forum_topics.c.shut_at.is_not(None),
        )
        .values(shut_at=None)
    )
    return done.rowcount > 0


async def copy(connection: AsyncConnection, source: GroupId, target: GroupId) -> int:
    """Let ``target`` have topics for what ``source`` has topics for; how many slots.

    Topics have their own numbers in each chat, so they wait there to be named with /topic; until
    then their posts go to General. What ``target`` has set already stays.
    """
    rows = (
        await connection.execute(select(forum_topics).where(forum_topics.c.group_id == source))
    ).all()
    own = await list_of(connection, [target])
    new = [
        {"group_id": target, "slot": row.slot, "thread_id": None, "set_at": row.set_at}
        for row in rows
        if row.slot not in own.get(target, {})
    ]
    await insert_ignore(connection, forum_topics, new)
    return len(new)
