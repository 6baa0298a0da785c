"""What operators pin, ban and move, who may do so, and what everybody sees of it."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.domain.records import EVERYWHERE, GroupId, OfferId, PersonId, Shortlist
from bot.errors import InputError, NotAllowedError, NotFoundError
from bot.services.catalogue.picking import Refusal, Refused
from bot.services.catalogue.shortlisting import Shortlisting
from bot.services.catalogue.steering import Steering
from storage.database import Database
from storage.tables import audit, offers, posts
from tests.bot.services.catalogue.test_shortlisting import SCHEMES, Clock
from tests.cast import NOON, OUYANG, Stage, add_group, add_offer, add_person, add_post, set_stage

DAY = date(2026, 11, 22)
ZONE = Shortlisting.zone
PROGRAMMES = {
    "fenxiang": replace(SCHEMES["fenxiang"], shortlist_size=4),
    "yunji": replace(SCHEMES["fenxiang"], name="yunji", shortlist_size=4),
}


@dataclass
class Office:
    """An operator, the shortlist of six offers of falling sales, and both services."""

    database: Database
    stage: Stage
    clock: Clock
    ouyang: PersonId
    offers: list[OfferId]
    lists: Shortlisting
    steering: Steering

    async def today(self, programme: str = "fenxiang") -> Shortlist:
        return await self.lists.today(programme, DAY)

    async def order(self, programme: str = "fenxiang") -> list[int]:
        """The offers of today's list by their places among the six, from 1 on."""
        rows = (await self.today(programme)).rows
        assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
        return [self.offers.index(row.offer.id) + 1 for row in rows]

    async def logged(self) -> list[tuple[str, str, str, str]]:
        async with self.database.read() as connection:
            rows = await connection.execute(select(audit).order_by(audit.c.id))
            return [(row.actor, row.action, row.subject, row.reason) for row in rows]

    async def change(self, table: Any, row_id: int, **values: Any) -> None:
        async with self.database.write() as connection:
            await connection.execute(update(table).where(table.c.id == row_id).values(**values))


