"""Weights that operators set in the place of a programme's own, from a day on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import weightings


@dataclass(frozen=True, slots=True)
class Weighting:
    """From ``from_on`` on a programme weighs these factors so, and why."""

    programme: str
    from_on: date
    weights: Mapping[str, float]
    reason: str


async def add(connection: AsyncConnection, weighting: Weighting, at: datetime) -> None:
    """Keep a weighting; those before it stay, for what they decided."""
    row = {
        "programme": weighting.programme,
        "from_on": weighting.from_on,
        "weights": dict(weighting.weights),
        "reason": weighting.reason,
        "set_at": at,
    }
    await connection.execute(insert(weightings).values(row))


async def find_on(connection: AsyncConnection, programme: str, day: date) -> Weighting | None:
    """What counts on ``day``: of those that began by then the one that was set last."""
    statement = (
        select(weightings)
        .where(weightings.c.programme == programme, weightings.c.from_on <= day)
        .order_by(weightings.c.from_on.desc(), weightings.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else _weighting(row)


async def list_of(connection: AsyncConnection, programme: str) -> list[Weighting]:
    """All that were ever set, the latest to begin first."""
    statement = (
        select(weightings)
        .where(weightings.c.programme == programme)
        .order_by(weightings.c.from_on.desc(), weightings.c.id.desc())
    )
    return [_weighting(row) for row in await connection.execute(statement)]


def _weighting(row: object) -> Weighting:
    return Weighting(*(getattr(row, name) for name in Weighting.__slots__))
