"""Conversions come back as they were stored, and are found by the keys people ask with."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.domain.books.attribution import Candidate
from bot.domain.books.conversions import Report, judge
from bot.domain.programmes import Levels, Pool
from bot.domain.records import Conversion, ConversionState, Currency, Observation
from storage.books import conversions
from storage.database import Database
from storage.links import links
from tests.bot.services.bookshop import CHENS, START, open_shop, programme
from tests.cast import NOON


def observation(**changed: object) -> Observation:
    found = Observation(
        "feed", "O-1", "1", CHENS, ConversionState.APPROVED, "sale", 1000, 9900,
        Currency("CNY"), NOON, NOON + timedelta(microseconds=1),
    )  # fmt: skip
    return replace(found, **changed)  # type: ignore[arg-type]


async def add(database: Database, split: Levels | Pool, **changed: object) -> Conversion:
    """Judge a first report of ``observation`` by Chen's link and store it."""
    async with database.write() as connection:
        link = await links.find(connection, CHENS)
        assert link is not None
        (number,) = await conversions.take_ids(connection, 1)
        found = judge(
            None,
            Report(observation(**changed), is_push=False),
            {CHENS: Candidate(link, "fenxiang", None, START)},
            {"fenxiang": programme("fenxiang", split)},
            conversion_id=number,
            received_at=NOON,
        ).conversion
        await conversions.add(connection, [found])
    return found


@pytest.mark.parametrize("split", [Levels(5000, 1000), Pool(3000, 3500, 3500)])
async def test_a_conversion_comes_back_as_it_was_stored(
    database: Database, split: Levels | Pool
) -> None:
    await open_shop(database)
    stored = await add(database, split)
    changed = replace(stored, is_frozen=True, is_released=True, settled_at=NOON, payable_at=NOON)
    async with database.write() as connection:
        found = await conversions.list_by_keys(connection, {stored.observation.key})
        assert found == {stored.observation.key: stored}
        await conversions.replace(connection, [changed])
        assert await conversions.list_by_order(connection, "O-1") == [changed]


async def test_only_the_rows_asked_for_are_found(database: Database) -> None:
    await open_shop(database)
    await add(database, Levels(5000, 1000))
    async with database.read() as connection:
        asked = {("feed", "O-1", "2"), ("jd", "O-1", "1"), ("feed", "O-2", "1")}
        assert await conversions.list_by_keys(connection, asked) == {}
        assert await conversions.list_by_keys(connection, set()) == {}


async def test_orphans_are_those_without_a_link(database: Database) -> None:
    await open_shop(database)
    await add(database, Levels(5000, 1000))
    orphan = await add(database, Levels(5000, 1000), order_id="O-2", sub_id=None)
    async with database.read() as connection:
        assert await conversions.list_orphans(connection, 10) == [orphan]


async def test_the_database_refuses_one_row_twice_and_a_third_level(database: Database) -> None:
    await open_shop(database)
    stored = await add(database, Levels(5000, 1000))
    with pytest.raises(DBAPIError):
        await add(database, Levels(5000, 1000))
    for level in ("3", "1"):
        with pytest.raises(DBAPIError):
            async with database.write() as connection:
                await connection.execute(
                    text(
                        "INSERT INTO shares (conversion_id, party, promoter_id, level, share_bps) "
                        f"SELECT {stored.id}, 'more', promoter_id, {level}, 1 FROM conversions"
                    )
                )
