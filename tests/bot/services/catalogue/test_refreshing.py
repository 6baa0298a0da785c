"""Importing a feed: what is stored, what is told, and that a second time changes nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.catalogue.matching import search_words
from bot.domain.records import Currency, Offer
from bot.errors import InputError
from bot.services.catalogue import refreshing
from bot.services.catalogue.refreshing import FeedWish, ImportReport, Refreshing
from storage.catalogue import offers, searching
from storage.database import Database

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
HEAD = "id,title,url,price,sale_price\n"
GOOD = "1,Yunnan coffee,https://a.example/1,29.90,19.90\n2,Green tea,https://a.example/2,12,\n"
BAD = "3,,https://a.example/3,5,\n2,Tea again,https://a.example/2,12,\n4,Oil,nowhere,5,\n"


@dataclass
class Shop:
    """One database, a feed file, and the service between them."""

    service: Refreshing
    file: Path

    async def take(self, content: str, wish: FeedWish | None = None) -> ImportReport:
        self.file.write_text(content, "utf-8")
        return await self.service.import_source(str(self.file), wish)

    async def found(self, question: str) -> list[Offer]:
        async with self.service.database.read() as connection:
            return [each async for each in searching.search(connection, search_words(question))]


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Shop:
    return Shop(Refreshing(database, lambda: NOW, Currency("CNY")), tmp_path / "feed.csv")


async def test_an_import_tells_what_it_did_and_again_changes_nothing(shop: Shop) -> None:
    first = await shop.take(HEAD + GOOD + BAD)
    assert first.closing_line == "imported 2, updated 0, unchanged 0, refused 3"
    assert first.refused == (
        (4, "no title"),
        (5, "the id of an earlier row"),
        (6, "the url is not an http:// or https:// address"),
    )
    again = await shop.take(HEAD + GOOD + BAD)
    assert again.closing_line == "imported 0, updated 0, unchanged 2, refused 3"
    [coffee] = await shop.found("coffee")
    assert (coffee.price_now_minor, coffee.facts.price_minor) == (1990, 2990)
    assert (coffee.marketplace, coffee.facts.currency, coffee.seen_at) == ("feed", "CNY", NOW)


async def test_a_changed_row_is_updated_and_a_missing_one_stays(shop: Shop) -> None:
    await shop.take(HEAD + GOOD)
    report = await shop.take(HEAD + "2,Green tea,https://a.example/2,11,\n")
    assert report.closing_line == "imported 0, updated 1, unchanged 0, refused 0"
    assert report.ended == 0
    assert len(await shop.found("coffee")) == 1


async def test_missing_offers_are_ended_when_the_operator_says_so(shop: Shop) -> None:
    await shop.take(HEAD + GOOD)
    await shop.take(HEAD + GOOD, FeedWish(marketplace="other"))
    wish = FeedWish(is_ending_missing=True)
    assert (await shop.take(HEAD + GOOD.splitlines()[1], wish)).ended == 1
    assert [each.marketplace for each in await shop.found("coffee")] == ["other"]


async def test_a_feed_that_breaks_off_ends_nothing(shop: Shop) -> None:
    await shop.take(HEAD + GOOD)
    item = "<item><id>2</id><title>Green tea</title><link>https://a.example/2</link>"
    report = await shop.take(
        f"<rss>{item}<price>12</price></item><item>", FeedWish(is_ending_missing=True)
    )
    assert report.is_broken_off
    assert (report.ended, report.unchanged, report.refused_count) == (0, 1, 1)
    assert len(await shop.found("coffee")) == 1


async def test_what_the_operator_says_of_a_feed_counts(shop: Shop) -> None:
    wish = FeedWish(
        format="csv",
        marketplace="Bazaar",
        currency=Currency("INR"),
        mapping=("title=product_name",),
        commission="12%",
    )
    await shop.take("product_name,url,price,commission\na tea,https://a.example/1,5,\n", wish)
    [tea] = await shop.found("tea")
    assert (tea.marketplace, tea.facts.currency, tea.facts.commission_bps) == (
        "bazaar",
        "INR",
        1200,
    )


@pytest.mark.parametrize("name", ["", "a b", "店", "x" * 33, "../x"])
async def test_a_marketplace_has_a_plain_name(shop: Shop, name: str) -> None:
    with pytest.raises(InputError, match="marketplace's name"):
        await shop.take(HEAD + GOOD, FeedWish(marketplace=name))


async def test_what_is_no_feed_leaves_no_trace(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No column for title"):
        await shop.take("a,b\n1,2\n")
    with pytest.raises(InputError, match="There is no file"):
        await shop.service.import_source(str(tmp_path / "none.csv"))
    with pytest.raises(InputError, match="is a folder"):
        await shop.service.import_source(str(tmp_path))
    with pytest.raises(InputError, match="commission rate"):
        await shop.take(HEAD + GOOD, FeedWish(commission="much"))
    async with shop.service.database.read() as connection:
        assert await connection.scalar(text("SELECT count(*) FROM marketplaces")) == 0
        assert await connection.scalar(text("SELECT count(*) FROM imports")) == 0


async def test_a_large_feed_goes_through_in_batches_that_are_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "REASONS_LIMIT", 5)
    count = offers.BATCH_ROWS * 2 + 7
    rows = "".join(f"{n},Tea {n},https://a.example/{n},5,\n" for n in range(count))
    told: list[int] = []
    shop.file.write_text(HEAD + rows + "x,,,,\n" * 9 + "7,Tea,https://a.example/7,6,\n", "utf-8")
    report = await shop.service.import_source(
        str(shop.file), progress=lambda each: told.append(each.added)
    )
    assert told == [offers.BATCH_ROWS, offers.BATCH_ROWS * 2, count]
    assert report.closing_line == f"imported {count}, updated 0, unchanged 0, refused 10"
    assert len(report.refused) == 5
