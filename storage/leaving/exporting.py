"""What a promoter takes along, read piece by piece: no piece is larger than it was asked for."""

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, insert, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.books import ledger
from bot.domain.people.handovers import State
from bot.domain.records import GroupId, PersonId
from storage.books import entries
from storage.database import Database
from storage.tables import (
    click_hours,
    conversions,
    exports,
    groups,
    lines,
    links,
    offers,
    pools,
    posts,
    transfers,
)

Rows = Sequence[dict[str, Any]]

AT_ONCE = 500


async def count_since(connection: AsyncConnection, promoter_id: PersonId, since: datetime) -> int:
    """How many times a promoter took the figures along after ``since``."""
    statement = (
        select(func.count())
        .select_from(exports)
        .where(exports.c.promoter_id == promoter_id, exports.c.at > since)
    )
    return int(await connection.scalar(statement) or 0)


async def add(connection: AsyncConnection, promoter_id: PersonId, at: datetime) -> None:
    """Count one more time."""
    await connection.execute(insert(exports).values(promoter_id=promoter_id, at=at))


async def list_groups(connection: AsyncConnection, promoter_id: PersonId) -> list[dict[str, Any]]:
    """The groups that are a promoter's, and those that were and are another's now."""
    given = select(transfers.c.group_id).where(
        transfers.c.giver_id == promoter_id, transfers.c.state == State.DONE.value
    )
    rows = await connection.execute(
        select(groups)
        .where(or_(groups.c.promoter_id == promoter_id, groups.c.id.in_(given)))
        .order_by(groups.c.id)
    )
    return [_group(row._mapping, promoter_id) for row in rows]


def _group(row: Any, promoter_id: PersonId) -> dict[str, Any]:
    # Of a group that is another's now only the name is told: how it does is no longer theirs.
    is_own = row["promoter_id"] == promoter_id
    known: dict[str, Any] = {"group_id": row["id"], "title": row["title"], "is_own": is_own}
    names = ("programme", "state", "member_count", "language", "timezone", "vertical")
    times = ("connected_at", "lost_at", "disconnected_at")
    return known | ({name: row[name] for name in (*names, *times)} if is_own else {})


async def posts_of(
    database: Database, promoter_id: PersonId, group_ids: Collection[GroupId]
) -> AsyncIterator[Rows]:
    """The posts of a promoter in these groups, group by group, the latest day first."""
    key = tuple_(posts.c.day, posts.c.slot, posts.c.ordinal)
    columns = [
        posts.c.id.label("post_id"),
        posts.c.group_id,
        *(posts.c[name] for name in ("day", "slot", "ordinal", "state", "offer_id")),
        offers.c.title.label("offer"),
        posts.c.is_autopilot,
        posts.c.sent_at,
        posts.c.error,
    ]
    for group_id in group_ids:
        statement = (
            select(*columns)
            .outerjoin_from(posts, offers, offers.c.id == posts.c.offer_id)
            .where(posts.c.group_id == group_id, posts.c.promoter_id == promoter_id)
            .order_by(posts.c.day.desc(), posts.c.slot.desc(), posts.c.ordinal.desc())
        )
        after: tuple[Any, ...] | None = None
        while found := await _next(database, statement, key < after if after else None):
            yield found
            after = tuple(found[-1][name] for name in ("day", "slot", "ordinal"))


async def links_of(
    database: Database, promoter_id: PersonId, group_ids: Collection[GroupId | None]
) -> AsyncIterator[Rows]:
    """The links of a promoter in these groups (None: in no group), the latest first."""
    key = tuple_(links.c.created_at, links.c.code)
    names = ("code", "group_id", "post_id", "offer_id", "marketplace", "source", "created_at")
    for group_id in group_ids:
        statement = (
            select(*(links.c[name] for name in names))
            .where(links.c.group_id == group_id, links.c.promoter_id == promoter_id)
            .order_by(links.c.created_at.desc(), links.c.code.desc())
        )
        after: tuple[Any, ...] | None = None
        while found := await _next(database, statement, key < after if after else None):
            yield found
            after = (found[-1]["created_at"], found[-1]["code"])


