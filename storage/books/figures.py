"""Figures for reports and statements: sums by group, slot and so on, and old heads."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.books import ledger
from bot.domain.books.ledger import Account, Head, Stamp
from bot.domain.records import Currency, GroupId, Line, PersonId, Post, PostState
from storage.books import entries
from storage.posts import posts as outbox
from storage.tables import accounts, click_hours, conversions, lines, links, posts
from storage.tables import entries as entries_table

Span = tuple[datetime | None, datetime | None]
"""From an instant until before another; None is open."""

POST = "post"
"""Source of links that stood in posts."""

_COLUMNS: Mapping[str, tuple[Any, Any, Any]] = {
    "group": (posts.c.group_id, links.c.group_id, conversions.c.group_id),
    "promoter": (posts.c.promoter_id, links.c.promoter_id, conversions.c.promoter_id),
    "offer": (posts.c.offer_id, links.c.offer_id, conversions.c.offer_id),
    "slot": (posts.c.slot, posts.c.slot, posts.c.slot),
    "source": (posts.c.state, links.c.source, links.c.source),
}
"""What each report is by, in posts, in clicks (through their links) and in conversions."""


async def count_posts(connection: AsyncConnection, by: str, span: Span) -> dict[Any, int]:
    """Posts sent within ``span``, by key."""
    key = _COLUMNS[by][0]
    statement = select(key, func.count()).where(posts.c.state == PostState.SENT.value).group_by(key)
    rows = await connection.execute(_within(statement, posts.c.sent_at, span))
    counts = {found: int(number) for found, number in rows if found is not None}
    # No post is an answer: what was sent is all of one source.
    return {POST: sum(counts.values())} if by == "source" and counts else counts


async def count_clicks(
    connection: AsyncConnection, by: str, span: Span
) -> dict[Any, tuple[int, int]]:
    """People and bots who followed links within ``span``, by key; None where no post was."""
    key = _COLUMNS[by][1]
    statement = (
        select(key, func.sum(click_hours.c.people), func.sum(click_hours.c.bots))
        .select_from(click_hours)
        .join(links, links.c.code == click_hours.c.code)
        .group_by(key)
    )
    if by == "slot":
        statement = statement.outerjoin(posts, posts.c.id == links.c.post_id)
    rows = await connection.execute(_within(statement, click_hours.c.hour_at, span))
    return {found: (int(people), int(bots)) for found, people, bots in rows}


async def sum_commission(
    connection: AsyncConnection, by: str, span: Span
) -> dict[tuple[Any, Currency], tuple[int, int]]:
    """Credited conversions that earn, ordered within ``span``: number and commission, minor units.

    By key and currency; the key is None where no post was.
    """
    key = _COLUMNS[by][2]
    statement = (
        select(key, conversions.c.currency, func.count(), func.sum(conversions.c.commission_minor))
        .select_from(conversions)
        .where(
            conversions.c.link_code.is_not(None),
            conversions.c.state.in_([state.value for state in ledger.EARNING]),
        )
        .group_by(key, conversions.c.currency)
    )
    if by in ("slot", "source"):
        statement = statement.join(links, links.c.code == conversions.c.link_code)
    if by == "slot":
        statement = statement.outerjoin(posts, posts.c.id == links.c.post_id)
    rows = await connection.execute(_within(statement, conversions.c.ordered_at, span))
    return {
        (found, Currency(currency)): (int(number), int(commission))
        for found, currency, number, commission in rows
    }


async def count_states(connection: AsyncConnection, promoter_id: PersonId) -> dict[str, int]:
    """How many conversions of a promoter's own links stand in each state."""
    rows = await connection.execute(
        select(conversions.c.state, func.count())
        .where(conversions.c.promoter_id == promoter_id)
        .group_by(conversions.c.state)
    )
    return {state: int(number) for state, number in rows}


async def list_promoter_heads(
    connection: AsyncConnection, promoter_id: PersonId | None = None
) -> dict[Account, Head]:
    """The heads of the accounts of one promoter, or of all (None)."""
    name = accounts.c.account
    own = () if promoter_id is None else (ledger.held(promoter_id), ledger.payable(promoter_id))
    money = name.startswith("promoter:") & name.not_like(f"%{ledger.COUPONS}")
    statement = select(accounts).where(name.in_(own) if own else money)
    return dict(map(entries.read_head, await connection.execute(statement)))


async def list_coupon_heads(
    connection: AsyncConnection, promoter_id: PersonId
) -> dict[Account, Head]:
    """The heads of a promoter's coupons, which are apart from money."""
    own = accounts.c.account == ledger.coupons(promoter_id)
    return dict(map(entries.read_head, await connection.execute(select(accounts).where(own))))


async def list_heads_at(
    connection: AsyncConnection, names: Collection[str], at: datetime
) -> dict[Account, Head]:
    """The last line before ``at`` of each of some accounts, as the head it was."""
    last = (
        select(lines.c.account, lines.c.currency, func.max(lines.c.sequence).label("sequence"))
        .join(entries_table, entries_table.c.id == lines.c.entry_id)
        .where(lines.c.account.in_(names), entries_table.c.at < at)
        .group_by(lines.c.account, lines.c.currency)
        .subquery()
    )
    statement = select(
        lines.c.account,
        lines.c.currency,
        lines.c.sequence,
        lines.c.balance_minor,
        lines.c.hash.label("last_hash"),
    ).join(
        last,
        and_(
            last.c.account == lines.c.account,
            last.c.currency == lines.c.currency,
            last.c.sequence == lines.c.sequence,
        ),
    )
    return dict(map(entries.read_head, await connection.execute(statement)))


async def list_chain(
    connection: AsyncConnection, account: Account, *, after: int, until: int
) -> list[tuple[Line, Stamp]]:
    """The lines of one account above the sequence ``after``, up to ``until``."""
    statement = (
        entries.stamped()
        .where(
            lines.c.account == account[0],
            lines.c.currency == account[1],
            lines.c.sequence > after,
            lines.c.sequence <= until,
        )
        .order_by(lines.c.sequence)
    )
    return [entries.read_line(row) for row in await connection.execute(statement)]


async def list_sent(connection: AsyncConnection, group_id: GroupId, day: date) -> list[Post]:
    """The posts that reached a group on its local ``day``, the earliest first."""
    statement = (
        select(posts)
        .where(
            posts.c.group_id == group_id,
            posts.c.day == day,
            posts.c.state == PostState.SENT.value,
        )
        .order_by(posts.c.due_at, posts.c.id)
    )
    return [outbox.read(row) for row in await connection.execute(statement)]


def _within(statement: Select[Any], column: Any, span: Span) -> Select[Any]:
    start, end = span
    if start is not None:
        statement = statement.where(column >= start)
    if end is not None:
        statement = statement.where(column < end)
    return statement
