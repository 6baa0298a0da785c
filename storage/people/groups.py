"""Groups: the chats they are in now and were in before, and the payloads that connect them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import Group, GroupId, GroupState, PersonId
from storage.tables import chat_aliases, groups, payloads
from storage.upsert import insert_for

TITLE_LIMIT = 256
"""Characters of a title that we keep; Telegram allows 128."""

RETIRED_BASE = -(10**15)
"""A group that gave its chat away stands below every id that Telegram has: nothing gets there."""


# ---------------------------------------------------------------- finding


async def find(connection: AsyncConnection, group_id: GroupId) -> Group | None:
    """The group with our id, or None."""
    return (await list_by_ids(connection, [group_id])).get(group_id)


async def list_by_ids(connection: AsyncConnection, ids: Iterable[GroupId]) -> dict[GroupId, Group]:
    """Those of ``ids`` that there are."""
    rows = await connection.execute(select(groups).where(groups.c.id.in_(set(ids))))
    return {group.id: group for group in map(read, rows)}


async def find_by_chat(connection: AsyncConnection, chat_id: int) -> Group | None:
    """The group that is in this chat now, or was before it moved."""
    rows = await connection.execute(select(groups).where(groups.c.chat_id == chat_id))
    row = rows.one_or_none()
    if row:
        return read(row)
    moved = select(chat_aliases.c.group_id).where(chat_aliases.c.chat_id == chat_id)
    rows = await connection.execute(select(groups).where(groups.c.id == moved.scalar_subquery()))
    row = rows.one_or_none()
    return read(row) if row else None


async def list_of(connection: AsyncConnection, promoter_id: PersonId) -> list[Group]:
    """The groups of one promoter that are not closed, the earliest first."""
    statement = (
        select(groups)
        .where(groups.c.promoter_id == promoter_id, groups.c.state != GroupState.CLOSED)
        .order_by(groups.c.id)
    )
    return [read(row) for row in await connection.execute(statement)]


async def list_all(connection: AsyncConnection) -> list[Group]:
    """Every group that is not closed, the earliest first."""
    statement = select(groups).where(groups.c.state != GroupState.CLOSED).order_by(groups.c.id)
    return [read(row) for row in await connection.execute(statement)]


async def list_after(connection: AsyncConnection, after: GroupId, limit: int) -> list[Group]:
    """The next ``limit`` groups that are not closed, by ascending id beyond ``after``."""
    statement = (
        select(groups)
        .where(groups.c.id > after, groups.c.state != GroupState.CLOSED)
        .order_by(groups.c.id)
        .limit(limit)
    )
    return [read(row) for row in await connection.execute(statement)]


async def count_held(connection: AsyncConnection, promoter_id: PersonId) -> int:
    """How many groups count against a promoter's cap: neither lost nor closed."""
    statement = (
        select(func.count())
        .select_from(groups)
        .where(
            groups.c.promoter_id == promoter_id,
            groups.c.state != GroupState.CLOSED,
            groups.c.lost_at.is_(None),
        )
    )
    return int(await connection.scalar(statement) or 0)


async def list_fresh_namesakes(
    connection: AsyncConnection, promoter_id: PersonId, title: str, since: datetime
) -> list[Group]:
    """Groups that a promoter connected under this title since ``since``, the latest first."""
    statement = (
        select(groups)
        .where(
            groups.c.promoter_id == promoter_id,
            groups.c.title == title[:TITLE_LIMIT],
            groups.c.connected_at >= since,
            groups.c.state != GroupState.CLOSED,
        )
        .order_by(groups.c.id.desc())
    )
    return [read(row) for row in await connection.execute(statement)]


# ---------------------------------------------------------------- connecting


async def add(connection: AsyncConnection, group: Group) -> Group | None:
    """Store a group (its id is given by the database); None when the chat is taken already."""
    row = {
        "chat_id": group.chat_id,
        "title": group.title[:TITLE_LIMIT],
        "promoter_id": group.promoter_id,
        "programme": group.programme,
        "state": group.state,
        "is_paused": group.is_paused,
        "lost_at": group.lost_at,
        "member_count": group.member_count,
        "members_checked_at": group.connected_at,
        "timezone": group.timezone,
        "language": group.language,
        "missing_rights": list(group.missing_rights),
        "connected_at": group.connected_at,
        "bot_id": group.bot_id,
    }
    statement = insert_for(connection, groups).values(row).on_conflict_do_nothing()
    if (await connection.execute(statement)).rowcount != 1:
        return None
    return await find_by_chat(connection, group.chat_id)


async def mark_found(
    connection: AsyncConnection,
    group_id: GroupId,
    *,
    title: str,
    missing: Sequence[str],
) -> None:
    """The bot is in the group (again): its present title and what the bot may not do there."""
    await connection.execute(
        update(groups)
        .where(groups.c.id == group_id)
        .values(
            title=title[:TITLE_LIMIT],
            missing_rights=list(missing),
            lost_at=None,
            disconnected_at=None,
        )
    )


