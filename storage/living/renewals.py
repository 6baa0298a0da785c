"""Sent posts of one offer, with what became of them since, and the edits that they had."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.living.budgets import History
from bot.domain.records import Group, GroupId, OfferId, Post, PostId
from storage.people import groups as groups_storage
from storage.posts.posts import read
from storage.tables import posts, renewals
from storage.upsert import insert_for


@dataclass(frozen=True, slots=True)
class Carrying:
    """A sent post, the edits that it had, and its group as it is now."""

    post: Post
    group: Group
    history: History
    is_over: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What became of an edit."""

    post_id: PostId
    digest: str | None
    """Of what the post says now; None leaves it in doubt."""
    said: str
    unmade: int = 0
    """So many of the edits that were counted were certainly not made: 0 or 1."""
    is_over: bool = False


async def list_carrying(
    connection: AsyncConnection,
    bot_id: int,
    offer_id: OfferId,
    *,
    after: tuple[datetime, PostId],
    limit: int,
) -> list[Carrying]:
    """Posts of an offer that a bot sent after (time, id), in the order in which they went."""
    statement = carrying(bot_id, offer_id, after, limit).subquery()
    rows = (
        await connection.execute(
            select(
                statement,
                # By names of their own: posts may have columns of the same names.
                *(
                    column.label(f"renewal_{column.name}")
                    for column in renewals.c
                    if column.name != "post_id"
                ),
            )
            .outerjoin(renewals, renewals.c.post_id == statement.c.id)
            .order_by(statement.c.sent_at, statement.c.id)
        )
    ).all()
    known = await groups_storage.list_by_ids(connection, {GroupId(row.group_id) for row in rows})
    return [
        Carrying(
            read(row),
            known[GroupId(row.group_id)],
            History(
                row.renewal_edits or 0,
                row.renewal_edited_at,
                row.renewal_told,
                row.renewal_said or "live",
            ),
            bool(row.renewal_is_over),
        )
        for row in rows
    ]


def carrying(bot_id: int, offer_id: OfferId, after: tuple[datetime, PostId], limit: int) -> Any:
    """The question of ``list_carrying``; answered, in its order, by an index of sent posts."""
    since, last = after
    place = tuple_(posts.c.sent_at, posts.c.id)
    here = tuple_(
        bindparam("b_since", since, type_=posts.c.sent_at.type),
        bindparam("b_last", last, type_=posts.c.id.type),
    )
    return (
        select(posts)
        .where(posts.c.bot_id == bot_id, posts.c.offer_id == offer_id, place > here)
        .order_by(posts.c.sent_at, posts.c.id)
        .limit(limit)
    )


async def count(connection: AsyncConnection, wanted: Mapping[PostId, str], at: datetime) -> None:
    """Count an edit of each post before it is made; ``wanted`` is what it said until now."""
    if not wanted:
        return
    statement = insert_for(connection, renewals)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[renewals.c.post_id],
            set_={"edits": renewals.c.edits + 1, "edited_at": at},
        ),
        [
            {"post_id": post_id, "edits": 1, "edited_at": at}
            | {"told": None, "said": wanted[post_id], "is_over": False}
            for post_id in sorted(wanted)
        ],
    )


async def mark(connection: AsyncConnection, told: Sequence[Told]) -> None:
    """Write what became of edits that were counted."""
    if not told:
        return
    await connection.execute(
        update(renewals)
        .where(renewals.c.post_id == bindparam("b_id"))
        .values(
            told=func.coalesce(bindparam("b_told", type_=renewals.c.told.type), renewals.c.told),
            said=bindparam("b_said"),
            edits=renewals.c.edits - bindparam("b_back", type_=renewals.c.edits.type),
            is_over=bindparam("b_over", type_=renewals.c.is_over.type),
        ),
        [
            {"b_id": one.post_id, "b_told": one.digest, "b_said": one.said}
            | {"b_back": one.unmade, "b_over": one.is_over}
            for one in sorted(told, key=lambda one: one.post_id)
        ],
    )


async def forget(connection: AsyncConnection, before: datetime, limit: int) -> int:
    """Delete what is kept of posts whose last edit was ``before``; at most ``limit``, how many."""
    old = select(renewals.c.post_id).where(renewals.c.edited_at < before).limit(limit)
    done = await connection.execute(delete(renewals).where(renewals.c.post_id.in_(old)))
    return done.rowcount
