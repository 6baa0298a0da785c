"""What the books come to: reports, earnings, statements, and why."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from bot.domain.records import Currency
from bot.errors import InputError
from bot.services.books.reporting import Balance, Earnings, Reporting
from bot.services.books.settling import Settling
from storage.database import Database
from storage.tables import conversions, posts
from tests.bot.services.books.test_crediting import receive_file
from tests.bot.services.bookshop import CHENS, HOLD_DAYS, LINS, Shop, open_shop
from tests.cast import CHEN, LIN, NOON, SUNNY_COURT

CNY = Currency("CNY")
TODAY = date(2026, 11, 22)


@pytest.fixture
async def shop(database: Database) -> Shop:
    shop = await open_shop(database)
    async with database.write() as connection:
        await connection.execute(update(posts).values(sent_at=NOON))
    return shop


@pytest.fixture
def reporting(shop: Shop) -> Reporting:
    return Reporting(shop.database, lambda: shop.at, ZoneInfo("Asia/Shanghai"), CNY)


async def test_a_report_by_group_has_posts_clicks_and_commission(
    shop: Shop, reporting: Reporting
) -> None:
    await shop.report(subid=LINS)
    await shop.report(txid="O-2", subid=LINS, status="rejected")
    await shop.report(txid="O-3", subid=None)
    mine, chens = await reporting.report("group", TODAY, TODAY)
    assert mine == {
        "group_id": shop.stage.group,
        "chat_id": SUNNY_COURT,
        "title": "Sunny Court",
        "promoter_id": LIN,
        "posts": 1,
        "clicks": 1,
        "bot_hits": 0,
        "conversions": 1,
        "commission_minor": 1000,
        "currency": "CNY",
    }
    assert (chens["promoter_id"], chens["conversions"], chens["clicks"]) == (CHEN, 0, 1)


async def test_each_currency_has_a_row_of_its_own(shop: Shop, reporting: Reporting) -> None:
    await shop.report()
    await shop.report(txid="O-2", currency="USD")
    rows = await reporting.report("offer")
    assert [(row["currency"], row["commission_minor"], row["posts"]) for row in rows] == [
        ("CNY", 1000, 2),
        ("USD", 1000, 2),
    ]
    assert rows[0]["title"] == "Yunnan coffee p-1"


async def test_a_report_by_promoter_has_balances_also_of_those_who_only_invited(
    shop: Shop, reporting: Reporting
) -> None:
    await shop.report()
    found = {row["name"]: row for row in await reporting.report("promoter", date(2027, 1, 1))}
    assert found["Chen"]["held_minor"] == 500
    assert found["Lin"]["held_minor"] == 100
    assert found["Lin"]["promoter_id"] == LIN
    assert {"payable_minor", "paid_minor", "currency"} <= found["Lin"].keys()
    assert found["Lin"]["clicks"] == 0


async def test_a_report_by_slot_follows_the_post(shop: Shop, reporting: Reporting) -> None:
    await shop.report()
    (row,) = await reporting.report("slot")
    assert (row["slot"], row["posts"], row["clicks"], row["conversions"]) == ("noon", 2, 2, 1)


async def test_days_are_those_of_the_zone(shop: Shop, reporting: Reporting) -> None:
    await shop.report(time="2026-11-22T15:59:59Z")
    await shop.report(txid="O-2", time="2026-11-22T16:00:00Z")
    rows = await reporting.report("offer", TODAY, TODAY)
    assert [row["conversions"] for row in rows] == [1]


async def test_a_report_by_anything_else_is_refused(reporting: Reporting) -> None:
    with pytest.raises(InputError):
        await reporting.report("moon")


async def test_earnings_are_what_is_held_and_payable(shop: Shop, reporting: Reporting) -> None:
    await receive_file(shop, f"O-1,{CHENS},settled,10.00,,\n")
    shop.at += timedelta(days=HOLD_DAYS)
    await Settling(shop.database, lambda: shop.at).release_due()
    await shop.report(txid="O-2")
    assert await reporting.earnings(shop.stage.chen) == Earnings(
        (Balance(CNY, 500, 500, 0),), {"settled": 1, "approved": 1}
    )
    assert await reporting.earnings(shop.stage.zhao) == Earnings((), {})


async def test_a_statement_opens_closes_and_holds_together(
    shop: Shop, reporting: Reporting
) -> None:
    await shop.report()
    await shop.report(payout="5.00")
    found = await reporting.statement(shop.stage.chen, "2026-11")
    assert [(line.order_id, line.kind, line.amount_minor) for line in found.lines] == [
        ("O-1", "credit", 500),
        ("O-1", "adjust", -250),
    ]
    assert (found.opening, found.closing) == ({}, {("held", CNY): 250})
    assert found.is_chain_whole
    shop.at += timedelta(days=31)
    later = await reporting.statement(shop.stage.chen)
    assert (later.month, later.lines) == ("2026-12", ())
    assert later.opening == later.closing == {("held", CNY): 250}
    with pytest.raises(InputError):
        await reporting.statement(shop.stage.chen, "November")


async def test_why_goes_from_the_post_to_the_release_date(shop: Shop, reporting: Reporting) -> None:
    await receive_file(shop, f"O-1,{CHENS},settled,10.00,,\n")
    (row,) = (await reporting.why(shop.stage.chen, "O-1")).rows
    assert row.post is not None
    assert row.group is not None
    assert row.offer is not None
    assert row.conversion.credit is not None
    assert row.conversion.credit.decided_by == "click"
    assert [(share.party, share.amount_minor) for share in row.shares] == [("level1", 500)]
    assert row.standing == "held"
    assert row.conversion.payable_at == shop.at + timedelta(days=HOLD_DAYS)
    assert row.history == ()


async def test_an_inviter_sees_the_own_share_and_nothing_of_the_group(
    shop: Shop, reporting: Reporting
) -> None:
    await shop.report()
    (row,) = (await reporting.why(shop.stage.lin, "O-1")).rows
    assert (row.post, row.group, row.offer, row.history) == (None, None, None, ())
    assert [(share.party, share.amount_minor) for share in row.shares] == [("level2", 100)]


async def test_unknown_and_foreign_orders_get_the_same_answer(
    shop: Shop, reporting: Reporting
) -> None:
    await shop.report()
    await shop.report(txid="O-9", subid=None)
    for order_id in ("O-1", "O-9", "O-404"):
        assert (await reporting.why(shop.stage.zhao, order_id)).rows == ()


@pytest.mark.parametrize(
    ("given", "standing"),
    [
        ({"subid": None}, "orphan"),
        ({"status": "99"}, "frozen"),
        ({"status": "created"}, "created"),
        ({"status": "rejected"}, "reversed"),
        ({"payout": "0"}, "nothing"),
        ({}, "unsettled"),
    ],
)
async def test_why_says_exactly_what_keeps_an_order_from_being_paid(
    shop: Shop, reporting: Reporting, given: dict[str, str | None], standing: str
) -> None:
    verdict = await shop.report(**given)
    (row,) = (await reporting.why(None, "O-1")).rows
    assert row.standing == standing
    assert row.history == ((shop.at, verdict.result, verdict.detail),)


async def test_what_is_released_is_payable(shop: Shop, reporting: Reporting) -> None:
    await receive_file(shop, f"O-1,{CHENS},settled,10.00,,\n")
    async with shop.database.write() as connection:
        await connection.execute(update(conversions).values(is_released=True))
    (row,) = (await reporting.why(None, "O-1")).rows
    assert row.standing == "payable"
    assert sum(share.amount_minor for share in row.shares) == 1000


async def test_deals_are_the_posts_that_reached_the_group_that_day(
    shop: Shop, reporting: Reporting
) -> None:
    ((post, offer),) = await reporting.deals(shop.stage.group, TODAY)
    assert post.slot == "noon"
    assert offer.facts.title == "Yunnan coffee p-1"
    assert await reporting.deals(shop.stage.group, date(2026, 11, 23)) == []
