"""Questions as they were asked, counted for the limits, and where their answers stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import GroupId, OfferId, PersonId, QuestionId, Subject, Topic
from storage.questions.subjects import read, written
from storage.tables import groups, posts, questions

ANSWERED, WAITING, TOLD = "answered", "waiting", "told"
DECLINED, LIMITED, REPEATED = "declined", "limited", "repeated"


@dataclass(frozen=True, slots=True)
class Kept:
    """A question as it is kept; ``answer_how`` is None until the answer was spoken."""

    id: QuestionId
    person_id: PersonId | None
    group_id: GroupId | None
    chat_id: int
    asked_at: datetime
    language: str
    text: str
    about_id: OfferId | None
    offer_id: OfferId | None
    kind: str
    state: str
    topic: Topic | None
    worded: str = "plain"
    answer_chat_id: int | None = None
    answer_message_id: int | None = None
    answer_how: str | None = None
    detail: str = ""
    """The key of the detail of ``topic`` that nobody knew."""


@dataclass(frozen=True, slots=True)
class Recent:
    """A question of a short while ago, for the limits."""

    asked_at: datetime
    kind: str
    state: str


async def add(connection: AsyncConnection, new: Kept) -> QuestionId:
    """Keep a question; its ``id`` is made here."""
    row = {name: getattr(new, name) for name in Kept.__slots__ if name not in ("id", "detail")}
    row["topic"] = None if new.topic is None else written(new.topic, new.detail)
    statement = insert(questions).values(row).returning(questions.c.id)
    return QuestionId(await connection.scalar(statement) or 0)


async def find(connection: AsyncConnection, question_id: QuestionId) -> Kept | None:
    """The question with our id, or None."""
    rows = await connection.execute(select(questions).where(questions.c.id == question_id))
    row = rows.one_or_none()
    return _kept(row) if row else None


# ---------------------------------------------------------------- limits


async def list_recent(
    connection: AsyncConnection, person_id: PersonId, since: datetime, limit: int
) -> list[Recent]:
    """What a person asked after ``since``, the latest first, at most ``limit``."""
    return await _recent(connection, questions.c.person_id == person_id, since, limit)


async def list_recent_in(
    connection: AsyncConnection, group_id: GroupId, since: datetime, limit: int
) -> list[Recent]:
    """What was asked in a group after ``since``, the latest first, at most ``limit``."""
    return await _recent(connection, questions.c.group_id == group_id, since, limit)


async def _recent(
    connection: AsyncConnection, whose: Any, since: datetime, limit: int
) -> list[Recent]:
    statement = (
        select(questions.c.asked_at, questions.c.kind, questions.c.state)
        .where(whose, questions.c.asked_at > since)
        .order_by(questions.c.asked_at.desc())
        .limit(limit)
    )
    return [Recent(*row) for row in await connection.execute(statement)]


async def find_same(connection: AsyncConnection, like: Kept, since: datetime) -> Kept | None:
    """The same words of the same person in the same chat about the same, after ``since``."""
    statement = (
        select(questions)
        .where(
            questions.c.person_id == like.person_id,
            questions.c.asked_at > since,
            questions.c.chat_id == like.chat_id,
            questions.c.text == like.text,
            questions.c.about_id.is_not_distinct_from(like.about_id),
            questions.c.state.not_in([LIMITED, REPEATED]),
        )
        .order_by(questions.c.id.desc())
        .limit(1)
    )
    row = (await connection.execute(statement)).first()
    return _kept(row) if row else None


# ---------------------------------------------------------------- where answers stand


async def mark_spoken(
    connection: AsyncConnection,
    question_id: QuestionId,
    *,
    chat_id: int,
    message_id: int | None,
    how: str,
) -> None:
    """Note where the answer stands, to be found by a reply to it and to be edited later."""
    await connection.execute(
        update(questions)
        .where(questions.c.id == question_id)
        .values(answer_chat_id=chat_id, answer_message_id=message_id, answer_how=how)
    )


async def find_answered_offer(
    connection: AsyncConnection, chat_id: int, message_id: int
) -> OfferId | None:
    """What the answer that stands in a message is about."""
    found = await connection.scalar(
        select(questions.c.offer_id)
        .where(
            questions.c.answer_chat_id == chat_id,
            questions.c.answer_message_id == message_id,
        )
        .order_by(questions.c.id.desc())
        .limit(1)
    )
    return None if found is None else OfferId(found)


async def find_posted_offer(
    connection: AsyncConnection, group_id: GroupId, message_id: int, since: date
) -> OfferId | None:
    """What a group's post in a message is about; ``since`` is the first local day looked at."""
    found = await connection.scalar(
        select(posts.c.offer_id).where(
            posts.c.group_id == group_id,
            posts.c.day >= since,
            posts.c.message_id == message_id,
        )
    )
    return None if found is None else OfferId(found)


