"""The index of words says of the live offers what it would if it were built anew."""

from dataclasses import replace

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from bot.domain.catalogue.matching import index_terms, place, searched_of
from bot.domain.records import Currency, OfferFacts
from storage.catalogue import indexing, offers, words
from storage.database import Database
from storage.migrating import configuration, migrate
from storage.tables import offers as offers_table
from storage.tables import spelled_words
from tests.cast import NOON

COFFEE = OfferFacts(
    external_id="1",
    title="云南咖啡豆 500g",
    url="https://shop.example.com/1",
    price_minor=2990,
    currency=Currency("CNY"),
    brand="Yun",
    category="食品 > Drinks",
    sales=70,
)


def stated(connection: Connection) -> set[tuple[int, str]]:
    """Every term of the index, with the place of its offer."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(
            "CREATE VIRTUAL TABLE IF NOT EXISTS temp.said "
            "USING fts5vocab('main', 'offer_words', 'instance')"
        )
        rows = connection.exec_driver_sql("SELECT doc, term FROM temp.said")
    else:
        rows = connection.exec_driver_sql(
            "SELECT place, unnest(tsvector_to_array(terms)) FROM offer_words"
        )
    return {(where, term) for where, term in rows}


async def index_of(database: Database) -> set[tuple[int, str]]:
    """What the index says now; it is checked to be what it ought to say."""
    async with database.write() as connection:
        said = await connection.run_sync(stated)
        if database.is_sqlite:
            check = "INSERT INTO offer_words (offer_words, rank) VALUES ('integrity-check', 0)"
            await connection.execute(text(check))
        found = await connection.execute(
            select(offers_table).where(offers_table.c.ended_at.is_(None))
        )
        live = [offers.read(row) for row in found]
    wanted = {
        (place(offer.id, offer.facts.sales), term)
        for offer in live
        for term in index_terms(searched_of(offer.facts))
    }
    assert said == wanted
    return said


async def take(database: Database, *facts: OfferFacts, is_ending: bool = False) -> None:
    """Import ``facts`` as a feed, in batches of two."""
    async with database.write() as connection:
        await offers.add_marketplace(connection, "feed", NOON)
        number = await offers.begin_import(connection, "feed", "", NOON)
    for start in range(0, len(facts), 2):
        async with database.write() as connection:
            some = facts[start : start + 2]
            await offers.put(connection, "feed", some, at=NOON, import_id=number)
    async with database.write() as connection:
        if is_ending:
            await offers.end_missing(connection, "feed", number, NOON)
        counts = dict.fromkeys(("added", "updated", "unchanged", "refused"), 0)
        await offers.close_import(connection, number, NOON, counts)


async def test_whatever_changes_the_index_goes_along(database: Database) -> None:
    other = replace(COFFEE, external_id="2", title="Green tea", sales=None)
    await take(database, COFFEE, other)
    first = await index_of(database)
    await take(database, replace(COFFEE, price_minor=3990), other)
    assert await index_of(database) == first
    await take(database, replace(COFFEE, title="云南茶"), replace(other, category="Tea"))
    await index_of(database)
    await take(database, replace(COFFEE, sales=10**12), replace(other, sales=1))
    await index_of(database)
    await take(database, other, is_ending=True)
    assert {term for _, term in await index_of(database)} == {
        "green", "tea", "yun", "食品", "品", "drink",
    }  # fmt: skip
    await take(database, COFFEE, other)
    assert await index_of(database) == first
    await take(database, replace(COFFEE, external_id="3"), is_ending=True)
    await take(database, replace(COFFEE, title="回来了", sales=2))
    await index_of(database)


TITLES = st.text("云南咖啡豆 aBsé%'\"-3", min_size=1, max_size=8)
FACTS = st.builds(
    lambda number, title, sales: replace(
        COFFEE, external_id=str(number), title=title, sales=sales
    ),
    st.integers(1, 4), TITLES, st.none() | st.integers(0, 2**62),
)  # fmt: skip
FEEDS = st.lists(st.tuples(st.lists(FACTS, max_size=5), st.booleans()), min_size=1, max_size=5)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(feeds=FEEDS)
async def test_the_index_is_what_a_rebuild_makes_of_the_offers(
    database: Database, feeds: list[tuple[list[OfferFacts], bool]]
) -> None:
    for facts, is_ending in feeds:
        await take(database, *facts, is_ending=is_ending)
    kept = await index_of(database)
    async with database.write() as connection:
        known = set(await connection.scalars(select(spelled_words.c.word)))
        await connection.run_sync(indexing.rebuild)
        assert set(await connection.scalars(select(spelled_words.c.word))) <= known
    assert await index_of(database) == kept


async def test_a_batch_that_fails_leaves_no_word_behind(database: Database) -> None:
    await take(database, COFFEE)
    before = await index_of(database)
    async with database.write() as connection:
        number = await offers.begin_import(connection, "feed", "", NOON)
    broken = replace(COFFEE, external_id="2", price_minor=-1)

    async def fail() -> None:
        async with database.write() as connection:
            for facts in (replace(COFFEE, title="別的"), broken):
                await offers.put(connection, "feed", [facts], at=NOON, import_id=number)

    with pytest.raises(IntegrityError):
        await fail()
    assert await index_of(database) == before


async def tiers(database: Database) -> list[int]:
    async with database.read() as connection:
        asked = text("SELECT tier FROM offer_words ORDER BY place")
        return list(await connection.scalars(asked))


async def test_the_best_sold_have_tiers_of_their_own_on_postgresql(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "TIERS", (2, 6))
    several = [replace(COFFEE, external_id=str(each), sales=each) for each in range(1, 10)]
    await take(database, *several[:3])
    async with database.read() as connection:
        found = await words.candidates(connection, [["咖啡"]])
        assert [offer.facts.sales for offer in found] == [3, 2, 1]
    await take(database, *several)
    if not database.is_sqlite:
        assert await tiers(database) == [0, 0, 1, 1, 1, 1, 2, 2, 2]
        await take(database, replace(several[0], sales=99))
        assert await tiers(database) == [0, 0, 0, 1, 1, 1, 1, 2, 2]
        async with database.write() as connection:
            await connection.run_sync(indexing.rebuild)
        assert await tiers(database) == [0, 0, 1, 1, 1, 1, 2, 2, 2]
    await index_of(database)


async def test_a_database_of_before_gets_its_index_by_a_migration(database_url: str) -> None:
    database = Database(database_url)
    async with database.write() as connection:
        await connection.run_sync(lambda sync: command.upgrade(configuration(sync), "0002"))
        await connection.execute(text(_MARKETPLACE))
        for each, ended_at in ((1, "NULL"), (2, "'2026-11-22 12:00:00+00'"), (3, "NULL")):
            await connection.execute(text(_OFFER.format(each, ended_at)))
    await migrate(database)
    assert {term for _, term in await index_of(database)} == {"咖啡", "啡", "latte", "1", "3"}
    async with database.read() as connection:
        assert list(await connection.scalars(select(spelled_words.c.word))) == ["latte"]
    await database.close()


_MARKETPLACE = (
    "INSERT INTO marketplaces (name, is_self_purchase_paid, added_at) "
    "VALUES ('feed', true, '2026-11-22 12:00:00+00')"
)
_OFFER = (
    "INSERT INTO offers (id, marketplace, external_id, title, url, price_minor, currency, digest, "
    "search, added_at, seen_at, ended_at) VALUES ({0}, 'feed', 'p-{0}', '咖啡 Latte {0}', "
    "'https://a', 100, 'CNY', 'x', '', '2026-11-22 12:00:00+00', '2026-11-22 12:00:00+00', {1})"
)
