"""Who wants to be seen on which board, by what name, and what is counted of them there."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, distinct, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.books import ledger
from bot.domain.records import GroupId, PersonId
from storage.tables import (
    board_members,
    board_promoters,
    conversions,
    groups,
    joiners,
    people,
    pools,
    questions,
)
from storage.upsert import insert_for

NAMES_LIMIT = 2_000
"""People of one board; those who came last are left out beyond it."""
HELPED = "told"
"""State of a question that a promoter answered: the answer serves everybody from then on."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A member who wants to be seen in a group, with what stands beside the name there."""

    group_id: GroupId
    chat_id: int
    bot_id: int | None
    language: str
    person_id: PersonId
    telegram_id: int | None
    tag: str | None


# ---------------------------------------------------------------- promoters


async def put_promoter(
    connection: AsyncConnection, promoter_id: PersonId, programme: str, name: str, at: datetime
) -> None:
    """Show a promoter on the board of a programme, by ``name`` from now on."""
    row = {"promoter_id": promoter_id, "programme": programme, "name": name, "since": at}
    statement = insert_for(connection, board_promoters).on_conflict_do_update(
        index_elements=[board_promoters.c.promoter_id], set_={"name": name, "programme": programme}
    )
    await connection.execute(statement, [row])


async def remove_promoter(connection: AsyncConnection, promoter_id: PersonId) -> bool:
    """Show a promoter no longer; False when that one was not shown."""
    gone = await connection.execute(
        delete(board_promoters).where(board_promoters.c.promoter_id == promoter_id)
    )
    return bool(gone.rowcount)


async def list_promoters(connection: AsyncConnection, programme: str) -> dict[PersonId, str]:
    """The names of who wants to be seen in a programme."""
    rows = await connection.execute(
        select(board_promoters.c.promoter_id, board_promoters.c.name)
        .where(board_promoters.c.programme == programme)
        .order_by(board_promoters.c.promoter_id)
        .limit(NAMES_LIMIT)
    )
    return {PersonId(row.promoter_id): row.name for row in rows}


async def count_orders(
    connection: AsyncConnection, programme: str, since: datetime
) -> dict[PersonId, int]:
    """Credited orders of groups since then, of those who want to be seen in a programme."""
    order = conversions.c.marketplace + ":" + conversions.c.order_id
    rows = await connection.execute(
        select(conversions.c.promoter_id, func.count(distinct(order)))
        .join_from(
            board_promoters,
            conversions,
            conversions.c.promoter_id == board_promoters.c.promoter_id,
        )
        .where(
            board_promoters.c.programme == programme,
            conversions.c.ordered_at >= since,
            conversions.c.group_id.is_not(None),
            conversions.c.state.in_([state.value for state in ledger.EARNING]),
        )
        .group_by(conversions.c.promoter_id)
    )
    return {PersonId(promoter): int(number) for promoter, number in rows}


# ---------------------------------------------------------------- members


async def put_member(
    connection: AsyncConnection, group_id: GroupId, person_id: PersonId, name: str, at: datetime
) -> None:
    """Show a member on the board of a group, by ``name`` from now on."""
    row = {"group_id": group_id, "person_id": person_id, "name": name, "since": at}
    statement = insert_for(connection, board_members).on_conflict_do_update(
        index_elements=[board_members.c.group_id, board_members.c.person_id], set_={"name": name}
    )
    await connection.execute(statement, [row])


async def remove_member(
    connection: AsyncConnection, person_id: PersonId, group_id: GroupId | None = None
) -> list[Shown]:
    """Show somebody no longer, in one group or in all (None); what was shown until now."""
    where = board_members.c.person_id == person_id
    if group_id is not None:
        where = and_(where, board_members.c.group_id == group_id)
    shown = await _list(connection, where)
    await connection.execute(delete(board_members).where(where))
    return shown


async def list_members(connection: AsyncConnection, group_id: GroupId) -> dict[PersonId, str]:
    """The names of who wants to be seen in a group."""
    rows = await connection.execute(
        select(board_members.c.person_id, board_members.c.name)
        .where(board_members.c.group_id == group_id)
        .order_by(board_members.c.person_id)
        .limit(NAMES_LIMIT)
    )
    return {PersonId(row.person_id): row.name for row in rows}


async def list_groups(connection: AsyncConnection, after: GroupId, limit: int) -> list[GroupId]:
    """Groups with ids above ``after`` in which somebody wants to be seen."""
    rows = await connection.execute(
        select(board_members.c.group_id)
        .where(board_members.c.group_id > after)
        .distinct()
        .order_by(board_members.c.group_id)
        .limit(limit)
    )
    return [GroupId(row[0]) for row in rows]


async def list_shown(connection: AsyncConnection, group_id: GroupId) -> list[Shown]:
    """Who wants to be seen in a group, with what stands beside the names."""
    return await _list(connection, board_members.c.group_id == group_id)


async def mark_tag(
    connection: AsyncConnection, group_id: GroupId, person_id: PersonId, tag: str | None
) -> None:
    """Write what stands beside a member's name from now on."""
    await connection.execute(
        update(board_members)
        .where(board_members.c.group_id == group_id, board_members.c.person_id == person_id)
        .values(tag=tag)
    )


async def count_acts(
    connection: AsyncConnection,
    group_id: GroupId,
    ids: Collection[PersonId],
    since: datetime,
) -> dict[PersonId, int]:
    """What those of ``ids`` did openly in a group since then.

    Pools joined and not left, and questions asked there whose answer serves everybody now.
    """
    joined = (
        select(joiners.c.person_id, func.count())
        .join_from(joiners, pools, pools.c.id == joiners.c.pool_id)
        .where(
            joiners.c.person_id.in_(ids),
            joiners.c.joined_at >= since,
            joiners.c.left_at.is_(None),
            pools.c.group_id == group_id,
        )
        .group_by(joiners.c.person_id)
    )
    asked = (
        select(questions.c.person_id, func.count())
        .join_from(questions, groups, groups.c.id == questions.c.group_id)
        .where(
            questions.c.person_id.in_(ids),
            questions.c.asked_at >= since,
            questions.c.group_id == group_id,
            questions.c.chat_id == groups.c.chat_id,
            questions.c.state == HELPED,
        )
        .group_by(questions.c.person_id)
    )
    found: dict[PersonId, int] = {}
    for statement in (joined, asked):
        for person, number in await connection.execute(statement):
            found[PersonId(person)] = found.get(PersonId(person), 0) + int(number)
    return found


async def _list(connection: AsyncConnection, where: ColumnElement[bool]) -> list[Shown]:
    rows = await connection.execute(
        select(
            board_members.c.group_id,
            groups.c.chat_id,
            groups.c.bot_id,
            groups.c.language,
            board_members.c.person_id,
            people.c.telegram_id,
            board_members.c.tag,
        )
        .join_from(board_members, groups, groups.c.id == board_members.c.group_id)
        .join(people, people.c.id == board_members.c.person_id)
        .where(where)
        .limit(NAMES_LIMIT)
    )
    return [
        Shown(
            GroupId(row.group_id),
            row.chat_id,
            row.bot_id,
            row.language,
            PersonId(row.person_id),
            row.telegram_id,
            row.tag,
        )
        for row in rows
    ]