# ---------------------------------------------------------------- waiting for a promoter


async def list_open(
    connection: AsyncConnection,
    promoter_id: PersonId,
    about: Subject | None = None,
    limit: int = 1_000,
    state: str = WAITING,
) -> list[Kept]:
    """What waits for a promoter, or is in ``state``, the earliest first; of ``about`` if given."""
    of_state = _of_promoter(promoter_id).where(questions.c.state == state)
    statement = of_state.order_by(questions.c.id).limit(limit)
    if about is not None:
        statement = statement.where(
            questions.c.offer_id == about.offer_id,
            questions.c.topic == written(about.topic, about.detail),
        )
    return [_kept(row) for row in await connection.execute(statement)]


async def find_open(
    connection: AsyncConnection,
    promoter_id: PersonId,
    question_id: QuestionId,
    state: str = WAITING,
) -> Kept | None:
    """A question that waits for this promoter, or is in ``state``; None for anybody else's."""
    of_question = (questions.c.id == question_id, questions.c.state == state)
    row = (await connection.execute(_of_promoter(promoter_id).where(*of_question))).one_or_none()
    return _kept(row) if row else None


def _of_promoter(promoter_id: PersonId) -> Select[Any]:
    return (
        select(questions)
        .join(groups, groups.c.id == questions.c.group_id)
        .where(groups.c.promoter_id == promoter_id)
    )


async def was_declined(
    connection: AsyncConnection, promoter_id: PersonId, about: Subject, since: datetime
) -> bool:
    """Whether the promoter declined to say anything of this about a question since ``since``."""
    statement = (
        _of_promoter(promoter_id)
        .where(
            questions.c.state == DECLINED,
            questions.c.asked_at > since,
            questions.c.offer_id == about.offer_id,
            questions.c.topic == written(about.topic, about.detail),
        )
        .limit(1)
    )
    return (await connection.execute(statement)).first() is not None


async def mark(connection: AsyncConnection, ids: Collection[QuestionId], state: str) -> None:
    """Write the new state of questions."""
    await connection.execute(update(questions).where(questions.c.id.in_(ids)).values(state=state))


# ---------------------------------------------------------------- forgetting


async def empty_texts(connection: AsyncConnection, before: datetime) -> int:
    """Forget the words of questions asked before; how many."""
    done = await connection.execute(
        update(questions)
        .where(questions.c.asked_at < before, questions.c.text != "")
        .values(text="")
    )
    return done.rowcount


async def delete_old(connection: AsyncConnection, before: datetime) -> int:
    """Delete questions asked before; how many."""
    done = await connection.execute(delete(questions).where(questions.c.asked_at < before))
    return done.rowcount


async def erase_of(connection: AsyncConnection, person_id: PersonId) -> None:
    """Delete a person's questions; one that others wait on stays without words and asker."""
    own = questions.c.person_id == person_id
    await connection.execute(delete(questions).where(own, questions.c.state != WAITING))
    await connection.execute(
        update(questions)
        .where(own)
        .values(
            person_id=None,
            text="",
            chat_id=0,
            answer_chat_id=None,
            answer_message_id=None,
            answer_how=None,
        )
    )


async def count_since(
    connection: AsyncConnection, since: datetime
) -> Mapping[tuple[str, str], int]:
    """How many questions came out how since ``since``: by kind, and by who worded the answer."""
    statement = (
        select(questions.c.kind, questions.c.worded, func.count())
        .where(questions.c.asked_at > since)
        .group_by(questions.c.kind, questions.c.worded)
    )
    rows = await connection.execute(statement)
    return {(kind, worded): int(count) for kind, worded, count in rows}


def _kept(row: Row[Any]) -> Kept:
    topic, detail = (None, "") if row.topic is None else read(row.topic)
    return Kept(
        id=QuestionId(row.id),
        person_id=None if row.person_id is None else PersonId(row.person_id),
        group_id=None if row.group_id is None else GroupId(row.group_id),
        chat_id=row.chat_id,
        asked_at=row.asked_at,
        language=row.language,
        text=row.text,
        about_id=None if row.about_id is None else OfferId(row.about_id),
        offer_id=None if row.offer_id is None else OfferId(row.offer_id),
        kind=row.kind,
        state=row.state,
        topic=topic,
        detail=detail,
        worded=row.worded,
        answer_chat_id=row.answer_chat_id,
        answer_message_id=row.answer_message_id,
        answer_how=row.answer_how,
    )
