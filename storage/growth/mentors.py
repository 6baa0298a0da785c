"""Who mentors whom, who offers to, and how often something was passed on between the two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.records import PersonId
from storage.tables import mentors, mentorships, promoters, relays
from storage.upsert import insert_for, insert_ignore


@dataclass(frozen=True, slots=True)
class Mentorship:
    """A promoter's mentor, None where there is nobody, and who of the two wants no word."""

    mentee_id: PersonId
    mentor_id: PersonId | None
    is_muted_by_mentee: bool = False
    is_muted_by_mentor: bool = False


@dataclass(frozen=True, slots=True)
class Relay:
    """Something that was passed on: between which two, and by whom of them."""

    sender_id: PersonId
    mentee_id: PersonId
    mentor_id: PersonId


_OWN_INVITED = or_(mentorships.c.mentee_id.is_(None), mentorships.c.mentor_id.is_(None))


async def find(connection: AsyncConnection, mentee_id: PersonId) -> Mentorship:
    """Who mentors a promoter: whoever was chosen, else the inviter."""
    row = (
        await connection.execute(
            select(
                func.coalesce(mentorships.c.mentor_id, promoters.c.inviter_id).label("mentor_id"),
                mentorships.c.is_muted_by_mentee,
                mentorships.c.is_muted_by_mentor,
            )
            .join_from(
                promoters,
                mentorships,
                mentorships.c.mentee_id == promoters.c.person_id,
                isouter=True,
            )
            .where(promoters.c.person_id == mentee_id)
        )
    ).one_or_none()
    if row is None:
        return Mentorship(mentee_id, None)
    mentor_id = None if row.mentor_id is None else PersonId(row.mentor_id)
    return Mentorship(
        mentee_id, mentor_id, bool(row.is_muted_by_mentee), bool(row.is_muted_by_mentor)
    )


async def mark_mentor(
    connection: AsyncConnection, mentee_id: PersonId, mentor_id: PersonId | None, at: datetime
) -> None:
    """Give a promoter a mentor, None is the inviter; nobody is muted from then on."""
    values = {
        "mentor_id": mentor_id,
        "changed_at": at,
        "is_muted_by_mentee": False,
        "is_muted_by_mentor": False,
    }
    await _put(connection, mentee_id, values)


async def mark_muted(
    connection: AsyncConnection,
    mentee_id: PersonId,
    at: datetime,
    *,
    by_mentee: bool | None = None,
    by_mentor: bool | None = None,
) -> None:
    """One of the two wants no words of the other, or wants them again; None stays as it is."""
    values: dict[str, Any] = {"changed_at": at}
    if by_mentee is not None:
        values["is_muted_by_mentee"] = by_mentee
    if by_mentor is not None:
        values["is_muted_by_mentor"] = by_mentor
    await _put(connection, mentee_id, values)


async def _put(connection: AsyncConnection, mentee_id: PersonId, values: dict[str, Any]) -> None:
    statement = insert_for(connection, mentorships).on_conflict_do_update(
        index_elements=[mentorships.c.mentee_id], set_=values
    )
    await connection.execute(statement, [{"mentee_id": mentee_id} | values])


async def list_mentees(
    connection: AsyncConnection, mentor_id: PersonId, *, offset: int, limit: int
) -> list[PersonId]:
    """Whom somebody mentors, the latest to join first."""
    chosen = (
        select(promoters.c.person_id, promoters.c.joined_at)
        .join_from(mentorships, promoters, promoters.c.person_id == mentorships.c.mentee_id)
        .where(mentorships.c.mentor_id == mentor_id)
        .order_by(promoters.c.joined_at.desc(), promoters.c.person_id.desc())
        .limit(offset + limit)
    )
    invited = (
        select(promoters.c.person_id, promoters.c.joined_at)
        .join_from(
            promoters, mentorships, mentorships.c.mentee_id == promoters.c.person_id, isouter=True
        )
        .where(promoters.c.inviter_id == mentor_id, _OWN_INVITED)
        .order_by(promoters.c.joined_at.desc(), promoters.c.person_id.desc())
        .limit(offset + limit)
    )
    # Two short lists, each read by its index as far as the page needs, merged here.
    found = [*(await connection.execute(chosen)), *(await connection.execute(invited))]
    found.sort(key=lambda row: (row.joined_at, row.person_id), reverse=True)
    return [PersonId(row.person_id) for row in found[offset : offset + limit]]


