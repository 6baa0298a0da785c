"""Orders to credit: a tree of promoters with a link each, reports of their orders, and their cost.

The cost is told in processor time of all that takes part, ours and PostgreSQL's: on a machine that
others use too, wall time measures the others.
"""

import io
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text

from bot.domain.links import subids
from bot.domain.records import Currency, GroupId, Link, LinkCode, OfferId, PersonId
from bot.services.books.crediting import Crediting
from storage import bulk
from storage.database import Database
from storage.links import links
from storage.people import standings
from storage.tables import groups, people, promoters
from tests.cast import NOON, add_offer
from tests.schemes import PROGRAMMES

HEADER = "order_id,row,sub_id,status,commission,amount,updated_at"
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
ORDERED_AT = NOON + timedelta(hours=1)


@dataclass(frozen=True)
class Cost:
    """What crediting took: seconds by the clock on the wall, and of processors."""

    wall_seconds: float
    cpu_seconds: float


@dataclass(frozen=True)
class Stand:
    """A database with its tree, the service over it, and the codes of its links by promoter."""

    database: Database
    crediting: Crediting
    codes: Sequence[str]

    async def credit(self, rows: Sequence[str]) -> Cost:
        """Credit the rows of a report as a file; what it cost."""
        content = io.BytesIO("\n".join([HEADER, *rows, ""]).encode())
        servers = await server_seconds(self.database)
        began, spent = time.perf_counter(), time.process_time()
        found = await self.crediting.receive_file("feed", content, {})
        wall, own = time.perf_counter() - began, time.process_time() - spent
        assert found.refused == ()
        return Cost(wall, own + await server_seconds(self.database) - servers)


async def stand(
    database_url: str, *, count: int, children: int, programme: str = "fenxiang", gold: int = 0
) -> Stand:
    """``count`` promoters, each invited by another who invited ``children``, with a link each.

    The first ``gold`` of them are gold owners since they joined.
    """
    database = Database(database_url)
    codes = [subids.mint(number.to_bytes(subids.ENTROPY_BYTES)) for number in range(1, count + 1)]
    numbers = range(1, count + 1)
    inviters = [None if number == 1 else (number - 2) // children + 1 for number in numbers]
    async with database.write() as connection:
        offer_id = OfferId(await add_offer(connection))
        await bulk.insert(connection, people, [_person(number) for number in numbers])
        await bulk.insert(
            connection,
            promoters,
            [
                _promoter(number, inviter) | {"programme": programme}
                for number, inviter in zip(numbers, inviters, strict=True)
            ],
        )
        rows = [_group(number) | {"programme": programme} for number in numbers]
        await bulk.insert(connection, groups, rows)
        for number in range(1, gold + 1):
            await standings.set_gold(connection, PersonId(number), NOON - timedelta(days=30))
        await links.add(
            connection,
            [_link(code, number, offer_id) for code, number in zip(codes, numbers, strict=True)],
        )
    crediting = Crediting(
        database=database,
        programmes=PROGRAMMES,
        now=lambda: ORDERED_AT,
        currency=Currency("CNY"),
        zone=ZoneInfo("Asia/Shanghai"),
    )
    await settle(database)
    return Stand(database, crediting, codes)


async def settle(database: Database) -> None:
    """Tell PostgreSQL what autovacuum tells it after a minute."""
    if not database.is_sqlite:
        async with database.write() as connection:
            await connection.execute(text("ANALYZE"))


def paid(codes: Sequence[str], start: int, count: int) -> list[str]:
    """Rows of ``count`` new orders that were paid, by the links ``codes`` in turn."""
    return [
        f"O-{number},1,{codes[number % len(codes)]},approved,"
        f"{10 + number % 7}.{number % 100:02d},99.00,{_at(number)}"
        for number in range(start, start + count)
    ]


def mixed(codes: Sequence[str], start: int, count: int) -> Iterator[str]:
    """Rows as a day has them: of twenty, sixteen are new, and each of the others is one of these.

    A duplicate, a settlement and a refund of an order some hundred rows before, and an orphan.
    """
    for number in range(start, start + count):
        kind, earlier = number % 20, max(start, number - 400) // 20 * 20
        code = codes[earlier % len(codes)]
        commission = f"{10 + earlier % 7}.{earlier % 100:02d}"
        if kind == 16:
            yield f"O-{earlier},1,{code},approved,{commission},99.00,{_at(earlier)}"
        elif kind == 17:
            yield f"O-{earlier + 1},1,,settled,5.00,99.00,{_at(number, hours=1)}"
        elif kind == 18:
            yield f"O-{earlier + 2},1,,refunded,0,0,{_at(number, hours=1)}"
        elif kind == 19:
            yield f"O-{number},1,,approved,{commission},99.00,{_at(number)}"
        else:
            yield from paid(codes, number, 1)


async def server_seconds(database: Database) -> float:
    """Processor time that the PostgreSQL server of ``database`` used, in all its processes."""
    if database.is_sqlite:
        return 0.0
    async with database.read() as connection:
        backend = await connection.scalar(text("SELECT pg_backend_pid()"))
    return _seconds_of(_stat(backend or 0)[1])


def _seconds_of(server: int) -> float:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    seconds = 0.0
    for pid in pids:
        try:
            spent, parent = _stat(pid)
        except (OSError, IndexError):
            continue
        seconds += spent if parent == server else 0.0
    return seconds


def _stat(pid: int) -> tuple[float, int]:
    """Processor seconds of a process, and who bore it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND, int(fields[1])


def _at(number: int, *, hours: int = 0) -> str:
    return (NOON + timedelta(hours=hours, microseconds=number)).isoformat()


def _person(number: int) -> dict[str, object]:
    named = {"telegram_id": 10**9 + number, "name": f"Promoter {number}"}
    return {"id": number, "language": "zh", "met_at": NOON} | named


def _promoter(number: int, inviter_id: int | None) -> dict[str, object]:
    return {
        "person_id": number,
        "programme": "fenxiang",
        "inviter_id": inviter_id,
        "status": "active",
        "level": "starter",
        "joined_at": NOON - timedelta(days=30),
    }


def _group(number: int) -> dict[str, object]:
    return {
        "id": number,
        "chat_id": -(10**12) - number,
        "title": "Sunny Court",
        "promoter_id": number,
        "programme": "fenxiang",
        "state": "active",
        "is_paused": False,
        "member_count": 200,
        "timezone": "Asia/Shanghai",
        "language": "zh",
        "missing_rights": [],
        "connected_at": NOON,
    }


def _link(code: str, number: int, offer_id: OfferId) -> Link:
    url = "https://shop.example.com/p-1"
    owner = PersonId(number)
    return Link(LinkCode(code), offer_id, "feed", None, GroupId(number), owner, url, NOON)
