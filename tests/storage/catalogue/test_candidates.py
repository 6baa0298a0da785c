"""What ranking reads: the same choice as the domain makes, and what is known around it."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import insert

from bot.domain.catalogue import selection
from bot.domain.catalogue.factors import Acted, PricePoint
from bot.domain.records import Link, LinkCode, OfferId
from storage.catalogue import candidates, offers
from storage.database import Connection, Database
from storage.links import links
from storage.tables import click_hours, conversions, prices
from tests.cast import NOON, Stage, add_offer, set_stage
from tests.schemes import PROGRAMMES

OPEN = replace(PROGRAMMES["fenxiang"], price_min_minor=None, price_max_minor=None)
SINCE = NOON - timedelta(days=30)


async def ids(connection: Connection, programme: object = OPEN) -> set[int]:
    conditions = candidates.postable(programme, NOON - timedelta(hours=72))  # type: ignore[arg-type]
    return {each.id async for piece in candidates.stream(connection, conditions) for each in piece}


async def test_the_database_leaves_out_what_the_domain_would(database: Database) -> None:
    async with database.write() as connection:
        fine = await add_offer(connection, "fine", stock=None)
        cheap = await add_offer(connection, "cheap", price_minor=100, sale_price_minor=None)
        rupees = await add_offer(connection, "rupees", price_minor=99_000_000, currency="INR")
        other = await add_offer(connection, "other", marketplace="jd")
        await add_offer(connection, "out", stock=0)
        await add_offer(connection, "ended", ended_at=NOON)
        await add_offer(connection, "stale", seen_at=NOON - timedelta(hours=73))
    band = replace(OPEN, price_min_minor=200, price_max_minor=5000)
    async with database.read() as connection:
        assert await ids(connection) == {fine, cheap, rupees, other}
        assert await ids(connection, replace(OPEN, marketplaces=("jd",))) == {other}
        assert await ids(connection, replace(OPEN, price_max_minor=100)) == (
            {cheap, rupees} if OPEN.price_currency else {cheap}
        )
        for currency in (None, "CNY"):
            programme = replace(band, price_currency=currency)
            everything = await offers.list_by_ids(
                connection, [OfferId(number) for number in range(20)]
            )
            assert await ids(connection, programme) == {
                offer.id
                for offer in everything.values()
                if selection.unfit(offer, programme, NOON) is None
            }


async def test_top_sales_and_prices_are_read_of_live_offers(database: Database) -> None:
    async with database.write() as connection:
        for number, sales in enumerate([5, 70, None]):
            await add_offer(connection, f"p-{number}", sales=sales, category="A > B")
        await add_offer(connection, "ended", sales=900, ended_at=NOON, category="A > B")
        await add_offer(connection, "jd", marketplace="jd")
        assert await candidates.top_sales(connection) == {"feed": 70}
        assert await candidates.sample_prices(connection) == [("A > B", "CNY", 1990)] * 3


async def test_the_history_of_prices_that_moved_is_read_whole(database: Database) -> None:
    async with database.write() as connection:
        moved, still, long_ago = [await add_offer(connection, f"p-{n}") for n in range(3)]
        rows = [
            (moved, 3000, 50), (moved, 2000, 3), (still, 2000, 5),
            (long_ago, 3000, 90), (long_ago, 2000, 40),
        ]  # fmt: skip
        await connection.execute(
            insert(prices),
            [
                {"offer_id": offer_id, "price_minor": price, "at": NOON - timedelta(days=days)}
                for offer_id, price, days in rows
            ],
        )
        found = await candidates.list_moved(connection, SINCE)
    assert found == {
        moved: [
            PricePoint(3000, NOON - timedelta(days=50)),
            PricePoint(2000, NOON - timedelta(days=3)),
        ]
    }


async def add_link(connection: Connection, stage: Stage, code: str, offer_id: OfferId) -> None:
    link = Link(
        LinkCode(code), offer_id, "feed", None, stage.group, stage.lin, "https://a.example", NOON
    )
    await links.add(connection, [link])


async def test_own_clicks_and_orders_are_counted_by_offer(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        liked, other, unseen = [await add_offer(connection, f"p-{n}") for n in range(3)]
        await add_link(connection, stage, "a" * 13, liked)
        await add_link(connection, stage, "b" * 13, liked)
        await add_link(connection, stage, "c" * 13, other)
        hours = [
            {
                "code": code * 13,
                "hour_at": NOON - timedelta(days=days),
                "people": people,
                "bots": 50,
            }
            for code, days, people in [("a", 1, 3), ("b", 2, 4), ("b", 31, 90), ("c", 1, 1)]
        ]
        await connection.execute(insert(click_hours), hours)
        orders = [
            {
                "marketplace": "feed", "order_id": str(number), "row_id": "1", "state": state,
                "native_status": state, "commission_minor": 1, "amount_minor": 1,
                "currency": "CNY", "ordered_at": NOON, "updated_at": NOON, "received_at": NOON,
                "offer_id": offer_id,
            }
            for number, (state, offer_id) in enumerate(
                [("pending", liked), ("settled", liked), ("reversed", liked), ("pending", None)]
            )
        ]  # fmt: skip
        await connection.execute(insert(conversions), orders)
        found = await candidates.count_actions(connection, SINCE)
    assert found == {liked: Acted(clicks=7, orders=2), other: Acted(clicks=1)}
    assert unseen not in found
