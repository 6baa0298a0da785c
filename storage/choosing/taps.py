"""What promoters' taps say of offers: how many of them picked it, how many passed it over."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import OfferId
from storage.tables import groups, picks, skips


async def count_chosen(connection: AsyncConnection, since: date) -> dict[OfferId, int]:
    """How many promoters picked each offer for a day from ``since`` on."""
    promoters = func.count(groups.c.promoter_id.distinct())
    statement = (
        select(picks.c.offer_id, promoters)
        .join(groups, groups.c.id == picks.c.group_id)
        .where(picks.c.day >= since)
        .group_by(picks.c.offer_id)
    )
    return _counted(await connection.execute(statement))


async def count_passed(connection: AsyncConnection, since: date) -> dict[OfferId, int]:
    """How many promoters skipped each offer from ``since`` on."""
    promoters = func.count(skips.c.promoter_id.distinct())
    statement = (
        select(skips.c.offer_id, promoters).where(skips.c.day >= since).group_by(skips.c.offer_id)
    )
    return _counted(await connection.execute(statement))


def _counted(rows: Any) -> dict[OfferId, int]:
    return {OfferId(offer_id): int(count) for offer_id, count in rows}
