"""Offers that are watched for the posts that carry them: armed by a send, woken by a change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import OfferId, PostId
from storage.tables import offers, prices, watches
from storage.upsert import insert_for

KEYS_A_QUERY = 1000
"""Well under the number of parameters that either engine takes in one statement."""


@dataclass(frozen=True, slots=True)
class Watch:
    """How far the posts of one offer were gone through."""

    offer_id: OfferId
    is_urgent: bool
    is_stale: bool
    step: int
    after_at: datetime | None
    after_id: PostId
    again_at: datetime | None
    again_from: datetime | None


async def arm(
    connection: AsyncConnection, bot_id: int, offer_ids: Collection[OfferId], due_at: datetime
) -> None:
    """Have the posts of these offers looked at by ``due_at``: some were sent a moment ago."""
    if not offer_ids:
        return
    statement = insert_for(connection, watches)
    sooner = case(
        (watches.c.due_at > statement.excluded.due_at, statement.excluded.due_at),
        else_=watches.c.due_at,
    )
    keys = [watches.c.bot_id, watches.c.offer_id]
    row: dict[str, Any] = {"is_urgent": False, "is_stale": False, "step": 0, "after_id": 0}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_={"due_at": sooner}),
        # In one order, so that two workers never wait for each other's rows in a circle.
        [
            row | {"bot_id": bot_id, "offer_id": offer_id, "due_at": due_at}
            for offer_id in sorted(offer_ids)
        ],
    )


async def wake(connection: AsyncConnection, offer_ids: Sequence[int], at: datetime) -> int:
    """These offers changed: have all their posts of the last days looked at; how many watches.

    An offer that nobody posted lately costs one look at an index. Those that ended, are sold out
    or cost more than their last known price go before the others. To be called in the transaction
    that changed them, before the new price joins the history.
    """
    woken = 0
    for start in range(0, len(offer_ids), KEYS_A_QUERY):
        some = offer_ids[start : start + KEYS_A_QUERY]
        done = await connection.execute(
            update(watches)
            .where(watches.c.offer_id.in_(some))
            .values(due_at=at, is_stale=True, is_urgent=_is_urgent())
        )
        woken += done.rowcount
    return woken


def _is_urgent() -> Any:
    now = func.coalesce(offers.c.sale_price_minor, offers.c.price_minor)
    before = (
        select(prices.c.price_minor)
        .where(prices.c.offer_id == offers.c.id)
        .order_by(prices.c.at.desc(), prices.c.id.desc())
        .limit(1)
        .correlate(offers)
        .scalar_subquery()
    )
    is_bad = or_(offers.c.ended_at.is_not(None), offers.c.stock == 0, now > before)
    return exists().where(offers.c.id == watches.c.offer_id, is_bad).correlate(watches)


async def has_due(connection: AsyncConnection, bot_id: int, now: datetime) -> bool:
    """Whether the posts of an offer are to be looked at."""
    return bool(
        await connection.scalar(
            select(
                or_(
                    *(
                        exists().where(
                            watches.c.bot_id == bot_id,
                            watches.c.is_urgent.is_(is_urgent),
                            watches.c.due_at <= now,
                        )
                        for is_urgent in (True, False)
                    )
                )
            )
        )
    )


async def find_due(connection: AsyncConnection, bot_id: int, now: datetime) -> Watch | None:
    """The offer whose posts are to be looked at first: what is urgent, then the longest due."""
    for is_urgent in (True, False):
        rows = await connection.execute(
            select(watches)
            .where(
                watches.c.bot_id == bot_id,
                watches.c.is_urgent.is_(is_urgent),
                watches.c.due_at <= now,
            )
            .order_by(watches.c.due_at)
            .limit(1)
        )
        row = rows.one_or_none()
        if row is not None:
            return Watch(
                OfferId(row.offer_id),
                row.is_urgent,
                row.is_stale,
                row.step,
                row.after_at,
                PostId(row.after_id),
                row.again_at,
                row.again_from,
            )
    return None


async def keep(connection: AsyncConnection, bot_id: int, watch: Watch, due_at: datetime) -> None:
    """Write how far an offer's posts were gone through, and when to go on.

    Nothing is written where the offer changed meanwhile: then all are gone through once more.
    """
    await connection.execute(
        update(watches)
        .where(*_unchanged(bot_id, watch.offer_id))
        .values(
            is_urgent=watch.is_urgent,
            after_at=watch.after_at,
            after_id=watch.after_id,
            again_at=watch.again_at,
            again_from=watch.again_from,
            due_at=due_at,
        )
    )


async def begin(connection: AsyncConnection, bot_id: int, offer_id: OfferId, step: int) -> None:
    """Go through all posts of an offer from the first; what changes from here on is seen."""
    await connection.execute(
        update(watches)
        .where(watches.c.bot_id == bot_id, watches.c.offer_id == offer_id)
        .values(is_stale=False, step=step, after_at=None, after_id=0)
        .values(again_at=None, again_from=None)
    )


async def drop(connection: AsyncConnection, bot_id: int, offer_id: OfferId) -> None:
    """Watch an offer no longer: no post of the last days carries it."""
    await connection.execute(delete(watches).where(*_unchanged(bot_id, offer_id)))


def _unchanged(bot_id: int, offer_id: OfferId) -> tuple[Any, ...]:
    return (
        watches.c.bot_id == bot_id,
        watches.c.offer_id == offer_id,
        watches.c.is_stale.is_(False),
    )
