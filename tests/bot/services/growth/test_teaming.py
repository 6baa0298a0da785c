"""What a team sold, as the books say; and who was invited, apart."""

from datetime import datetime, timedelta
from os import urandom
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.services.growth import teaming
from bot.services.growth.teaming import LAG, PAGE, Teaming
from bot.services.people.enrolling import Enrolling
from storage.database import Database
from storage.tables import team_months
from tests import cast
from tests.bot.services.bookshop import Shop, open_shop
from tests.cast import NOON
from tests.schemes import PROGRAMMES

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def shop(database: Database) -> Shop:
    """Chen's link is clicked; who buys is up to the test."""
    return await open_shop(database)


def team_of(shop: Shop) -> Teaming:
    """The service a minute later: PostgreSQL lets young entries wait."""
    return Teaming(shop.database, lambda: shop.at + LAG * 2, ZONE)


async def test_orders_of_the_invited_are_summed_up_as_the_books_say(shop: Shop) -> None:
    team = team_of(shop)
    await shop.report(txid="O-1", payout="10.00", status="approved")
    await shop.report(txid="O-1", row="2", payout="5.55", status="approved")
    await shop.report(txid="O-2", payout="3.33", status="approved")
    assert await team.add_up() > 0
    assert await team.add_up() == 0
    sales = await team.sales(shop.stage.lin)
    balances = await shop.balances()
    (total,) = sales.totals
    assert (total.orders, total.commission_minor) == (2, 1888)
    assert total.share_minor == balances["lin:held"]
    assert [(one.name, one.orders, one.share_minor) for one in sales.sellers] == [
        ("Chen", 2, total.share_minor)
    ]
    assert (await team.sales(shop.stage.chen)).totals == ()


async def test_a_reversed_order_leaves_the_sums(shop: Shop) -> None:
    team = team_of(shop)
    await shop.report(txid="O-1", payout="10.00", status="approved")
    await shop.report(txid="O-2", payout="10.00", status="approved")
    await team.add_up()
    await shop.report(txid="O-2", payout="10.00", status="declined")
    await team.add_up()
    (total,) = (await team.sales(shop.stage.lin)).totals
    assert (total.orders, total.commission_minor) == (1, 1000)
    assert total.share_minor == (await shop.balances())["lin:held"] == 100
    await shop.report(txid="O-1", payout="10.00", status="declined")
    await team.add_up()
    assert (await team.sales(shop.stage.lin)).totals == ()


async def test_a_month_ends_where_the_house_says(shop: Shop) -> None:
    await shop.report(txid="O-1", payout="10.00", status="approved")
    await team_of(shop).add_up()
    december = datetime(2026, 12, 1, tzinfo=ZONE)
    later = Teaming(shop.database, lambda: december, ZONE)
    assert (await later.sales(shop.stage.lin)).totals == ()
    assert (await team_of(shop).sales(shop.stage.lin)).totals


async def test_entries_are_looked_at_in_batches_and_only_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(teaming, "BATCH", 2)
    team = team_of(shop)
    for number in range(5):
        await shop.report(txid=f"O-{number}", payout="1.00", status="approved")
    looks = 0
    while await team.add_up():
        looks += 1
    assert looks == 3
    async with shop.database.read() as connection:
        rows = (await connection.execute(select(team_months))).all()
    assert [(row.orders, row.commission_minor) for row in rows] == [(5, 500)] * 2


async def test_young_entries_wait_where_others_may_still_write(shop: Shop) -> None:
    await shop.report(txid="O-1", payout="10.00", status="approved")
    now = Teaming(shop.database, lambda: shop.at, ZONE)
    assert bool(await now.add_up()) is False or shop.database.is_sqlite
    later = Teaming(shop.database, lambda: shop.at + LAG * 2, ZONE)
    await later.add_up()
    assert (await later.sales(shop.stage.lin)).totals


def total_row(inviter_id: int, orders: int, share_minor: int) -> dict[str, object]:
    """The row of the sum."""
    return {
        "inviter_id": inviter_id,
        "month": NOON.date().replace(day=1),
        "promoter_id": inviter_id,
        "currency": "CNY",
        "orders": orders,
        "commission_minor": 200,
        "share_minor": share_minor,
    }


async def test_nobody_sees_whom_others_invited(database: Database) -> None:
    stage = await cast.set_stage(database)
    team = Teaming(database, lambda: NOON, ZONE)
    async with database.write() as connection:
        await connection.execute(
            team_months.insert(),
            [
                {
                    "inviter_id": stage.lin,
                    "month": NOON.date().replace(day=1),
                    "promoter_id": seller,
                    "currency": "CNY",
                    "orders": 1,
                    "commission_minor": 100,
                    "share_minor": 25,
                }
                for seller in (stage.chen, stage.zhao)
            ]
            + [total_row(stage.lin, 2, 50)],
        )
    sales = await team.sales(stage.lin)
    assert [one.name for one in sales.sellers] == ["Chen"]
    # A community's share counts, its people stay unseen.
    assert sales.totals[0].share_minor == 50


async def test_sellers_and_invitations_come_by_pages(database: Database) -> None:
    stage = await cast.set_stage(database)
    team = Teaming(database, lambda: NOON, ZONE)
    enrolling = Enrolling(database, PROGRAMMES, lambda: NOON, urandom, "zh")
    async with database.write() as connection:
        ids = [
            await cast.add_promoter(connection, 9000 + each, f"P{each}", inviter_id=stage.lin)
            for each in range(PAGE + 4)
        ]
        await connection.execute(
            team_months.insert(),
            [
                {
                    "inviter_id": stage.lin,
                    "month": NOON.date().replace(day=1),
                    "promoter_id": seller,
                    "currency": "CNY",
                    "orders": number + 1,
                    "commission_minor": 100,
                    "share_minor": 10,
                }
                for number, seller in enumerate(ids)
            ],
        )
    code = await enrolling.invite("fenxiang", owner_id=stage.lin, uses=3)
    first, second = await team.sales(stage.lin), await team.sales(stage.lin, 1)
    assert [one.orders for one in (*first.sellers, *second.sellers)] == list(range(14, 0, -1))
    assert (first.has_more, second.has_more) == (True, False)
    found = await team.invitations(stage.lin)
    assert ([one.code for one in found.codes], found.total) == ([code.code], PAGE + 5)
    assert (len(found.joined), found.has_more) == (PAGE, True)
    rest = await team.invitations(stage.lin, 1)
    assert (len(rest.joined), rest.codes, rest.has_more) == (5, (), False)
    assert (await team.invitations(stage.zhao)).total == 0
    assert NOON + timedelta(days=30) == code.expires_at
