"""The quick way to the shortlist and the plain one: the same offers, scores and reasons."""

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.domain.catalogue import factors, rankings, selection
from bot.domain.catalogue.factors import HISTORY, Knowledge
from bot.domain.posts.slots import SlotKey
from bot.domain.programmes import FACTORS, Programme
from bot.domain.records import Link, LinkCode, OfferId, Ranked
from bot.services.catalogue.ranking import ranked
from storage import bulk
from storage.catalogue import candidates, offers, shortlists
from storage.choosing import taps
from storage.database import Connection, Database
from storage.links import links
from storage.questions import wishes
from storage.tables import click_hours, conversions, marketplaces, prices
from storage.tables import offers as offers_table
from tests.cast import NOON, Stage, add_group, add_offer, set_stage
from tests.schemes import PROGRAMMES

SHOPS = ("feed", "jd", "silent")
"""The last one states no sales."""
COUNT = 240
DAY = NOON.date()
RESERVE = 7


async def put_catalogue(connection: Connection, stage: Stage, chance: random.Random) -> None:
    """Offers of which feeds say much or little, prices that moved, and people who clicked."""
    for name in SHOPS:
        row = {"name": name, "added_at": NOON, "is_self_purchase_paid": True}
        await connection.execute(insert(marketplaces), [row])
    rows = [an_offer(number, chance) for number in range(1, COUNT + 1)]
    await bulk.insert(connection, offers_table, rows)
    moved = chance.sample(range(1, COUNT + 1), 30)
    history = [(each, 9_000, 50) for each in moved] + [(each, 5_000, 2) for each in moved]
    await connection.execute(
        insert(prices),
        [
            {"offer_id": each, "price_minor": price, "at": NOON - timedelta(days=days)}
            for each, price, days in history
        ],
    )
    for place, each in enumerate(chance.sample(range(1, COUNT + 1), 9)):
        code, owner = LinkCode(f"{place:a>13}"), stage.lin
        link = Link(code, OfferId(each), "feed", None, stage.group, owner, "https://a.ex", NOON)
        await links.add(connection, [link])
        hour = {"code": code, "hour_at": NOON, "people": chance.randint(0, 9), "bots": 0}
        await connection.execute(insert(click_hours), [hour])


def an_offer(number: int, chance: random.Random) -> dict[str, Any]:
    """One offer of which anything may be unknown."""

    def maybe(least: int, most: int) -> int | None:
        return chance.choice((None, chance.randint(least, most), chance.randint(least, most)))

    price = chance.randint(100, 60_000)
    shop = chance.choice(SHOPS)
    return {
        "id": number,
        "marketplace": shop,
        "external_id": str(number),
        # Few titles but for colours, so that variants of one product compete.
        "title": f"Kettle {chance.randint(1, 90)} {chance.choice(('red', 'blue', 'XL', ''))}",
        "url": f"https://shop.example.com/{number}",
        "price_minor": price,
        "sale_price_minor": chance.choice((None, chance.randint(1, price))),
        "currency": chance.choice(("CNY", "CNY", "INR")),
        "category": chance.choice((None, "A > B", "A > C > D", "E")),
        "brand": chance.choice((None, "Fenghua")),
        "commission_bps": maybe(0, 10_000),
        "stock": maybe(0, 2_000),
        "rating_bps": maybe(0, 10_000),
        "reviews": maybe(0, 500),
        "sales": None if shop == "silent" else maybe(0, 5_000),
        "digest": str(number),
        "search": "",
        "added_at": NOON,
        "seen_at": NOON - timedelta(hours=chance.choice((0, 0, 0, 100))),
        "ended_at": chance.choice((None, None, None, NOON)),
    }


