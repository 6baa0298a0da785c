"""Weights that count from a day on; how they are chosen is told by the service's tests."""

from datetime import date, timedelta

from storage.choosing import weights
from storage.choosing.weights import Weighting
from storage.database import Database
from tests.cast import NOON, set_stage

DAY = date(2026, 11, 22)


async def test_of_those_that_began_the_last_one_counts(database: Database) -> None:
    await set_stage(database)
    early = Weighting("fenxiang", DAY, {"stock": 2.0}, "one")
    late = Weighting("fenxiang", DAY + timedelta(days=2), {"demand": 0.5}, "two")
    async with database.write() as connection:
        for each in (late, early):
            await weights.add(connection, each, NOON)
        assert await weights.find_on(connection, "fenxiang", DAY - timedelta(days=1)) is None
        assert await weights.find_on(connection, "fenxiang", DAY + timedelta(days=1)) == early
        assert await weights.find_on(connection, "fenxiang", DAY + timedelta(days=9)) == late
        assert await weights.find_on(connection, "yunji", DAY) is None
        assert await weights.list_of(connection, "fenxiang") == [late, early]
