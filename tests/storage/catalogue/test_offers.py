"""Offers stored in batches, with their price history."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bot.domain.catalogue.factors import PricePoint
from bot.domain.catalogue.matching import search_words
from bot.domain.records import Currency, Offer, OfferFacts, OfferId
from storage.catalogue import offers, words
from storage.catalogue.offers import Stored
from storage.database import Connection, Database
from storage.tables import offers as offers_table
from tests.cast import NOON

COFFEE = OfferFacts(
    external_id="p-1",
    title="云南咖啡豆 ＡＡ",
    url="https://shop.example.com/1",
    price_minor=2990,
    currency=Currency("CNY"),
    brand="Yun",
)
TEA = replace(COFFEE, external_id="p-2", title="Green TEA 100% leaf", brand=None, sales=9)
LATER = NOON + timedelta(days=1)


async def begin(connection: Connection) -> int:
    await offers.add_marketplace(connection, "feed", NOON)
    await offers.add_marketplace(connection, "feed", LATER)
    return await offers.begin_import(connection, "feed", "a.csv", NOON)


async def put(database: Database, *facts: OfferFacts, at: object = NOON) -> Stored:
    async with database.write() as connection:
        number = await begin(connection)
        return await offers.put(connection, "feed", facts, at=at, import_id=number)  # type: ignore[arg-type]


async def everything(database: Database) -> dict[str, Offer]:
    async with database.read() as connection:
        found = await offers.list_by_ids(connection, [OfferId(number) for number in range(50)])
    return {offer.facts.external_id: offer for offer in found.values()}


async def search(database: Database, question: str) -> list[str]:
    async with database.read() as connection:
        found = await words.candidates(connection, [[word] for word in search_words(question)])
        return [offer.facts.external_id for offer in found]


async def test_an_offer_comes_back_as_the_feed_stated_it(database: Database) -> None:
    full = replace(
        COFFEE, sale_price_minor=1990, image_url="https://a.example/i", category="A > B", stock=7,
        description="beans", coupon="满20减5", commission_bps=1200, rating_bps=9000, reviews=3,
        sales=10**11, delivery="48h", size="250 g", material="arabica", returns="7 days",
        contents="one bag",
    )  # fmt: skip
    assert await put(database, full, TEA) == Stored(2, 0, 0, ())
    found = await everything(database)
    assert found["p-1"] == Offer(found["p-1"].id, "feed", full, NOON, None)
    async with database.read() as connection:
        assert await offers.find(connection, found["p-2"].id) == found["p-2"]
        assert await offers.find(connection, OfferId(999)) is None


async def test_the_same_rows_again_only_refresh_the_time(database: Database) -> None:
    await put(database, COFFEE, TEA)
    before = await everything(database)
    assert await put(database, COFFEE, TEA, at=LATER) == Stored(0, 0, 2, ())
    after = await everything(database)
    assert {each.seen_at for each in after.values()} == {LATER}
    assert {name: each.facts for name, each in after.items()} == {
        name: each.facts for name, each in before.items()
    }
    async with database.read() as connection:
        history = await offers.list_prices(connection, [each.id for each in after.values()])
    assert [len(points) for points in history.values()] == [1, 1]


async def test_facts_that_came_later_change_no_offer_whose_feed_does_not_state_them(
    database: Database,
) -> None:
    await put(database, COFFEE)
    async with database.write() as connection:
        kept = await connection.scalar(select(offers_table.c.digest))
        assert kept == "88949f243a43d9f8eae98b449626abb5", "as before there were such facts"
    assert await put(database, replace(COFFEE, returns="7 days")) == Stored(0, 1, 0, ())
    assert await put(database, replace(COFFEE, contents="7 days")) == Stored(0, 1, 0, ())
    assert await put(database, replace(COFFEE, contents="7 days")) == Stored(0, 0, 1, ())
    assert await put(database, COFFEE) == Stored(0, 1, 0, ())


async def test_history_grows_only_when_the_price_after_coupon_changes(database: Database) -> None:
    await put(database, COFFEE)
    renamed = replace(COFFEE, title="Coffee", stock=3)
    assert await put(database, renamed, at=LATER) == Stored(0, 1, 0, ())
    dearer_list = replace(renamed, price_minor=3990, sale_price_minor=2990)
    await put(database, dearer_list, at=LATER)
    await put(database, replace(dearer_list, sale_price_minor=1990), at=LATER)
    offer = (await everything(database))["p-1"]
    async with database.read() as connection:
        history = await offers.list_prices(connection, [offer.id])
    assert history == {offer.id: [PricePoint(2990, NOON), PricePoint(1990, LATER)]}
    assert offer.facts.title == "Coffee"
    assert await search(database, "云南") == []


async def test_the_first_row_of_an_id_counts_within_one_import(database: Database) -> None:
    other = replace(COFFEE, title="Another")
    async with database.write() as connection:
        number = await begin(connection)
        first = await offers.put(
            connection, "feed", [COFFEE, other, TEA], at=NOON, import_id=number
        )
        second = await offers.put(connection, "feed", [other], at=NOON, import_id=number)
    assert first == Stored(2, 0, 0, (1,))
    assert second == Stored(0, 0, 0, (0,))
    assert (await everything(database))["p-1"].facts == COFFEE


async def test_one_id_of_two_marketplaces_is_two_offers(database: Database) -> None:
    await put(database, COFFEE)
    async with database.write() as connection:
        await offers.add_marketplace(connection, "jd", NOON)
        number = await offers.begin_import(connection, "jd", "", NOON)
        stored = await offers.put(connection, "jd", [COFFEE], at=NOON, import_id=number)
    assert stored.added == 1


async def test_what_an_import_did_not_see_can_be_ended_and_comes_back(database: Database) -> None:
    await put(database, COFFEE, TEA)
    async with database.write() as connection:
        number = await offers.begin_import(connection, "feed", "b.csv", LATER)
        await offers.put(connection, "feed", [TEA], at=LATER, import_id=number)
        assert await offers.end_missing(connection, "feed", number, LATER) == 1
        assert await offers.end_missing(connection, "feed", number, LATER) == 0
    found = await everything(database)
    assert (found["p-1"].ended_at, found["p-2"].ended_at) == (LATER, None)
    assert await search(database, "云南") == []
    assert await put(database, COFFEE) == Stored(0, 1, 0, ())
    assert (await everything(database))["p-1"].ended_at is None


async def test_an_import_leaves_its_counts(database: Database) -> None:
    async with database.write() as connection:
        number = await begin(connection)
        counts = {"added": 3, "updated": 2, "unchanged": 1, "refused": 4}
        await offers.close_import(connection, number, LATER, counts)
        row = (await connection.exec_driver_sql("SELECT added, refused FROM imports")).one()
    assert tuple(row) == (3, 4)
