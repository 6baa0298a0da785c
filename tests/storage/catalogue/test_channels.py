"""What the channels are chosen from: bounded, by an index, alike on both engines."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from bot.domain.catalogue import channels as rules
from bot.domain.catalogue.channels import Shelf
from bot.domain.links.clicks import click_id, tick_of
from bot.domain.records import ClickClass, Link, LinkCode, OfferId
from storage import partitions
from storage.catalogue import channels, shortlists
from storage.database import Connection, Database
from storage.links import clicks, links
from storage.tables import conversions, offers
from storage.tables.offers import CHEAP, RATED
from tests.cast import NOON, Stage, add_offer, set_stage
from tests.schemes import PROGRAMMES
from tests.storage.test_plans import explained, heard

OPEN = replace(PROGRAMMES["fenxiang"], price_min_minor=None, price_max_minor=None)
TWO_HOURS = NOON - timedelta(hours=2)


async def on(connection: Connection, shelf: Shelf, programme: object = OPEN) -> list[int]:
    found = await channels.list_glances(connection, shelf, programme)  # type: ignore[arg-type]
    return sorted(one.each.id for one in found)


def test_the_indexes_have_the_figures_of_the_rules() -> None:
    assert str(rules.NINE_MINOR) in CHEAP
    assert f"'{rules.NINE_CURRENCY}'" in CHEAP
    assert f"rating_bps >= {rules.WELL_RATED_BPS} AND reviews >= {rules.ENOUGH_REVIEWS}" == RATED


async def test_each_shelf_holds_the_live_offers_of_its_kind(database: Database) -> None:
    plain = {"sale_price_minor": None}
    async with database.write() as connection:
        cut = await add_offer(connection, "cut", sales=5)
        worded = await add_offer(connection, "worded", coupon="满20减10", sales=9, **plain)
        quick = await add_offer(connection, "quick", delivery="次日达", **plain)
        loved = await add_offer(connection, "loved", rating_bps=9600, reviews=80, **plain)
        await add_offer(connection, "new", rating_bps=9900, reviews=3, **plain)
        cheap = await add_offer(connection, "cheap", price_minor=990, **plain)
        await add_offer(connection, "dollars", price_minor=990, currency="USD", **plain)
        await add_offer(connection, "ended", sales=99, delivery="次日达", ended_at=NOON)
        await add_offer(connection, "mine", marketplace="own:1", sales=99)
        assert await on(connection, Shelf.LOWERED) == sorted([worded, cut])
        assert await on(connection, Shelf.DELIVERED) == [quick]
        assert await on(connection, Shelf.RATED) == [loved]
        assert await on(connection, Shelf.CHEAP) == [cheap]
        assert len(await on(connection, Shelf.ALL)) == 7
        assert await on(connection, Shelf.ALL, replace(OPEN, marketplaces=("jd",))) == []
        found = await channels.list_glances(connection, Shelf.LOWERED, OPEN)
        [first] = [one for one in found if one.each.id == worded]
    assert (first.coupon, first.delivery, first.seen_at) == ("满20减10", None, NOON)


async def test_only_the_best_sold_are_looked_at(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "LOOKED_AT", 2)
    monkeypatch.setattr(channels, "UNSOLD", 1)
    async with database.write() as connection:
        ids = [await add_offer(connection, f"p-{n}", sales=n) for n in range(5)]
        untold = [await add_offer(connection, f"q-{n}") for n in range(3)]
        found = await on(connection, Shelf.LOWERED)
    assert found[:2] == ids[3:]
    assert len(found) == 3
    assert found[2] in untold


async def test_every_shelf_is_found_by_its_index(database: Database) -> None:
    async with database.write() as connection:
        await add_offer(connection, sales=1)
        row = dict((await connection.execute(select(offers))).mappings().one())
        kinds: list[dict[str, object]] = [
            {"coupon": "满20减10"}, {"delivery": "次日达"}, {"rating_bps": 9500, "reviews": 60},
            {"price_minor": 900},
        ]  # fmt: skip
        for number in range(2, 4_000):
            kind: dict[str, object] = kinds[number % 4] if number % 50 == 0 else {}
            plain: dict[str, object] = {
                "id": number,
                "external_id": f"p-{number}",
                "sales": number % 99 or None,
            }
            await connection.execute(
                insert(offers), [row | {"sale_price_minor": None} | plain | kind]
            )
        if not database.is_sqlite:
            await connection.execute(text("ANALYZE offers"))
        for shelf in Shelf:
            name = "marketplace_sales" if shelf is Shelf.ALL else shelf.value
            with heard(database) as questions:
                for is_sold in (True, False):
                    statement = channels.of_shelf(
                        shelf, "feed", is_sqlite=database.is_sqlite, is_sold=is_sold
                    )
                    await connection.execute(statement)
            for asked, values in list(questions):
                steps = await explained(connection, asked, values)
                assert f"ix_offers_{name}" in steps, steps
                # Neither everything is read nor anything sorted: the index gives the order.
                assert "Seq Scan" not in steps, steps
                assert "Bitmap" not in steps, steps
                assert "Sort" not in steps, steps
                assert "TEMP B-TREE" not in steps


async def test_the_offers_of_a_brand_are_found_by_its_words(database: Database) -> None:
    async with database.write() as connection:
        best = await add_offer(connection, "a", brand="Old Mill", sales=9)
        other = await add_offer(connection, "b", brand="Old Mill", sales=1)
        await add_offer(connection, "c", brand="Brightway")
        found = await channels.list_of_brand(connection, "OLD MILL")
        assert [offer.id for offer in found] == [best, other]
        assert await channels.list_of_brand(connection, "?!") == []


# ---------------------------------------------------------------- clicks and orders


async def add_link(connection: Connection, stage: Stage, code: str, offer_id: OfferId) -> None:
    link = Link(
        code=LinkCode(code),
        offer_id=offer_id,
        marketplace="feed",
        post_id=None,
        group_id=stage.group,
        promoter_id=stage.lin,
        target_url="https://shop.example.com/x",
        created_at=NOON,
    )
    await links.add(connection, [link])


async def click(
    connection: Connection,
    code: str,
    moments: Sequence[datetime],
    kind: ClickClass = ClickClass.PERSON,
) -> None:
    number = abs(hash((code, kind))) % 10**6
    rows = [
        (click_id(tick_of(at), number + each), code, at, kind.value, None)
        for each, at in enumerate(moments)
    ]
    await clicks.append(connection, rows)


async def test_clicks_of_people_count_in_a_window_that_slides_to_the_moment(
    database: Database,
) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        liked, other = await add_offer(connection, "a"), await add_offer(connection, "b")
        await add_link(connection, stage, "liked-1", liked)
        await add_link(connection, stage, "liked-2", liked)
        await add_link(connection, stage, "other-1", other)
        minutes = [NOON - timedelta(minutes=back) for back in (119, 61, 59, 1, 0)]
        await click(connection, "liked-1", minutes)
        await click(connection, "liked-2", [NOON - timedelta(minutes=121)])
        await click(connection, "other-1", [NOON - timedelta(minutes=121), NOON])
        await click(connection, "other-1", minutes, ClickClass.BOT)
        assert await channels.count_people(connection, TWO_HOURS, NOON) == {liked: 5, other: 1}


async def test_a_window_that_began_in_the_month_before_is_counted_whole(
    database: Database,
) -> None:
    stage, first = await set_stage(database), datetime(2026, 12, 1, 1, tzinfo=NOON.tzinfo)
    async with database.write() as connection:
        await partitions.make_ahead(connection, NOON)
        liked = await add_offer(connection, "a")
        await add_link(connection, stage, "liked-1", liked)
        await click(connection, "liked-1", [first - timedelta(minutes=90), first])
        found = await channels.count_people(connection, first - timedelta(hours=2), first)
    assert found == {liked: 2}


async def test_of_a_busy_span_only_the_first_clicks_are_read(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "CLICKS_A_SPAN", 3)
    stage = await set_stage(database)
    async with database.write() as connection:
        liked = await add_offer(connection, "a")
        await add_link(connection, stage, "liked-1", liked)
        await click(connection, "liked-1", [NOON - timedelta(seconds=back) for back in range(9)])
        await click(connection, "liked-1", [NOON - timedelta(hours=1)])
        assert await channels.count_people(connection, TWO_HOURS, NOON) == {liked: 4}


async def test_clicks_are_found_by_their_ids_in_every_month(database: Database) -> None:
    async with database.write() as connection:
        if not database.is_sqlite:
            await partitions.make_ahead(connection, NOON)
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
            await connection.execute(text("SET LOCAL enable_bitmapscan = off"))
        with heard(database) as questions:
            await connection.execute(channels.in_spans(TWO_HOURS, NOON))
        [(asked, values)] = questions
        steps = await explained(connection, asked, values)
    if database.is_sqlite:
        assert steps.count("sqlite_autoindex_clicks_1 (id>? AND id<?)") == channels.SPANS
        assert "SCAN clicks" not in steps
    else:
        assert "Seq Scan" not in steps
        # The other months are left out before any is looked into.
        assert "clicks_2026_12" not in steps


async def test_orders_count_until_they_are_reversed(database: Database) -> None:
    await set_stage(database)
    async with database.write() as connection:
        liked = await add_offer(connection, "a")
        orders = [
            {
                "marketplace": "feed", "order_id": f"o-{number}", "row_id": "1", "state": state,
                "native_status": state, "commission_minor": 1, "amount_minor": 10,
                "currency": "CNY", "ordered_at": at, "updated_at": NOON, "received_at": NOON,
                "offer_id": offer_id,
            }
            for number, (state, offer_id, at) in enumerate(
                [
                    ("pending", liked, NOON), ("settled", liked, TWO_HOURS),
                    ("reversed", liked, NOON), ("pending", None, NOON),
                    ("pending", liked, TWO_HOURS - timedelta(seconds=1)),
                ]
            )
        ]  # fmt: skip
        await connection.execute(insert(conversions), orders)
        with heard(database) as questions:
            assert await channels.count_orders(connection, TWO_HOURS) == {liked: 2}
        if not database.is_sqlite:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        [(asked, values)] = questions
        steps = await explained(connection, asked, values)
    assert "TEMP B-TREE FOR ORDER BY" not in steps
    assert database.is_sqlite or "pk_conversions" in steps


async def test_what_was_shown_last_is_told_with_its_kind(database: Database) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        assert await channels.find_shown(connection, stage.lin) == ("", ())
        await shortlists.set_listing(connection, stage.lin, "ch:hot", [OfferId(7)], NOON)
        assert await channels.find_shown(connection, stage.lin) == ("ch:hot", [7])
