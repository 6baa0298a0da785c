"""Shortlists with their versions, picks, skips, and the last list that a person was shown."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.catalogue.rankings import PPM
from bot.domain.posts.slots import SlotKey
from bot.domain.records import (
    Factor,
    GroupId,
    Note,
    Offer,
    OfferId,
    PersonId,
    Pick,
    Ranked,
    Shortlist,
)
from storage.catalogue import offers
from storage.tables import listings, picks, shortlist_rows, shortlists, skips
from storage.upsert import insert_for, insert_ignore

# ---------------------------------------------------------------- shortlists


async def find_latest(connection: AsyncConnection, programme: str, day: date) -> Shortlist | None:
    """The last version of the day's shortlist, with its offers as they are now; or None."""
    statement = (
        select(shortlists)
        .where(shortlists.c.programme == programme, shortlists.c.day == day)
        .order_by(shortlists.c.version.desc())
        .limit(1)
    )
    head = (await connection.execute(statement)).one_or_none()
    if head is None:
        return None
    rows = await connection.execute(
        select(shortlist_rows)
        .where(shortlist_rows.c.shortlist_id == head.id)
        .order_by(shortlist_rows.c.rank)
    )
    kept = rows.all()
    known = await offers.list_by_ids(connection, [OfferId(row.offer_id) for row in kept])
    ranked = tuple(_ranked(row, known[OfferId(row.offer_id)]) for row in kept)
    size = len(ranked) if head.size is None else head.size
    return Shortlist(
        programme=head.programme,
        day=head.day,
        version=head.version,
        frozen_at=head.frozen_at,
        rows=ranked[:size],
        reserve=ranked[size:],
    )


async def list_frozen(
    connection: AsyncConnection, programme: str, since: date
) -> list[tuple[str, date]]:
    """(Name, day) of the lists of a programme and its assortments from the day ``since`` on."""
    is_own = (shortlists.c.programme == programme) | shortlists.c.programme.startswith(
        f"{programme}@", autoescape=True
    )
    statement = (
        select(shortlists.c.programme, shortlists.c.day)
        .where(is_own, shortlists.c.day >= since)
        .distinct()
        .order_by(shortlists.c.day, shortlists.c.programme)
    )
    return [(row.programme, row.day) for row in await connection.execute(statement)]


async def find_version(connection: AsyncConnection, programme: str, day: date) -> int:
    """The last version of the day's shortlist; 0 when there is none yet."""
    statement = select(func.max(shortlists.c.version)).where(
        shortlists.c.programme == programme, shortlists.c.day == day
    )
    return int(await connection.scalar(statement) or 0)


async def add(connection: AsyncConnection, shortlist: Shortlist) -> bool:
    """Keep a shortlist; False when somebody else kept this version first."""
    head = {
        "programme": shortlist.programme,
        "day": shortlist.day,
        "version": shortlist.version,
        "frozen_at": shortlist.frozen_at,
        "size": len(shortlist.rows),
    }
    statement = insert_for(connection, shortlists).values(head).on_conflict_do_nothing()
    shortlist_id = await connection.scalar(statement.returning(shortlists.c.id))
    if shortlist_id is None:
        return False
    rows = [
        {
            "shortlist_id": shortlist_id,
            "rank": row.rank,
            "offer_id": row.offer.id,
            "score_ppm": round(row.score * PPM),
            "factors": [asdict(factor) for factor in row.factors],
            "notes": [asdict(note) for note in row.notes],
            "price_minor": row.frozen_minor,
        }
        for row in (*shortlist.rows, *shortlist.reserve)
    ]
    if rows:
        await connection.execute(insert(shortlist_rows), rows)
    return True


def _ranked(row: Any, offer: Offer) -> Ranked:
    return Ranked(
        rank=row.rank,
        offer=offer,
        score=row.score_ppm / PPM,
        factors=tuple(Factor(**factor) for factor in row.factors),
        notes=tuple(Note(**note) for note in row.notes or ()),
        frozen_minor=row.price_minor,
    )


# ---------------------------------------------------------------- picks


