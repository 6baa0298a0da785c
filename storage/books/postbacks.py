"""Postbacks as received, and the verdicts on them; both are only ever added to."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import ConversionId
from storage import bulk, numbering
from storage.tables import marketplaces, postbacks, verdicts

HISTORY_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Postback:
    """A marketplace's message as received; ``source`` is "http" or "file"."""

    id: int
    marketplace: str
    source: str
    raw: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was made of a postback, once: the word, and why."""

    postback_id: int
    result: str
    detail: str
    conversion_id: ConversionId | None
    judged_at: datetime


async def has_marketplace(connection: AsyncConnection, name: str) -> bool:
    """Whether a marketplace of this name was ever added."""
    return bool(await connection.scalar(select(exists().where(marketplaces.c.name == name))))


async def append(connection: AsyncConnection, new: Sequence[Postback]) -> list[Postback]:
    """Keep messages as they came, in their order; returned with the ids they got."""
    ids = await numbering.take(connection, postbacks, len(new))
    kept = [
        Postback(number, each.marketplace, each.source, each.raw, each.received_at)
        for each, number in zip(new, ids, strict=True)
    ]
    if kept:
        await bulk.insert(connection, postbacks, [_fields(postback) for postback in kept])
    return kept


async def append_verdicts(connection: AsyncConnection, new: Sequence[Verdict]) -> None:
    """Write what was made of postbacks; a second verdict on one of them is refused."""
    if new:
        await bulk.insert(
            connection,
            verdicts,
            [_fields(verdict) for verdict in new],
        )


async def verdicts_on(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Verdict]:
    """The verdicts on those of the postbacks ``ids`` that have one."""
    rows = await connection.execute(select(verdicts).where(verdicts.c.postback_id.in_(ids)))
    return {
        row.postback_id: Verdict(
            row.postback_id, row.result, row.detail, row.conversion_id, row.judged_at
        )
        for row in rows
    }


async def list_history(
    connection: AsyncConnection, conversion_id: ConversionId, limit: int = HISTORY_LIMIT
) -> list[tuple[datetime, str, str]]:
    """When each report of a conversion was received, its verdict and why; the latest first."""
    rows = await connection.execute(
        select(postbacks.c.received_at, verdicts.c.result, verdicts.c.detail)
        .join(verdicts, verdicts.c.postback_id == postbacks.c.id)
        .where(verdicts.c.conversion_id == conversion_id)
        .order_by(postbacks.c.id.desc())
        .limit(limit)
    )
    return [(received_at, result, detail) for received_at, result, detail in rows]


async def list_unjudged(connection: AsyncConnection, *, after: int, limit: int) -> list[Postback]:
    """The first postbacks with an id above ``after`` on which there is no verdict."""
    statement = (
        select(postbacks)
        .where(postbacks.c.id > after, ~exists().where(verdicts.c.postback_id == postbacks.c.id))
        .order_by(postbacks.c.id)
        .limit(limit)
    )
    return [
        Postback(row.id, row.marketplace, row.source, row.raw, row.received_at)
        for row in await connection.execute(statement)
    ]


async def find_last(connection: AsyncConnection, *, received_before: datetime, after: int) -> int:
    """The highest id above ``after`` received before an instant; ``after`` if there is none."""
    found = await connection.scalar(
        select(func.max(postbacks.c.id)).where(
            postbacks.c.id > after, postbacks.c.received_at < received_before
        )
    )
    return after if found is None else int(found)


_NAMES = {record: tuple(field.name for field in fields(record)) for record in (Postback, Verdict)}


def _fields(record: Postback | Verdict) -> dict[str, Any]:
    # Not asdict: it copies deeply, which took a fifth of the time of a batch.
    return {name: getattr(record, name) for name in _NAMES[type(record)]}