async def clicks_of(database: Database, codes: Sequence[str]) -> Rows:
    """Hours in which somebody followed these links, with people and bots."""
    names = ("code", "hour_at", "people", "bots")
    statement = (
        select(*(click_hours.c[name] for name in names))
        .where(click_hours.c.code.in_(codes))
        .order_by(click_hours.c.code, click_hours.c.hour_at)
    )
    async with database.read() as connection:
        return [dict(row._mapping) for row in await connection.execute(statement)]


async def conversions_of(database: Database, promoter_id: PersonId) -> AsyncIterator[Rows]:
    """The orders that came by a promoter's links, the latest first."""
    key = tuple_(conversions.c.ordered_at, conversions.c.id)
    names = (
        "id", "marketplace", "order_id", "row_id", "state", "amount_minor", "commission_minor",
        "currency", "ordered_at", "updated_at", "payable_at", "is_frozen", "group_id", "offer_id",
        "link_code",
    )  # fmt: skip
    statement = (
        select(*(conversions.c[name] for name in names))
        .where(conversions.c.promoter_id == promoter_id)
        .order_by(conversions.c.ordered_at.desc(), conversions.c.id.desc())
    )
    after: tuple[Any, ...] | None = None
    while found := await _next(database, statement, key < after if after else None):
        yield found
        after = (found[-1]["ordered_at"], found[-1]["id"])


async def entries_of(database: Database, promoter_id: PersonId) -> AsyncIterator[Rows]:
    """Every line of a promoter's accounts with its hash, as the statement tells them."""
    named = {ledger.held(promoter_id), ledger.payable(promoter_id), ledger.coupons(promoter_id)}
    key = tuple_(lines.c.account, lines.c.currency, lines.c.sequence)
    own = entries.stamped().where(lines.c.account.in_(named))
    after: tuple[Any, ...] = ("", "", 0)
    while True:
        statement = own.where(key > after).order_by(
            lines.c.account, lines.c.currency, lines.c.sequence
        )
        async with database.read() as connection:
            rows = (await connection.execute(statement.limit(AT_ONCE))).all()
        if not rows:
            return
        found = [entries.read_line(row) for row in rows]
        yield [
            {
                "account": line.account.rpartition(":")[2],
                "currency": line.currency,
                "sequence": line.sequence,
                "at": stamp.at,
                "kind": stamp.kind,
                "order_key": stamp.conversion_key,
                "amount_minor": line.amount_minor,
                "balance_minor": line.balance_minor,
                "entry_id": stamp.entry_id,
                "hash": line.hash,
            }
            for line, stamp in found
        ]
        after = (rows[-1].account, rows[-1].currency, rows[-1].sequence)


async def pools_of(database: Database, promoter_id: PersonId) -> AsyncIterator[Rows]:
    """The pools of a promoter with their counts, the latest first; nobody in them is named."""
    names = (
        "id", "group_id", "offer_id", "state", "target", "joined", "together_minor",
        "alone_minor", "currency", "opened_at", "closes_at", "ended_at",
    )  # fmt: skip
    statement = (
        select(*(pools.c[name] for name in names))
        .where(pools.c.promoter_id == promoter_id)
        .order_by(pools.c.id.desc())
    )
    after: int | None = None
    while found := await _next(database, statement, pools.c.id < after if after else None):
        yield found
        after = found[-1]["id"]


async def delete_old(connection: AsyncConnection, at: datetime, kept_for: timedelta) -> int:
    """Forget when figures were taken along, once no limit asks for it; how many times."""
    done = await connection.execute(delete(exports).where(exports.c.at < at - kept_for))
    return done.rowcount


async def _next(database: Database, statement: Select[Any], beyond: Any | None) -> Rows:
    """The next piece of an answer, in a transaction of its own: nobody waits for a whole export."""
    if beyond is not None:
        statement = statement.where(beyond)
    async with database.read() as connection:
        rows = await connection.execute(statement.limit(AT_ONCE))
        return [dict(row._mapping) for row in rows]
