"""What was clicked and bought in a group, added up by offer: sums over everybody, nobody's own."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.decks.tastes import Sign
from bot.domain.records import ConversionState, GroupId
from storage.tables import click_hours, conversions, links, offers

BATCH_ROWS = 500


async def list_of_groups(
    connection: AsyncConnection, group_ids: Collection[GroupId], since: datetime
) -> dict[GroupId, list[Sign]]:
    """The signs of each of these groups since ``since``; reversed orders are none.

    Clicks are counted by the hour and by link, orders by row: no person is in either.
    """
    clicks = (
        select(links.c.group_id, links.c.offer_id, func.sum(click_hours.c.people))
        .join(click_hours, click_hours.c.code == links.c.code)
        .where(links.c.group_id.in_(group_ids), links.c.created_at >= since)
        .group_by(links.c.group_id, links.c.offer_id)
    )
    orders = (
        select(conversions.c.group_id, conversions.c.offer_id, func.count())
        .where(
            conversions.c.group_id.in_(group_ids),
            conversions.c.ordered_at >= since,
            conversions.c.state != ConversionState.REVERSED,
            conversions.c.offer_id.is_not(None),
        )
        .group_by(conversions.c.group_id, conversions.c.offer_id)
    )
    clicked = {(row[0], row[1]): int(row[2]) for row in await connection.execute(clicks)}
    bought = {(row[0], row[1]): int(row[2]) for row in await connection.execute(orders)}
    pairs = sorted({*(pair for pair, count in clicked.items() if count), *bought})
    told = await _told(connection, sorted({offer_id for _, offer_id in pairs}))
    found: dict[GroupId, list[Sign]] = {}
    for pair in pairs:
        signs = found.setdefault(GroupId(pair[0]), [])
        signs.append(Sign(*told[pair[1]], clicked.get(pair, 0), bought.get(pair, 0)))
    return found


async def _told(
    connection: AsyncConnection, ids: list[int]
) -> dict[int, tuple[str | None, str | None, str, int]]:
    price = func.coalesce(offers.c.sale_price_minor, offers.c.price_minor)
    columns = (offers.c.id, offers.c.category, offers.c.brand, offers.c.currency, price)
    found: dict[int, tuple[str | None, str | None, str, int]] = {}
    for start in range(0, len(ids), BATCH_ROWS):
        some = ids[start : start + BATCH_ROWS]
        for row in await connection.execute(select(*columns).where(offers.c.id.in_(some))):
            found[row[0]] = (row[1], row[2], row[3], int(row[4]))
    return found
