"""Offers found by words, parts of words and what is nearly the word, on both engines."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bot.domain.records import Currency, OfferFacts
from storage.catalogue import offers, words
from storage.database import Database
from tests.cast import NOON
from tests.storage.test_plans import explained, heard

COFFEE = OfferFacts(
    external_id="coffee",
    title="云南咖啡豆 ＡＡ",
    url="https://shop.example.com/1",
    price_minor=2990,
    currency=Currency("CNY"),
    brand="Yun",
    category="食品 > Drinks",
    sales=70,
)
TEA = replace(
    COFFEE, external_id="tea", title="Green TEA 100% leaf", category="Drinks", brand=None, sales=9
)
OTHER = replace(TEA, category="Home")
POWER = replace(OTHER, external_id="power", title="小米充电宝20000mAh 快充", brand="小米", sales=50)
CHARGER = replace(OTHER, external_id="charger", title="Fast charger, two plugs", sales=30)
TISSUE = replace(OTHER, external_id="tissue", title="Soft tissues (3 boxes)", sales=20)
CHARGE = replace(OTHER, external_id="charge", title="A game to charge ahead", sales=1)
ALL = (COFFEE, TEA, POWER, CHARGER, TISSUE, CHARGE)


@pytest.fixture
async def stocked(database: Database) -> Database:
    """A handful of offers, imported."""
    await put(database, *ALL)
    return database


async def put(database: Database, *facts: OfferFacts) -> None:
    async with database.write() as connection:
        await offers.add_marketplace(connection, "feed", NOON)
        number = await offers.begin_import(connection, "feed", "a.csv", NOON)
        await offers.put(connection, "feed", facts, at=NOON, import_id=number)


async def candidates(database: Database, *concepts: str, limit: int = 200) -> list[str]:
    """The offers that meet concepts such as "充电宝|power bank"."""
    async with database.read() as connection:
        wanted = [concept.split("|") for concept in concepts]
        found = await words.candidates(connection, wanted, limit=limit)
    return [offer.facts.external_id for offer in found]


async def nearest(database: Database, *concepts: str, limit: int = 50) -> list[str]:
    async with database.read() as connection:
        wanted = [concept.split("|") for concept in concepts]
        found = await words.nearest(connection, wanted, limit=limit)
    return [offer.facts.external_id for offer in found]


async def spelled(database: Database, word: str) -> list[str]:
    async with database.read() as connection:
        return await words.spelled(connection, word)


async def test_an_offer_is_found_as_the_feed_stated_it(stocked: Database) -> None:
    async with stocked.read() as connection:
        [found] = await words.candidates(connection, [["云南"]])
        assert found == await offers.find(connection, found.id)


@pytest.mark.parametrize(
    "word", ["咖啡", "云南", "啡豆", "咖啡豆", "豆", "云", "aa", "ＹＵＮ", "食品"]
)
async def test_any_part_of_a_dense_word_is_found_and_any_whole_other(
    stocked: Database, word: str
) -> None:
    assert await candidates(stocked, word) == ["coffee"]


async def test_every_concept_must_be_met_by_any_of_its_alternatives(stocked: Database) -> None:
    assert await candidates(stocked, "charger|充电宝", "快充|plugs") == ["power", "charger"]
    assert await candidates(stocked, "charger", "小米") == []
    assert await candidates(stocked, "power bank|two plugs") == ["charger"]
    assert await candidates(stocked, "%", "!") == []
    assert await candidates(stocked) == []


async def test_the_best_sold_come_first_however_many_are_wanted(database: Database) -> None:
    sales = [None, 5, 90, 5, 10**11, 16_385, 16_384]
    several = [replace(TEA, external_id=str(at), sales=sold) for at, sold in enumerate(sales)]
    await put(database, *several)
    assert await candidates(database, "tea") == ["4", "5", "6", "2", "1", "3", "0"]
    assert await candidates(database, "tea", limit=3) == ["4", "5", "6"]


async def test_pairs_that_stand_apart_are_no_word(database: Database) -> None:
    apart = [
        replace(COFFEE, external_id=f"a-{number}", title="咖啡 与 啡豆", sales=900 - number)
        for number in range(40)
    ]
    await put(database, COFFEE, *apart)
    assert await candidates(database, "咖啡豆", limit=10) == ["coffee"]


async def test_the_beginning_of_a_word_and_plurals_are_found(stocked: Database) -> None:
    assert await candidates(stocked, "charg") == ["charger", "charge"]
    assert await candidates(stocked, "charge") == ["charge"], "it is a word of its own"
    assert await candidates(stocked, "tissue") == await candidates(stocked, "tissues") == ["tissue"]
    assert await candidates(stocked, "box") == ["tissue"]
    assert await candidates(stocked, "充电宝20000") == ["power"]
    assert await candidates(stocked, "ch") == []


async def test_what_meets_the_most_is_nearest(stocked: Database) -> None:
    assert (await nearest(stocked, "咖啡", "purple"))[0] == "coffee"
    assert (await nearest(stocked, "充电宝", "20000mah", "purple"))[0] == "power"
    assert await nearest(stocked, "purple", "giraffe") == []
    assert await nearest(stocked) == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("冲电宝", "power"), ("充电包", "power"), ("云南珈啡豆", "coffee"), ("tisue", "tissue"),
     ("chargre", "charger"), ("fsat charger", "charger")],
)  # fmt: skip
async def test_a_misspelt_word_is_nearest_to_the_right_one(
    stocked: Database, wrong: str, right: str
) -> None:
    assert (await nearest(stocked, wrong))[0] == right


async def test_a_slip_at_the_end_is_none_of_a_plural(database: Database) -> None:
    await put(database, replace(OTHER, external_id="bed", title="Foam mattress", sales=3))
    assert await nearest(database, "mattrses") == ["bed"]


async def test_the_nearest_are_few_when_few_are_wanted(stocked: Database) -> None:
    assert len(await nearest(stocked, "drinks", "purple", limit=2)) == 2


async def test_a_word_is_put_right_by_those_of_live_offers(stocked: Database) -> None:
    assert await spelled(stocked, "chagrer") == ["charger"]
    assert await spelled(stocked, "CHARGR") == ["charger", "charge"]
    assert await spelled(stocked, "harger") == ["charger"]
    for known in ("charger", "tea", "20000mha", "咖啡", "", "giraffe"):
        assert await spelled(stocked, known) == ([] if known != "charger" else ["charge"])


async def test_words_of_ended_offers_put_nothing_right(stocked: Database) -> None:
    async with stocked.write() as connection:
        number = await offers.begin_import(connection, "feed", "b.csv", NOON)
        await offers.put(connection, "feed", [TEA], at=NOON, import_id=number)
        assert await offers.end_missing(connection, "feed", number, NOON) == len(ALL) - 1
    assert await spelled(stocked, "chagrer") == []
    assert await candidates(stocked, "咖啡") == []
    assert await candidates(stocked, "leaf") == ["tea"]


async def test_words_are_looked_up_and_no_offer_is_read_through(stocked: Database) -> None:
    async with stocked.write() as connection:
        if not stocked.is_sqlite:
            # Over a handful of rows PostgreSQL would read them all.
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        with heard(stocked) as questions:
            await words.candidates(connection, [["充电宝", "power bank"], ["快充"]])
            await words.nearest(connection, [["chagrer"], ["咖啡豆"]])
        for asked, values in list(questions):
            steps = await explained(connection, asked, values)
            assert "SCAN offers" not in steps, steps
            assert "Seq Scan" not in steps, steps
            if "offers." in asked:
                assert ("ix_offer_words_terms_5" in steps) != stocked.is_sqlite
                assert ("VIRTUAL TABLE INDEX" in steps) == stocked.is_sqlite


async def test_the_word_with_fewer_slips_is_nearer_than_the_better_sold(database: Database) -> None:
    one = replace(OTHER, external_id="one", title="humidifier", sales=1)
    await put(database, one, replace(OTHER, external_id="two", title="humidfeir", sales=999))
    assert await nearest(database, "humidifeer") == ["one", "two"]
