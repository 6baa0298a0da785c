"""Weights that operators set: dated, with a reason, and the ranking follows."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bot.domain.programmes import FACTORS
from bot.domain.records import PersonId
from bot.errors import InputError, NotAllowedError, NotFoundError
from bot.services.catalogue.shortlisting import Shortlisting
from bot.services.catalogue.weighing import Weighing
from storage.database import Database
from storage.tables import audit
from tests.bot.services.catalogue.test_shortlisting import SCHEMES, Clock
from tests.cast import OUYANG, add_offer, add_person, set_stage

DAY = date(2026, 11, 22)
TOMORROW = DAY + timedelta(days=1)


@pytest.fixture
def weighing(database: Database) -> Weighing:
    return Weighing(database, SCHEMES, Clock(), Shortlisting.zone, frozenset({OUYANG}))


async def test_weights_count_from_their_day_on_and_the_list_follows(
    database: Database, weighing: Weighing
) -> None:
    await set_stage(database)
    async with database.write() as connection:
        ouyang = await add_person(connection, OUYANG, "Ouyang")
        stocked = await add_offer(connection, "cup", title="Cup", stock=5_000)
        rated = await add_offer(connection, "kite", title="Kite", rating_bps=9_900, reviews=900)
    lists = Shortlisting(database, SCHEMES, Clock())
    only_stock = {name: float(name == "stock") for name in FACTORS}
    await weighing.set("fenxiang", only_stock, from_on=TOMORROW, reason="a test", by=ouyang)
    assert (await lists.today("fenxiang", DAY)).rows[0].offer.id == rated
    tomorrow = (await lists.today("fenxiang", TOMORROW)).rows
    assert [row.offer.id for row in tomorrow] == [stocked, rated]
    assert {factor.name: factor.weight for factor in tomorrow[0].factors} == only_stock
    async with database.read() as connection:
        [row] = await connection.execute(select(audit))
    assert (row.actor, row.action) == (f"person:{ouyang}", "weights")
    assert row.subject == "programme:fenxiang"
    assert row.reason.startswith("from 2026-11-23: marketplace_rank=0")
    assert row.reason.endswith("stock=1 quality=0 value=0; a test")


async def test_the_last_word_counts_and_none_gives_the_file_back(weighing: Weighing) -> None:
    own = SCHEMES["fenxiang"].weights
    assert (await weighing.on("fenxiang", DAY)).weights == own
    await weighing.set("fenxiang", {"demand": 3.0}, from_on=DAY, reason="one", by=None)
    await weighing.set("fenxiang", {"stock": 2.0}, from_on=DAY, reason="two", by=None)
    scale = await weighing.on("fenxiang", TOMORROW)
    assert scale.weights == {**own, "stock": 2.0}
    assert scale.own == own
    assert scale.set_by_hand is not None
    assert scale.set_by_hand.reason == "two"
    await weighing.set("fenxiang", {}, from_on=TOMORROW, reason="back", by=None)
    assert (await weighing.on("fenxiang", TOMORROW)).weights == own
    assert (await weighing.on("fenxiang", DAY)).weights["stock"] == 2.0
    assert [each.reason for each in await weighing.history("fenxiang")] == ["back", "two", "one"]
    assert await weighing.history("narrow") == []


async def test_impossible_weights_and_strangers_are_refused(weighing: Weighing) -> None:
    for given in ({"luck": 1.0}, {"stock": -1.0}, {"stock": float("nan")}, {"stock": 101.0}):
        with pytest.raises(InputError):
            await weighing.set("fenxiang", given, from_on=DAY, reason="so", by=None)
    with pytest.raises(InputError):
        await weighing.set("fenxiang", {}, from_on=DAY, reason=" ", by=None)
    with pytest.raises(InputError):
        await weighing.set("fenxiang", {}, from_on=DAY - timedelta(days=1), reason="so", by=None)
    with pytest.raises(NotFoundError):
        await weighing.set("none", {}, from_on=DAY, reason="so", by=None)
    with pytest.raises(NotAllowedError):
        await weighing.set("fenxiang", {}, from_on=DAY, reason="so", by=PersonId(9))
