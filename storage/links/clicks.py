"""Clicks as rows, and the statements that keep many at once and count them by the hour."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import ClickClass, PostId

Row = tuple[str, str, datetime, str, str | None]
"""A ``Click``, or a plain tuple of the same: id, code, aware instant, class, visitor."""
Hour = tuple[str, datetime, int, int, datetime | None, datetime | None]
"""A link's hour: code, its beginning, people, others, first and last click of a person."""
Statement = tuple[str, tuple[Any, ...]]

PIECES = (128, 64, 32, 16, 8, 4, 2, 1)
"""Rows a statement on SQLite: one step for many costs two thirds of as many steps, and gives the
interpreter away once instead of once a row."""

_PERSON = ClickClass.PERSON.value
_NO_HOUR: Hour = ("", datetime.min.replace(tzinfo=UTC), 0, 0, None, None)
_INSERT = "INSERT INTO clicks (id, code, at, kind, visitor) VALUES "
_INSERTS = {size: _INSERT + ", ".join(["(?, ?, ?, ?, ?)"] * size) for size in PIECES}
_COUNT = """
INSERT INTO click_hours (code, hour_at, people, bots, first_person_at, last_person_at)
VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (code, hour_at) DO UPDATE SET
  people = people + excluded.people,
  bots = bots + excluded.bots,
  first_person_at = min(coalesce(first_person_at, excluded.first_person_at),
                        coalesce(excluded.first_person_at, first_person_at)),
  last_person_at = max(coalesce(last_person_at, excluded.last_person_at),
                       coalesce(excluded.last_person_at, last_person_at))
"""
UNCERTAIN = "SELECT id FROM posts WHERE id = ? AND state = 'uncertain'"
"""On SQLite: the post, if nobody knows whether it arrived."""

_KEEP = """
WITH kept AS (
  INSERT INTO clicks (id, code, at, kind, visitor)
  SELECT * FROM unnest(
    $1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[])
), counted AS (
  INSERT INTO click_hours AS hours (code, hour_at, people, bots, first_person_at, last_person_at)
  SELECT * FROM unnest(
    $6::text[], $7::timestamptz[], $8::int[], $9::int[], $10::timestamptz[], $11::timestamptz[])
  ON CONFLICT (code, hour_at) DO UPDATE SET
    people = hours.people + excluded.people,
    bots = hours.bots + excluded.bots,
    first_person_at = least(hours.first_person_at, excluded.first_person_at),
    last_person_at = greatest(hours.last_person_at, excluded.last_person_at)
)
SELECT id FROM posts WHERE id = ANY($12::bigint[]) AND state = 'uncertain'
"""


def on_sqlite(rows: Sequence[Row]) -> Iterator[Statement]:
    """What keeps and counts ``rows`` in a transaction, with each statement's parameters."""
    texts, start = _Texts(), 0
    for size in PIECES:
        while len(rows) - start >= size:
            piece = rows[start : start + size]
            written = [(id_, code, texts[at], *rest) for id_, code, at, *rest in piece]
            yield _INSERTS[size], tuple(chain.from_iterable(written))
            start += size
    for code, hour_at, people, bots, first, last in hours_of(rows):
        texts_of_people = (first and texts[first], last and texts[last])
        yield _COUNT, (code, texts[hour_at], people, bots, *texts_of_people)


def on_postgres(rows: Sequence[Row], post_ids: Sequence[PostId]) -> Statement:
    """The one statement that keeps and counts ``rows``; it tells the uncertain of ``post_ids``."""
    hours = hours_of(rows)
    return _KEEP, (*_columns(rows, 5), *_columns(hours, 6), list(post_ids))


async def append(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Keep and count clicks in a transaction of the caller's."""
    is_sqlite = connection.dialect.name == "sqlite"
    for statement, values in on_sqlite(rows) if is_sqlite else [on_postgres(rows, [])]:
        await connection.exec_driver_sql(statement, values)


def hours_of(rows: Iterable[Row]) -> list[Hour]:
    """What ``rows`` add to the hours of their links, in one order.

    In another order two processes could wait for each other's rows in a circle.
    """
    # Clicks of one turn share the instant: counted in C, few are left to look at.
    alike = Counter([(code, at, kind == _PERSON) for _id, code, at, kind, _visitor in rows])
    found: dict[tuple[str, datetime], Hour] = {}
    for (code, at, is_person), number in alike.items():
        hour_at = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        _, _, people, bots, first, last = found.get((code, hour_at), _NO_HOUR)
        if is_person:
            people, first, last = people + number, min(first or at, at), max(last or at, at)
        else:
            bots += number
        found[code, hour_at] = (code, hour_at, people, bots, first, last)
    return [found[key] for key in sorted(found)]


class _Texts(dict[datetime, str]):
    """Instants as SQLite keeps them (UTC without the zone, microseconds), each written once."""

    def __missing__(self, at: datetime) -> str:
        text = self[at] = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        return text


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(width)]
