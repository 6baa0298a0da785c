"""Wishes by distinct people."""

from datetime import timedelta

from storage.database import Database
from storage.questions import wishes
from tests.cast import NOON

VIOLIN, KITE = "violin", "kite"


async def test_only_what_enough_people_share_is_listed_most_wished_first(
    database: Database,
) -> None:
    async with database.write() as connection:
        for key, count in ((VIOLIN, 3), (KITE, 4), ("two", 2)):
            for number in range(count):
                await wishes.add(connection, key, f"{key}{number}", [[key]], NOON)
        since = NOON - timedelta(days=1)
        found = await wishes.list_common(connection, people=3, since=since, limit=9)
        first = await wishes.list_common(connection, people=3, since=since, limit=1)
    assert [(each.key, each.people) for each in found] == [(KITE, 4), (VIOLIN, 3)]
    assert found[0].wanted == [[KITE]]
    assert [each.key for each in first] == [KITE]


async def test_wishing_again_is_no_second_person_and_keeps_the_wish_young(
    database: Database,
) -> None:
    later = NOON + timedelta(days=20)
    async with database.write() as connection:
        assert await wishes.add(connection, VIOLIN, "a", [[VIOLIN]], NOON)
        assert not await wishes.add(connection, VIOLIN, "a", [[VIOLIN]], later)
        assert await wishes.delete_old(connection, NOON + timedelta(days=1)) == 0
        assert await wishes.delete_old(connection, later + timedelta(days=1)) == 1


async def test_one_persons_wishes_are_erased_and_nobody_elses(database: Database) -> None:
    async with database.write() as connection:
        for number in range(wishes.ERASED_AT_ONCE + 3):
            for person in ("mei", "wei"):
                await wishes.add(connection, f"w{number}", f"{person}{number}", [], NOON)
        await wishes.erase_of(connection, lambda key: key.replace("w", "mei"))
        found = await wishes.list_common(
            connection, people=1, since=NOON - timedelta(days=1), limit=2_000
        )
    assert {each.people for each in found} == {1}
    assert len(found) == wishes.ERASED_AT_ONCE + 3