async def plainly(connection: Connection, programme: Programme) -> tuple[Ranked, ...]:
    """Every offer read whole, and all of them ranked at once."""
    since = NOON - HISTORY
    ids = [OfferId(each) for each in await connection.scalars(select(offers_table.c.id))]
    everything = await offers.list_by_ids(connection, ids)
    usual = {
        each: selection.usual_price(points, NOON)
        for each, points in (await candidates.list_moved(connection, since)).items()
    }
    actions = await candidates.count_actions(connection, since)
    tops: dict[str, int] = {}
    for offer in everything.values():
        if offer.ended_at is None and offer.facts.sales is not None:
            tops[offer.marketplace] = max(tops.get(offer.marketplace, 0), offer.facts.sales)
    knowledge = Knowledge(
        top_sales=tops,
        actions=dict(actions),
        medians=factors.medians(
            (offer.facts.category, offer.facts.currency, offer.price_now_minor)
            for offer in everything.values()
            if offer.ended_at is None
        ),
        usual={each: price for each, price in usual.items() if price is not None},
        lows={
            each
            for each, points in (await candidates.list_moved(connection, since)).items()
            if selection.true_low(points, NOON)
        },
    )
    fit = [
        offer for offer in everything.values() if selection.unfit(offer, programme, NOON) is None
    ]
    return rankings.rank(fit, knowledge, programme.weights, programme.shortlist_size + RESERVE)


