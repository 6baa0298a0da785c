"""Clicks as rows, and the statements that keep many at once and count them by the hour."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import ClickClass, PostId

Row = tuple[str, str, datetime, str, str | None]
"""A ``Click``, or a plain tuple of the same: id, code, aware instant, class, visitor."""
Hour = tuple[str, datetime, int, int, datetime | None, datetime | None]
"""A link's hour: code, its beginning, people, others, first and last click of a person."""
Statement = tuple[str, Sequence[Any]]

PIECES = (128, 64, 32, 16, 8, 4, 2, 1)
"""Rows a statement on SQLite: one step for many costs two thirds of as many steps, and gives the
interpreter away once instead of once a row."""

_PERSON = ClickClass.PERSON.value
_INSERT = """
INSERT INTO clicks (at, id, code, kind, visitor) VALUES {}
"""
_COUNT = """
INSERT INTO click_hours (code, hour_at, people, bots, first_person_at, last_person_at) VALUES {}
ON CONFLICT (code, hour_at) DO UPDATE SET
  people = people + excluded.people,
  bots = bots + excluded.bots,
  first_person_at = min(coalesce(first_person_at, excluded.first_person_at),
                        coalesce(excluded.first_person_at, first_person_at)),
  last_person_at = max(coalesce(last_person_at, excluded.last_person_at),
                       coalesce(excluded.last_person_at, last_person_at))
"""
_INSERTS = {size: _INSERT.format(", ".join(["(?1, ?, ?, ?, ?)"] * size)) for size in PIECES}
_COUNTS = {size: _COUNT.format(", ".join(["(?, ?, ?, ?, ?, ?)"] * size)) for size in PIECES}
_INSTANT, _OTHERS, _COUNTED = itemgetter(2), itemgetter(0, 1, 3, 4), itemgetter(1, 2, 3)
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
SELECT
  ARRAY(SELECT id FROM posts WHERE id = ANY($12::bigint[]) AND state = 'uncertain'),
  set_config('synchronous_commit', $13, true)
"""


def on_sqlite(rows: Sequence[Row]) -> Iterator[Statement]:
    """What keeps and counts ``rows`` in a transaction, with each statement's parameters."""
    texts = _Texts()
    # A turn's clicks share their instant: it is handed over once a statement.
    for at, group in groupby(rows, _INSTANT):
        whole = list(map(_OTHERS, group))
        for statement, start, end in _pieces(_INSERTS, len(whole)):
            yield statement, [texts[at], *chain.from_iterable(whole[start:end])]
    hours = hours_of(rows)
    for statement, start, end in _pieces(_COUNTS, len(hours)):
        values: list[Any] = []
        for code, hour_at, people, bots, first, last in hours[start:end]:
            values += (code, texts[hour_at], people, bots)
            values += (first and texts[first], last and texts[last])
        yield statement, values


def _pieces(statements: Mapping[int, str], count: int) -> Iterator[tuple[str, int, int]]:
    """Statements that take ``count`` rows together, each with where its rows begin and end."""
    start = 0
    for size, statement in statements.items():
        while count - start >= size:
            yield statement, start, start + size
            start += size


def on_postgres(
    rows: Sequence[Row], post_ids: Sequence[PostId], *, waits_for_disk: bool
) -> Statement:
    """The one statement that keeps and counts ``rows``; its first value is the uncertain posts.

    Alone in its transaction, that need not wait for the disk: the server writes it there within
    three ``wal_writer_delay``, 0.6 s as it comes.
    """
    settings = "on" if waits_for_disk else "off"
    return _KEEP, (*_columns(rows, 5), *_columns(hours_of(rows), 6), list(post_ids), settings)


async def append(connection: AsyncConnection, rows: Sequence[Row]) -> None:
    """Keep and count clicks in a transaction of the caller's."""
    if connection.dialect.name == "sqlite":
        for statement, values in on_sqlite(rows):
            await connection.exec_driver_sql(statement, tuple(values))
    else:
        statement, values = on_postgres(rows, [], waits_for_disk=True)
        await connection.exec_driver_sql(statement, tuple(values))


def hours_of(rows: Sequence[Row]) -> list[Hour]:
    """What ``rows`` add to the hours of their links, in one order.

    In another order two processes could wait for each other's rows in a circle.
    """
    hours = _Hours()
    found: dict[tuple[str, datetime], list[Any]] = {}
    # A turn's clicks share their instant, and after a post their link.
    for (code, at, kind), count in Counter(map(_COUNTED, rows)).items():
        key = (code, hours[at])
        tally = found.get(key)
        if tally is None:
            tally = found[key] = [0, 0, None, None]
        if kind != _PERSON:
            tally[1] += count
            continue
        tally[0] += count
        if tally[2] is None or at < tally[2]:
            tally[2] = at
        if tally[3] is None or at > tally[3]:
            tally[3] = at
    return [(*key, *found[key]) for key in sorted(found)]


class _Hours(dict[datetime, datetime]):
    """The beginnings of the hours of instants, each found once: a turn's clicks share theirs."""

    def __missing__(self, at: datetime) -> datetime:
        hour_at = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        self[at] = hour_at
        return hour_at


class _Texts(dict[datetime, str]):
    """Instants as SQLite keeps them (UTC without the zone, microseconds), each written once."""

    def __missing__(self, at: datetime) -> str:
        text = self[at] = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        return text


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(width)]