async def add_picks(
    connection: AsyncConnection, keys: Sequence[SlotKey], offer_id: OfferId, at: datetime
) -> None:
    """Plan an offer for the slots of these groups; what is planned already stays as it is."""
    rows = [{**key._asdict(), "offer_id": offer_id, "chosen_at": at} for key in keys]
    await insert_ignore(connection, picks, rows)


async def list_picks_at(
    connection: AsyncConnection, keys: Collection[SlotKey]
) -> dict[SlotKey, list[Pick]]:
    """What is planned for these openings, the earliest choice first."""
    wanted = set(keys)
    found: dict[SlotKey, list[Pick]] = {}
    rows = await connection.execute(picks_at(wanted))
    for pick in sorted(map(_pick, rows), key=lambda pick: pick.id):
        key = SlotKey(pick.group_id, pick.day, pick.slot)
        if key in wanted:
            found.setdefault(key, []).append(pick)
    return found


def picks_at(keys: Collection[SlotKey]) -> Any:
    """The question of ``list_picks_at``, by groups and days: no engine finds triples by index."""
    groups, days = {key.group_id for key in keys}, {key.day for key in keys}
    return select(picks).where(picks.c.group_id.in_(groups), picks.c.day.in_(days))


async def list_picks(
    connection: AsyncConnection, group_ids: Collection[GroupId], since: date
) -> list[Pick]:
    """What is planned for these groups from the local day ``since`` on, in order of days."""
    statement = (
        select(picks)
        .where(picks.c.group_id.in_(group_ids), picks.c.day >= since)
        .order_by(picks.c.day, picks.c.id)
    )
    return [_pick(row) for row in await connection.execute(statement)]


async def delete_pick(
    connection: AsyncConnection, pick_id: int, group_ids: Collection[GroupId]
) -> bool:
    """Take back a pick of one of these groups; False when none of them has it."""
    statement = delete(picks).where(picks.c.id == pick_id, picks.c.group_id.in_(group_ids))
    return (await connection.execute(statement)).rowcount == 1


def _pick(row: Any) -> Pick:
    return Pick(
        id=row.id,
        group_id=GroupId(row.group_id),
        offer_id=OfferId(row.offer_id),
        day=row.day,
        slot=row.slot,
        chosen_at=row.chosen_at,
        words=row.words,
    )


# ---------------------------------------------------------------- skips and listings


async def add_skip(
    connection: AsyncConnection, promoter_id: PersonId, offer_id: OfferId, day: date
) -> None:
    """The promoter does not want the offer on ``day``."""
    row = {"promoter_id": promoter_id, "offer_id": offer_id, "day": day}
    await insert_ignore(connection, skips, [row])


async def list_skipped(
    connection: AsyncConnection, promoter_ids: Iterable[PersonId], day: date
) -> Mapping[PersonId, set[OfferId]]:
    """The offers that each of these promoters does not want on ``day``."""
    statement = select(skips).where(skips.c.promoter_id.in_(set(promoter_ids)), skips.c.day == day)
    found: dict[PersonId, set[OfferId]] = {}
    for row in await connection.execute(statement):
        found.setdefault(PersonId(row.promoter_id), set()).add(OfferId(row.offer_id))
    return found


async def set_listing(
    connection: AsyncConnection,
    person_id: PersonId,
    kind: str,
    offer_ids: Sequence[OfferId],
    at: datetime,
) -> None:
    """Keep the list that a person was shown last, in the place of the one before."""
    statement = insert_for(connection, listings).values(
        person_id=person_id, kind=kind, offer_ids=list(offer_ids), at=at
    )
    changed = {name: statement.excluded[name] for name in ("kind", "offer_ids", "at")}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[listings.c.person_id], set_=changed)
    )


async def find_listing(connection: AsyncConnection, person_id: PersonId) -> list[OfferId]:
    """The offers of the list that a person was shown last, in its order."""
    statement = select(listings.c.offer_ids).where(listings.c.person_id == person_id)
    return [OfferId(each) for each in await connection.scalar(statement) or ()]