@pytest.mark.parametrize("seed", range(6))
async def test_the_quick_way_and_the_plain_one_agree_on_any_catalogue(
    database: Database, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a catalogue, not a secret
    stage = await set_stage(database)
    async with database.write() as connection:
        await put_catalogue(connection, stage, chance)
    async with database.read() as connection:
        for _ in range(6):
            programme = replace(
                PROGRAMMES["fenxiang"],
                shortlist_size=chance.choice((1, 5, 40, 300)),
                weights={name: chance.choice((0.0, 0.5, 1.0, 3.0)) for name in FACTORS},
                categories=chance.choice(((), ("B", "E"))),
            )
            sample, stretch = chance.choice((7, 60, 1_000)), chance.choice((11, 100, 1_000))
            found = await ranked(
                connection,
                programme,
                NOON,
                reserve=RESERVE,
                sample_rows=sample,
                stretch_ids=stretch,
            )
            assert found == await plainly(connection, programme)
            assert found


async def test_most_of_a_catalogue_is_passed_over_by_the_database(database: Database) -> None:
    chance = random.Random(3)  # noqa: S311 - a catalogue, not a secret
    stage = await set_stage(database)
    async with database.write() as connection:
        await put_catalogue(connection, stage, chance)
    programme = replace(PROGRAMMES["fenxiang"], shortlist_size=3)
    knowledge = Knowledge(top_sales={"feed": 5_000, "jd": 5_000})
    best = rankings.Best(3)
    async with database.read() as connection:
        every = candidates.postable(programme, NOON - timedelta(hours=72))
        everything = [
            each async for piece in candidates.stream(connection, every) for each in piece
        ]
        rankings.cut(best, everything, knowledge, programme.weights)
        hurdle = candidates.passing(*rankings.hurdle(best, knowledge, programme.weights))
        passing = {
            each.id
            async for piece in candidates.stream(connection, [*every, hurdle])
            for each in piece
        }
    assert {each.id for each in best.in_order()} <= passing
    assert len(passing) < len(everything) / 2


async def test_no_factor_is_above_the_ceiling_that_the_database_knows(database: Database) -> None:
    chance = random.Random(4)  # noqa: S311 - a catalogue, not a secret
    stage = await set_stage(database)
    async with database.write() as connection:
        await put_catalogue(connection, stage, chance)
    knowledge = Knowledge(top_sales=dict.fromkeys(SHOPS, 5_000))
    async with database.read() as connection:
        columns = [column.label(name) for name, column in candidates.CEILINGS.items()]
        found = await connection.execute(select(offers_table.c.id, *columns))
        ceilings = {row.id: row._mapping for row in found}
        pieces = [piece async for piece in candidates.stream(connection, [])]
    seen = [each for piece in pieces for each in piece]
    assert len(seen) == len(ceilings) == COUNT
    for each in seen:
        values = dict(zip(FACTORS, factors.all_values(each, knowledge), strict=True))
        for name in candidates.CEILINGS:
            assert values[name] <= ceilings[each.id][name] + 1e-9 <= 1 + 2e-9


async def test_what_three_people_wish_for_has_more_demand(database: Database) -> None:
    await set_stage(database)
    async with database.write() as connection:
        cup = await add_offer(connection, "cup", title="Paper cup")
        kite = await add_offer(connection, "kite", title="Red kite")
        for person in ("a", "b"):
            await wishes.add(connection, "kite", person, [["kite", "风筝"]], NOON)
    assert await values_of(database, "demand") == {cup: 0.5, kite: 0.5}
    async with database.write() as connection:
        await wishes.add(connection, "kite", "c", [["kite", "风筝"]], NOON)
    assert await values_of(database, "demand") == {cup: 0.5, kite: 0.55}
    assert await values_of(database, "demand", days=15) == {cup: 0.5, kite: 0.5}


async def test_promoters_taps_raise_what_they_pick_and_lower_what_they_pass_over(
    database: Database,
) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        cup, kite, lamp = [
            await add_offer(connection, name, title=name) for name in ("cup", "kite", "lamp")
        ]
        second = await add_group(connection, stage.lin, -77)
        third = await add_group(connection, stage.chen, -78)
        for group in (stage.group, second, third):
            # One promoter's groups are one voice.
            await shortlists.add_picks(connection, [SlotKey(group, DAY, "noon")], cup, NOON)
        await shortlists.add_skip(connection, stage.lin, kite, DAY)
        assert await taps.count_chosen(connection, DAY) == {cup: 2}
        assert await taps.count_passed(connection, DAY) == {kite: 1}
        assert await taps.count_chosen(connection, DAY + timedelta(days=1)) == {}
    found = await values_of(database, "demand")
    assert found[kite] < found[lamp] == 0.5 < found[cup]
    assert found[cup] == 0.5333
    assert set((await values_of(database, "demand", days=16)).values()) == {0.5}


async def test_what_sold_in_our_groups_is_liked_most_and_only_people_count(
    database: Database,
) -> None:
    stage = await set_stage(database)
    async with database.write() as connection:
        ids = [await add_offer(connection, name, title=name) for name in ("cup", "kite", "lamp")]
        for place, (each, people, bots) in enumerate(zip(ids, (3, 9, 0), (0, 0, 90), strict=True)):
            code = LinkCode(f"{place:a>13}")
            link = Link(code, each, "feed", None, stage.group, stage.lin, "https://a.ex", NOON)
            await links.add(connection, [link])
            hour = {"code": code, "hour_at": NOON, "people": people, "bots": bots}
            await connection.execute(insert(click_hours), [hour])
        order = {
            "marketplace": "feed", "order_id": "1", "row_id": "1", "state": "pending",
            "native_status": "ok", "commission_minor": 1, "amount_minor": 1, "currency": "CNY",
            "ordered_at": NOON, "updated_at": NOON, "received_at": NOON, "offer_id": ids[0],
        }  # fmt: skip
        await connection.execute(insert(conversions), [order])
    found = await values_of(database, "bot_rank")
    assert found[ids[0]] == 1 > found[ids[1]] > found[ids[2]] == 0.5
    assert set((await values_of(database, "bot_rank", days=31)).values()) == {0.5}


async def values_of(database: Database, name: str, days: int = 0) -> dict[OfferId, float]:
    """A factor of each ranked offer so many days after NOON."""
    at = NOON + timedelta(days=days)
    async with database.write() as connection:
        await connection.execute(update(offers_table).values(seen_at=at))
    async with database.read() as connection:
        rows = await ranked(connection, PROGRAMMES["fenxiang"], at)
    return {
        row.offer.id: round(factor.value, 6)
        for row in rows
        for factor in row.factors
        if factor.name == name
    }