async def mark_rights(
    connection: AsyncConnection, group_id: GroupId, missing: Sequence[str]
) -> None:
    """Keep the names of the rights that the bot lacks."""
    await connection.execute(
        update(groups).where(groups.c.id == group_id).values(missing_rights=list(missing))
    )


async def mark_lost(connection: AsyncConnection, chat_id: int, at: datetime) -> bool:
    """The bot is no longer in the chat; False when no group is there or it was lost before.

    An old address of a group that moved does not lose the group.
    """
    done = await connection.execute(
        update(groups)
        .where(groups.c.chat_id == chat_id, groups.c.lost_at.is_(None))
        .values(lost_at=at, greet_at=None)
    )
    return done.rowcount == 1


async def mark_counted(
    connection: AsyncConnection, group_id: GroupId, *, members: int, state: GroupState, at: datetime
) -> None:
    """Keep the number of members, the state that follows from it, and when it was checked."""
    await connection.execute(
        update(groups)
        .where(groups.c.id == group_id)
        .values(member_count=members, state=state, members_checked_at=at)
    )


async def mark_paused(
    connection: AsyncConnection, group_id: GroupId | None, *, is_paused: bool
) -> int:
    """Pause or resume one group, or all of them (None); how many groups it touched."""
    statement = update(groups).values(is_paused=is_paused)
    if group_id is not None:
        statement = statement.where(groups.c.id == group_id)
    return (await connection.execute(statement)).rowcount


async def mark_language(connection: AsyncConnection, group_id: GroupId, language: str) -> None:
    """Speak ``language`` in the group from now on."""
    await connection.execute(
        update(groups).where(groups.c.id == group_id).values(language=language)
    )


async def mark_vertical(
    connection: AsyncConnection, group_id: GroupId, vertical: str | None
) -> None:
    """Let the group choose from ``vertical`` of its programme from now on, None for the first."""
    await connection.execute(
        update(groups).where(groups.c.id == group_id).values(vertical=vertical)
    )


# ---------------------------------------------------------------- moving


async def move(
    connection: AsyncConnection, old_chat_id: int, new_chat_id: int, at: datetime
) -> Group | None:
    """Point the group of ``old_chat_id`` at ``new_chat_id`` and keep the old id as an alias.

    Both ids may be known already (the move was seen late): the earlier group keeps its id and
    takes the new chat, the later one is closed. None when neither is known. Saying it twice
    changes nothing.
    """
    old = await find_by_chat(connection, old_chat_id)
    new = await find_by_chat(connection, new_chat_id)
    if old is None and new is None:
        return None
    if new is None or (old is not None and old.id < new.id):
        keeper, other = old, new
    else:
        keeper, other = new, old
    assert keeper is not None  # noqa: S101 - one of the two is there
    if other is not None and other.id != keeper.id:
        await retire(connection, other.id)
    if keeper.chat_id != new_chat_id:
        await connection.execute(
            update(groups).where(groups.c.id == keeper.id).values(chat_id=new_chat_id, lost_at=None)
        )
    await connection.execute(
        delete(chat_aliases).where(chat_aliases.c.chat_id.in_([old_chat_id, new_chat_id]))
    )
    await connection.execute(
        insert(chat_aliases).values(chat_id=old_chat_id, group_id=keeper.id, moved_at=at)
    )
    return await find(connection, keeper.id)


async def retire(connection: AsyncConnection, group_id: GroupId) -> None:
    """Close a group and free its chat; what was earned in it stays with it."""
    await connection.execute(
        update(groups)
        .where(groups.c.id == group_id)
        .values(chat_id=RETIRED_BASE - group_id, state=GroupState.CLOSED, greet_at=None)
    )
    await connection.execute(delete(chat_aliases).where(chat_aliases.c.group_id == group_id))


async def erase_of(connection: AsyncConnection, promoter_id: PersonId, at: datetime) -> None:
    """Close every group of a promoter and replace its title and chat; sums stay."""
    own = select(groups.c.id).where(groups.c.promoter_id == promoter_id)
    await connection.execute(delete(chat_aliases).where(chat_aliases.c.group_id.in_(own)))
    await connection.execute(
        update(groups)
        .where(groups.c.promoter_id == promoter_id)
        .values(
            chat_id=RETIRED_BASE - groups.c.id,
            title="",
            state=GroupState.CLOSED,
            lost_at=at,
            greet_at=None,
        )
    )
    await connection.execute(delete(payloads).where(payloads.c.promoter_id == promoter_id))


def read(row: Row[Any]) -> Group:
    """A row of the table as a record."""
    return Group(
        id=GroupId(row.id),
        chat_id=row.chat_id,
        title=row.title,
        promoter_id=PersonId(row.promoter_id),
        programme=row.programme,
        state=GroupState(row.state),
        is_paused=row.is_paused,
        lost_at=row.lost_at,
        member_count=row.member_count,
        timezone=row.timezone,
        language=row.language,
        missing_rights=tuple(row.missing_rights),
        connected_at=row.connected_at,
        bot_id=row.bot_id,
        vertical=row.vertical,
        disconnected_at=row.disconnected_at,
    )