async def count_chosen(connection: AsyncConnection, mentor_id: PersonId) -> int:
    """How many promoters chose this one themselves."""
    statement = (
        select(func.count()).select_from(mentorships).where(mentorships.c.mentor_id == mentor_id)
    )
    return int(await connection.scalar(statement) or 0)


# ---------------------------------------------------------------- who offers to


async def offer(
    connection: AsyncConnection, promoter_id: PersonId, programme: str, at: datetime
) -> None:
    """Let a promoter be chosen as a mentor from now on."""
    row = {"promoter_id": promoter_id, "programme": programme, "since": at}
    await insert_ignore(connection, mentors, [row])


async def withdraw(connection: AsyncConnection, promoter_id: PersonId) -> None:
    """Let nobody choose this promoter any more; whoever did stays."""
    await connection.execute(delete(mentors).where(mentors.c.promoter_id == promoter_id))


async def is_offering(connection: AsyncConnection, promoter_id: PersonId) -> bool:
    """Whether a promoter may be chosen."""
    statement = select(mentors.c.promoter_id).where(mentors.c.promoter_id == promoter_id)
    return await connection.scalar(statement) is not None


async def list_offering(connection: AsyncConnection, programme: str, limit: int) -> list[PersonId]:
    """Who may be chosen in a programme, the latest to offer first."""
    rows = await connection.execute(
        select(mentors.c.promoter_id)
        .where(mentors.c.programme == programme)
        .order_by(mentors.c.since.desc(), mentors.c.promoter_id)
        .limit(limit)
    )
    return [PersonId(row[0]) for row in rows]


# ---------------------------------------------------------------- passing on


async def add_relay(connection: AsyncConnection, relay: Relay, at: datetime) -> int:
    """Write that something is passed on; its number."""
    row = {
        "sender_id": relay.sender_id,
        "mentee_id": relay.mentee_id,
        "mentor_id": relay.mentor_id,
        "sent_at": at,
    }
    return int(await connection.scalar(insert(relays).values(row).returning(relays.c.id)) or 0)


async def find_relay(connection: AsyncConnection, relay_id: int) -> Relay | None:
    """What was passed on under a number; None for what was never, or long ago."""
    row = (await connection.execute(select(relays).where(relays.c.id == relay_id))).one_or_none()
    if row is None:
        return None
    return Relay(PersonId(row.sender_id), PersonId(row.mentee_id), PersonId(row.mentor_id))


async def count_relays(
    connection: AsyncConnection, sender_id: PersonId, mentee_id: PersonId, since: datetime
) -> int:
    """How often somebody passed something on in one mentorship since then."""
    statement = (
        select(func.count())
        .select_from(relays)
        .where(
            relays.c.sender_id == sender_id,
            relays.c.sent_at >= since,
            relays.c.mentee_id == mentee_id,
        )
    )
    return int(await connection.scalar(statement) or 0)


async def forget_relays(connection: AsyncConnection, before: datetime) -> int:
    """Delete what was passed on before then; how many rows."""
    return (await connection.execute(delete(relays).where(relays.c.sent_at < before))).rowcount


async def erase(connection: AsyncConnection, person_id: PersonId) -> None:
    """Let somebody be nobody's mentor and nobody's mentee by own choice."""
    await withdraw(connection, person_id)
    await connection.execute(delete(mentorships).where(mentorships.c.mentee_id == person_id))
    await connection.execute(
        update(mentorships).where(mentorships.c.mentor_id == person_id).values(mentor_id=None)
    )
    await connection.execute(
        delete(relays).where(or_(relays.c.mentee_id == person_id, relays.c.mentor_id == person_id))
    )
