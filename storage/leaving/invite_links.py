"""Links into groups that the bot made, by name."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId
from storage.tables import invite_links
from storage.upsert import insert_for


@dataclass(frozen=True, slots=True)
class InviteLink:
    """A link into a group; the counts are of those who came by it."""

    id: int
    group_id: GroupId
    name: str
    url: str
    made_at: datetime
    revoked_at: datetime | None
    claimed: int
    pooled: int


async def add(
    connection: AsyncConnection, group_id: GroupId, name: str, url: str, at: datetime
) -> int | None:
    """Store a link that Telegram made; its number, or None where it is known already."""
    row = {"group_id": group_id, "name": name, "url": url, "made_at": at}
    statement = insert_for(connection, invite_links).values(row).on_conflict_do_nothing()
    found = await connection.scalar(statement.returning(invite_links.c.id))
    return None if found is None else int(found)


async def find(connection: AsyncConnection, link_id: int) -> InviteLink | None:
    """The link with our number, or None."""
    rows = await connection.execute(select(invite_links).where(invite_links.c.id == link_id))
    row = rows.one_or_none()
    return _read(row) if row else None


async def list_of(
    connection: AsyncConnection, ids: Collection[GroupId]
) -> dict[GroupId, list[InviteLink]]:
    """The links of each of these groups, those in use first, then the latest first."""
    statement = (
        select(invite_links)
        .where(invite_links.c.group_id.in_(ids))
        .order_by(invite_links.c.revoked_at.is_not(None), invite_links.c.id.desc())
    )
    found: dict[GroupId, list[InviteLink]] = {group_id: [] for group_id in ids}
    for row in await connection.execute(statement):
        found[GroupId(row.group_id)].append(_read(row))
    return found


async def count_open(connection: AsyncConnection, group_id: GroupId) -> int:
    """How many links of a group are in use."""
    statement = (
        select(func.count())
        .select_from(invite_links)
        .where(invite_links.c.group_id == group_id, invite_links.c.revoked_at.is_(None))
    )
    return int(await connection.scalar(statement) or 0)


async def list_by_urls(
    connection: AsyncConnection, urls: Collection[str]
) -> dict[str, tuple[int, GroupId]]:
    """Number and group of those of ``urls`` that are links of ours."""
    rows = await connection.execute(
        select(invite_links.c.url, invite_links.c.id, invite_links.c.group_id).where(
            invite_links.c.url.in_(urls)
        )
    )
    return {row.url: (row.id, GroupId(row.group_id)) for row in rows}


async def mark_revoked(connection: AsyncConnection, link_id: int, at: datetime) -> bool:
    """Nobody comes by the link any more; False when it was so before."""
    done = await connection.execute(
        update(invite_links)
        .where(invite_links.c.id == link_id, invite_links.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return done.rowcount == 1


def _read(row: Row[Any]) -> InviteLink:
    return InviteLink(
        id=row.id,
        group_id=GroupId(row.group_id),
        name=row.name,
        url=row.url,
        made_at=row.made_at,
        revoked_at=row.revoked_at,
        claimed=row.claimed,
        pooled=row.pooled,
    )