@pytest.fixture
async def office(database: Database) -> Office:
    clock = Clock()
    stage = await set_stage(database)
    async with database.write() as connection:
        ouyang = await add_person(connection, OUYANG, "Ouyang")
        names = ("tea", "oil", "cup", "kite", "lamp", "soap")
        found = [
            await add_offer(connection, name, title=name.title(), sales=10_000 // 4**at)
            for at, name in enumerate(names)
        ]
    lists = Shortlisting(database, PROGRAMMES, clock)
    steering = Steering(database, PROGRAMMES, clock, ZONE, frozenset({OUYANG}))
    return Office(database, stage, clock, ouyang, found, lists, steering)


async def test_pins_stand_first_in_their_order_on_this_day_and_the_next_ones(
    office: Office,
) -> None:
    assert await office.order() == [1, 2, 3, 4]
    done = await office.steering.pin(
        office.offers[4], programme="fenxiang", reason=" our \n anniversary ", by=office.ouyang
    )
    assert (done.version, done.is_new) == (2, True)
    assert await office.order() == [5, 1, 2, 3]
    await office.steering.pin(
        office.offers[2], programme="fenxiang", rank=1, reason="sold well", by=None
    )
    assert await office.order() == [3, 5, 1, 2]
    first, second = (await office.today()).rows[:2]
    assert [note.words["reason"] for note in (*first.notes, *second.notes)] == [
        "sold well", "our anniversary",
    ]  # fmt: skip
    assert len(first.factors) == 8
    assert await office.order("yunji") == [1, 2, 3, 4]
    tomorrow = await office.lists.today("fenxiang", DAY + timedelta(days=1))
    assert [row.offer.id for row in tomorrow.rows[:2]] == [office.offers[2], office.offers[4]]
    assert [pin.place for pin in await office.steering.pinned("fenxiang")] == [1, 2]
    subject = f"offer:{office.offers[4]} programme:fenxiang"
    assert (f"person:{office.ouyang}", "pin", subject, "our anniversary") in await office.logged()


async def test_every_version_of_a_list_is_kept(office: Office) -> None:
    first = await office.today()
    await office.steering.pin(office.offers[3], programme="fenxiang", reason="so", by=None)
    second = await office.today()
    assert (first.version, second.version) == (1, 2)
    assert first.rows[0].offer.id != second.rows[0].offer.id
    again = await office.steering.unpin(office.offers[3], programme="fenxiang", by=None)
    assert (again.version, again.is_new) == (3, True)
    assert await office.order() == [1, 2, 3, 4]
    nothing = await office.steering.unpin(office.offers[3], programme="fenxiang", by=None)
    assert (nothing.version, nothing.is_new) == (3, False)


async def test_a_pin_brings_in_what_the_list_had_no_room_for(office: Office) -> None:
    async with office.database.write() as connection:
        for number in range(120):
            await add_offer(connection, f"more-{number}", title=f"Plate {number}", sales=9)
        last = await add_offer(connection, "last", title="Last", rating_bps=0, reviews=900)
    before = await office.today()
    assert last not in {row.offer.id for row in (*before.rows, *before.reserve)}
    await office.steering.pin(last, programme="fenxiang", reason="so", by=None)
    rows = (await office.today()).rows
    assert rows[0].offer.id == last
    assert len(rows) == 4
    assert rows[0].score < rows[3].score


async def test_a_pin_that_ends_leaves_its_place_and_comes_back_with_it(office: Office) -> None:
    await office.steering.pin(office.offers[5], programme="fenxiang", reason="so", by=None)
    await office.change(offers, office.offers[5], stock=0)
    tomorrow = await office.lists.today("fenxiang", DAY + timedelta(days=1))
    assert office.offers[5] not in {row.offer.id for row in tomorrow.rows}
    await office.change(offers, office.offers[5], stock=None)
    later = await office.lists.today("fenxiang", DAY + timedelta(days=2))
    assert later.rows[0].offer.id == office.offers[5]


async def test_an_offer_is_moved_for_the_day_and_a_pinned_one_for_good(office: Office) -> None:
    await office.today()
    move = office.steering.move
    await move(office.offers[3], 1, programme="fenxiang", reason="fresh", by=office.ouyang)
    assert await office.order() == [4, 1, 2, 3]
    assert (await office.lists.today("fenxiang", DAY + timedelta(days=1))).rows[0].offer.id == (
        office.offers[0]
    )
    for offer_id in office.offers[1:3]:
        await office.steering.pin(offer_id, programme="fenxiang", reason="so", by=None)
    assert await office.order() == [2, 3, 4, 1]
    await move(office.offers[2], 1, programme="fenxiang", reason="even better", by=None)
    assert await office.order() == [3, 2, 4, 1]
    await move(office.offers[0], 1, programme="fenxiang", reason="up", by=None)
    assert await office.order() == [3, 2, 1, 4]
    reasons = {entry[3] for entry in await office.logged()}
    assert {"fresh", "so", "so · even better", "up"} == reasons
    async with office.database.write() as connection:
        new = await add_offer(connection, "new")
    with pytest.raises(NotFoundError):
        await move(new, 1, programme="fenxiang", reason="x", by=None)


async def test_a_banned_offer_is_nowhere_and_the_next_one_has_its_place(office: Office) -> None:
    await office.today()
    await office.today("yunji")
    done = await office.steering.ban(office.offers[0], reason="fake goods", by=office.ouyang)
    assert (done.version, done.is_new) == (2, True)
    assert await office.order() == await office.order("yunji") == [2, 3, 4, 5]
    refused = await office.lists.pick(office.stage.lin, office.offers[0])
    assert refused == Refused(Refusal.BANNED, "fake goods")
    assert await office.lists.search("tea", programme="fenxiang") == []
    anew = await office.lists.freeze("fenxiang", DAY, recalc=True)
    assert office.offers[0] not in {row.offer.id for row in (*anew.rows, *anew.reserve)}
    [banned] = await office.steering.banned()
    assert [(ban.programme, ban.reason) for ban in banned.bans] == [(EVERYWHERE, "fake goods")]
    assert (await office.steering.unban(office.offers[0], by=office.ouyang)).is_new
    assert not (await office.steering.unban(office.offers[0], by=office.ouyang)).is_new
    assert await office.steering.banned() == []
    again = await office.lists.freeze("fenxiang", DAY, recalc=True)
    assert again.rows[0].offer.id == office.offers[0]
    assert [entry[1] for entry in await office.logged()] == ["ban", "unban"]


async def test_a_ban_of_one_programme_leaves_the_others_alone(office: Office) -> None:
    await office.today()
    await office.today("yunji")
    await office.steering.ban(office.offers[1], programme="yunji", reason="not for us", by=None)
    assert await office.order() == [1, 2, 3, 4]
    assert await office.order("yunji") == [1, 3, 4, 5]
    found = await office.lists.search("oil", programme="yunji")
    assert found == []
    assert [offer.id for offer in await office.lists.search("oil", programme="fenxiang")] == [
        office.offers[1]
    ]


async def test_posts_of_a_banned_offer_are_called_back_while_they_can_be(office: Office) -> None:
    async with office.database.write() as connection:
        waiting = await add_post(
            connection, office.stage.group, office.stage.lin, office.offers[0], state="planned"
        )
        other = await add_group(connection, office.stage.chen, -77, programme="yunji")
        elsewhere = await add_post(
            connection, other, office.stage.chen, office.offers[0], state="planned"
        )
        gone = await add_post(
            connection, office.stage.group, office.stage.lin, office.offers[0], ordinal=2
        )
    done = await office.steering.ban(
        office.offers[0], programme="fenxiang", reason="recalled", by=None
    )
    assert done.called_back == 1

    async def states() -> dict[int, str]:
        async with office.database.read() as connection:
            rows = await connection.execute(select(posts.c.id, posts.c.state))
            return {row.id: row.state for row in rows}

    assert await states() == {waiting: "cancelled", elsewhere: "planned", gone: "sent"}
    everywhere = await office.steering.ban(office.offers[0], reason="recalled", by=None)
    assert everywhere.called_back == 1


class Racing(Steering):
    """A planner that had read of no ban writes its post a moment after it."""

    async def _renew(self, programme: str, more: Collection[OfferId] = ()) -> int:
        async with self.database.write() as connection:
            group_id = await connection.scalar(select(posts.c.group_id))
            lin = await connection.scalar(select(posts.c.promoter_id))
            offer_id = await connection.scalar(select(posts.c.offer_id))
            assert group_id is not None
            assert lin is not None
            assert offer_id is not None
            await add_post(
                connection, GroupId(group_id), PersonId(lin), OfferId(offer_id),
                state="planned", ordinal=2,
            )  # fmt: skip
        return await super()._renew(programme, more)


async def test_a_post_that_was_being_planned_when_its_offer_was_banned_is_called_back(
    office: Office,
) -> None:
    async with office.database.write() as connection:
        await add_post(connection, office.stage.group, office.stage.lin, office.offers[0])
    plain = office.steering
    racing = Racing(*(getattr(plain, each.name) for each in fields(plain)))
    done = await racing.ban(office.offers[0], programme="fenxiang", reason="recalled", by=None)
    assert done.called_back == 1
    async with office.database.read() as connection:
        found = sorted(await connection.scalars(select(posts.c.state)))
    assert found == ["cancelled", "sent"]


async def test_only_operators_steer_and_only_with_a_reason(office: Office) -> None:
    steer, [first, *_] = office.steering, office.offers
    for by in (office.stage.lin, PersonId(999)):
        with pytest.raises(NotAllowedError):
            await steer.pin(first, programme="fenxiang", reason="mine", by=by)
        with pytest.raises(NotAllowedError):
            await steer.unpin(first, programme="fenxiang", by=by)
        with pytest.raises(NotAllowedError):
            await steer.ban(first, reason="mine", by=by)
        with pytest.raises(NotAllowedError):
            await steer.unban(first, by=by)
        with pytest.raises(NotAllowedError):
            await steer.move(first, 2, programme="fenxiang", reason="mine", by=by)
    for reason in ("", " \n", "x" * 301):
        with pytest.raises(InputError):
            await steer.ban(first, reason=reason, by=None)
    with pytest.raises(NotFoundError):
        await steer.ban(OfferId(999), reason="so", by=None)
    with pytest.raises(NotFoundError):
        await steer.ban(first, programme="none", reason="so", by=None)
    await office.change(offers, first, ended_at=NOON)
    with pytest.raises(InputError):
        await steer.pin(first, programme="fenxiang", reason="so", by=None)
    assert await office.logged() == []
