"""Posts as planned and as they stand; taking them out of the outbox is in ``outbox``."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Text, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import (
    Button,
    GroupId,
    OfferId,
    PersonId,
    Poll,
    Post,
    PostId,
    PostState,
    Rendered,
)
from storage import bulk, numbering
from storage.tables import groups, posts

UNSEEN = (PostState.SKIPPED, PostState.CANCELLED, PostState.FAILED)
"""States of posts that nobody in the group has seen."""
SCRIPTS = 1 << 16
"""Digests of scripts are smaller."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What groups saw, or are to see."""

    offers: dict[GroupId, dict[OfferId, date]]
    """The last day of each offer."""
    scripts: dict[GroupId, int]
    """The digest of the script of the last post that had one, where that is known."""


# ---------------------------------------------------------------- planning


async def take_ids(connection: AsyncConnection, count: int) -> list[PostId]:
    """``count`` ids for posts that are to be appended."""
    return [PostId(number) for number in await numbering.take(connection, posts, count)]


async def append(connection: AsyncConnection, new: Sequence[Post], at: datetime) -> None:
    """Put planned posts, with ids taken before, into the outbox."""
    await bulk.insert(connection, posts, [_row_of(post, at) for post in new])


async def list_offers_since(
    connection: AsyncConnection, group_ids: Collection[GroupId], since: date
) -> dict[GroupId, dict[OfferId, date]]:
    """Offers that each group saw, or is to see, since the local day ``since``: the last day."""
    return (await list_seen(connection, group_ids, since)).offers


async def list_seen(
    connection: AsyncConnection, group_ids: Collection[GroupId], since: date
) -> Seen:
    """The same, with the script of each group's last post."""
    found: dict[GroupId, dict[OfferId, date]] = {}
    lasts: dict[GroupId, int] = {}
    for group_id, day, ids, last in await connection.execute(offers_since(group_ids, since)):
        found.setdefault(GroupId(group_id), {}).update(dict.fromkeys(_ids(ids), day))
        lasts[group_id] = max(lasts.get(group_id, 0), last)
    scripts = {each: last % SCRIPTS for each, last in lasts.items() if last % SCRIPTS}
    return Seen(found, scripts)


def offers_since(group_ids: Collection[GroupId], since: date) -> Any:
    """The question of ``list_offers_since``: one row a group and day, not one a post."""
    return (
        select(posts.c.group_id, posts.c.day, _OFFER_IDS, _LAST_SCRIPT)
        .where(posts.c.group_id.in_(group_ids), posts.c.day >= since, _WAS_SEEN)
        .group_by(posts.c.group_id, posts.c.day)
        .order_by(posts.c.group_id, posts.c.day)
    )


async def list_offers_of_promoters(
    connection: AsyncConnection, promoter_ids: Collection[PersonId], days: Collection[date]
) -> dict[tuple[PersonId, date], set[OfferId]]:
    """Offers that any group of each promoter saw, or is to see, on each of these local days."""
    found: dict[tuple[PersonId, date], set[OfferId]] = {
        (promoter_id, day): set() for promoter_id in promoter_ids for day in days
    }
    rows = await connection.execute(offers_of_promoters(promoter_ids, days))
    for promoter_id, day, ids in rows:
        found[PersonId(promoter_id), day].update(_ids(ids))
    return found


def offers_of_promoters(promoter_ids: Collection[PersonId], days: Collection[date]) -> Any:
    """The question of ``list_offers_of_promoters``: one row a promoter and day."""
    return (
        select(groups.c.promoter_id, posts.c.day, _OFFER_IDS)
        .join_from(groups, posts, posts.c.group_id == groups.c.id)
        .where(groups.c.promoter_id.in_(promoter_ids), posts.c.day.in_(days), _WAS_SEEN)
        .group_by(groups.c.promoter_id, posts.c.day)
    )


# Which post has an offer is left to what reads the answer: a condition on the offer here would
# take the engine by an index over all the offers that a group ever had.
_OFFER_IDS = func.aggregate_strings(cast(posts.c.offer_id, Text), ",")
_WAS_SEEN = posts.c.state.not_in(UNSEEN)
# Ids grow with time: the largest of these numbers ends with the script of the last post.
_LAST_SCRIPT = func.max(posts.c.id * SCRIPTS + func.coalesce(posts.c.script, 0))


