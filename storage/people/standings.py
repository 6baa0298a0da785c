"""Standings of promoters, their shops, and the tree above them that community terms read."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, delete, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.people.tree import Node
from bot.domain.records import PersonId
from storage.tables import promoters, standings

GOLD = "gold"
"""A gold owner (金牌店主), with a community of the own [S4]."""


async def set_gold(connection: AsyncConnection, promoter_id: PersonId, since: datetime) -> None:
    """Let a promoter be gold from ``since`` on; a later word replaces an earlier one."""
    await remove_gold(connection, promoter_id)
    row = {"promoter_id": promoter_id, "name": GOLD, "since": since}
    await connection.execute(insert(standings).values(row))


async def remove_gold(connection: AsyncConnection, promoter_id: PersonId) -> bool:
    """Take the standing back; False when there was none."""
    done = await connection.execute(
        delete(standings).where(standings.c.promoter_id == promoter_id, standings.c.name == GOLD)
    )
    return done.rowcount == 1


async def list_gold(
    connection: AsyncConnection, ids: Collection[PersonId]
) -> dict[PersonId, datetime]:
    """Since when each of ``ids`` is gold, those who are or will be."""
    rows = await connection.execute(
        select(standings.c.promoter_id, standings.c.since).where(standings.c.name == GOLD)
    )
    # Few are gold: asking for each of a long list would be the longer question.
    wanted = set(ids)
    return {PersonId(row[0]): row[1] for row in rows if row[0] in wanted}


async def list_tree(
    connection: AsyncConnection, ids: Collection[PersonId], since: datetime
) -> dict[PersonId, Node]:
    """Each of ``ids`` and everybody above whom a question about a moment from ``since`` meets.

    One query. Nobody is read twice, and nothing above one who was gold at ``since`` already:
    no community reaches over a gold owner, only a direct inviter does.
    """
    starts = set(ids)
    columns = (promoters.c.person_id, promoters.c.inviter_id, promoters.c.joined_at)
    gold = and_(standings.c.promoter_id == promoters.c.person_id, standings.c.name == GOLD)
    known = select(*columns, standings.c.since).outerjoin_from(promoters, standings, gold)
    line = known.where(promoters.c.person_id.in_(starts)).cte("line", recursive=True)
    step = (
        select(*columns, standings.c.since)
        .join_from(line, promoters, promoters.c.person_id == line.c.inviter_id)
        .outerjoin(standings, gold)
        .where(or_(line.c.since.is_(None), line.c.since > since, line.c.person_id.in_(starts)))
    )
    rows = await connection.execute(select(line.union(step)))
    return {
        PersonId(row.person_id): Node(
            None if row.inviter_id is None else PersonId(row.inviter_id),
            row.joined_at,
            row.since,
        )
        for row in rows
    }


async def list_shops(connection: AsyncConnection) -> dict[PersonId, tuple[str, str]]:
    """Brand and shop of every promoter whom an invitation bound to one (云店)."""
    rows = await connection.execute(
        select(promoters.c.person_id, promoters.c.brand, promoters.c.shop).where(
            promoters.c.brand.is_not(None), promoters.c.shop.is_not(None)
        )
    )
    return {PersonId(person_id): (brand, shop) for person_id, brand, shop in rows}
