"""What promoters type, found as ever: parts, beginnings, signs, and the best sold first."""

from dataclasses import replace

import pytest

from bot.domain.catalogue.matching import search_words
from storage.catalogue import popular, searching
from storage.database import Database
from tests.storage.catalogue.test_words import CHARGER, COFFEE, TEA, TISSUE, put


@pytest.fixture
async def stocked(database: Database) -> Database:
    """A handful of offers, imported."""
    await put(database, COFFEE, TEA, CHARGER, TISSUE)
    return database


async def search(database: Database, question: str) -> list[str]:
    async with database.read() as connection:
        found = searching.search(connection, search_words(question))
        return [offer.facts.external_id async for offer in found]


async def test_two_characters_parts_and_any_case_or_width_are_found(stocked: Database) -> None:
    for question in ("咖啡", "云南", "豆 aa", "ＹＵＮ", "南咖啡 Yun", "咖啡 drinks"):
        assert await search(stocked, question) == ["coffee"], question
    assert await search(stocked, "tea") == ["tea"]
    assert await search(stocked, "charg plug") == ["charger"]
    assert await search(stocked, "drink") == ["coffee", "tea"]
    assert await search(stocked, "咖啡 tea") == []


async def test_signs_of_patterns_and_queries_are_taken_as_they_are(stocked: Database) -> None:
    assert await search(stocked, "100%") == await search(stocked, "%") == ["tea"]
    assert await search(stocked, "(3 boxes)") == await search(stocked, "tissue (") == ["tissue"]
    for question in ("1%0", "te_", "_", "\\", "/", "'", '"', "tea *", "coffee OR", "tea:* |"):
        assert await search(stocked, question) == [], question


async def test_letters_within_a_word_are_found_of_many_offers_in_the_best_sold(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    several = [
        replace(CHARGER, external_id=f"c-{number}", sales=sales)
        for number, sales in enumerate([None, 5, 90, 7])
    ]
    await put(database, *several)
    assert await search(database, "harg") == ["c-2", "c-3", "c-1", "c-0"]
    monkeypatch.setattr(searching, "SCANNED", 3)
    assert await search(database, "harg") == ["c-2", "c-3", "c-1"]
    monkeypatch.setattr(popular, "LOOKED_AT", 2)
    assert await search(database, "ch") == ["c-2", "c-3"]
    assert await search(database, "zz") == []


async def test_where_nobody_tells_of_sales_letters_are_found_all_the_same(
    stocked: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "SCANNED", 0)
    await put(stocked, replace(TEA, external_id="quiet", title="Zephyr", sales=None))
    assert await search(stocked, "ephy") == ["quiet"]


async def test_the_best_sold_is_found_first_page_by_page(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "PAGE_ROWS", 2)
    several = [
        replace(TEA, external_id=f"t-{number}", sales=sales)
        for number, sales in enumerate([None, 5, 90, 5])
    ]
    await put(database, *several)
    assert await search(database, "tea") == ["t-2", "t-1", "t-3", "t-0"]
    monkeypatch.setattr(searching, "LOOKED_AT", 2)
    assert await search(database, "tea") == ["t-2", "t-1"]