def _ids(written: str | None) -> Iterator[OfferId]:
    return map(OfferId, map(int, written.split(","))) if written else iter(())


# ---------------------------------------------------------------- uncertain


async def mark_arrived(connection: AsyncConnection, post_id: PostId, at: datetime) -> bool:
    """Somebody followed a link of the post: an uncertain one was sent. Whether it was that."""
    return await settle(connection, post_id, PostState.SENT, sent_at=at)


async def settle(
    connection: AsyncConnection,
    post_id: PostId,
    state: PostState,
    *,
    sent_at: datetime | None = None,
    error: str | None = None,
) -> bool:
    """Decide an uncertain post; False when it is not uncertain (any more)."""
    done = await connection.execute(
        update(posts)
        .where(posts.c.id == post_id, posts.c.state == PostState.UNCERTAIN)
        .values(state=state, sent_at=sent_at, error=error)
    )
    return done.rowcount == 1


async def list_uncertain(
    connection: AsyncConnection, promoter_id: PersonId | None, limit: int
) -> list[Post]:
    """Uncertain posts, of one promoter or of all (None), the latest due first."""
    statement = select(posts).where(posts.c.state == PostState.UNCERTAIN)
    if promoter_id is not None:
        statement = statement.where(posts.c.promoter_id == promoter_id)
    rows = await connection.execute(statement.order_by(posts.c.due_at.desc()).limit(limit))
    return [read(row) for row in rows]


async def find(connection: AsyncConnection, post_id: PostId) -> Post | None:
    """The post with this id, or None."""
    return (await list_by_ids(connection, [post_id])).get(post_id)


async def list_by_ids(connection: AsyncConnection, ids: Iterable[PostId]) -> dict[PostId, Post]:
    """Those of ``ids`` that there are."""
    rows = await connection.execute(select(posts).where(posts.c.id.in_(set(ids))))
    return {post.id: post for post in map(read, rows)}


# ---------------------------------------------------------------- rows and records


def _row_of(post: Post, at: datetime) -> dict[str, Any]:
    return {
        "id": post.id,
        "group_id": post.group_id,
        "promoter_id": post.promoter_id,
        "offer_id": post.offer_id,
        "day": post.day,
        "slot": post.slot,
        "ordinal": post.ordinal,
        "state": post.state,
        "due_at": post.due_at,
        "closes_at": post.closes_at,
        "rendered": _document_of(post.rendered),
        "is_autopilot": post.is_autopilot,
        "attempts": post.attempts,
        "created_at": at,
        "bot_id": post.bot_id,
        "script": post.script,
        "said": post.said,
    }


def _document_of(rendered: Rendered) -> Mapping[str, Any]:
    asked = rendered.poll
    poll = {"poll": [asked.question, *asked.options]} if asked else {}
    return poll | {
        "html": rendered.html,
        "image_url": rendered.image_url,
        "buttons": [
            [{"text": button.text, "url": button.url} for button in row] for row in rendered.buttons
        ],
    }


def read(row: Any) -> Post:
    """A row of the table as a record."""
    document = row.rendered
    buttons = tuple(
        tuple(Button(button["text"], button["url"]) for button in buttons)
        for buttons in document["buttons"]
    )
    return Post(
        id=PostId(row.id),
        group_id=GroupId(row.group_id),
        promoter_id=PersonId(row.promoter_id),
        offer_id=None if row.offer_id is None else OfferId(row.offer_id),
        day=row.day,
        slot=row.slot,
        ordinal=row.ordinal,
        state=PostState(row.state),
        due_at=row.due_at,
        closes_at=row.closes_at,
        rendered=Rendered(document["html"], document["image_url"], buttons, _poll_of(document)),
        is_autopilot=row.is_autopilot,
        attempts=row.attempts,
        chat_id=row.chat_id,
        message_id=row.message_id,
        sent_at=row.sent_at,
        error=row.error,
        bot_id=row.bot_id,
        script=row.script,
        said=row.said,
    )


def _poll_of(document: Mapping[str, Any]) -> Poll | None:
    if "poll" not in document:
        return None
    question, *options = document["poll"]
    return Poll(question, tuple(options))
