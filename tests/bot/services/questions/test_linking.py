"""A sale through the link of an answer, from the question to the books, reports and statement."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from bot.services.books.reporting import Reporting
from bot.services.books.settling import Settling
from storage.tables import click_hours
from tests.bot.services.bookshop import Shop
from tests.bot.services.questions.desk import CNY, Desk
from tests.cast import add_post


@pytest.fixture
async def sold(desk: Desk) -> Desk:
    """Somebody asked, followed the link and bought for a commission of 10.00."""
    reply = await desk.ask("kettle price")
    code = reply.buttons[0][0].url.rpartition("/")[2]
    async with desk.database.write() as connection:
        await add_post(connection, desk.group.id, desk.stage.lin, desk.cup, sent_at=desk.at)
        hour = desk.at.replace(minute=0, second=0)
        await connection.execute(
            insert(click_hours).values(
                code=code, hour_at=hour, people=2, bots=1, first_person_at=desk.at,
                last_person_at=desk.at,
            )
        )  # fmt: skip
    shop = Shop(desk.database, desk.stage, at=desk.at + timedelta(minutes=5))
    await shop.report(subid=code, txid="A-1", payout="10.00")
    desk.at = shop.at
    return desk


@pytest.fixture
def reporting(sold: Desk) -> Reporting:
    return Reporting(sold.database, lambda: sold.at, ZoneInfo("Asia/Shanghai"), CNY)


async def test_the_report_tells_answers_from_posts(reporting: Reporting) -> None:
    rows = {row["source"]: row for row in await reporting.report("source")}
    answer, post = rows["answer"], rows["post"]
    assert (answer["posts"], answer["clicks"], answer["bot_hits"]) == (0, 2, 1)
    assert (answer["conversions"], answer["commission_minor"]) == (1, 1000)
    assert (post["posts"], post["clicks"], post["conversions"]) == (1, 0, 0)


async def test_the_other_reports_count_it_for_its_group(sold: Desk, reporting: Reporting) -> None:
    (group,) = await reporting.report("group")
    assert (group["group_id"], group["clicks"], group["commission_minor"]) == (
        sold.group.id, 2, 1000,
    )  # fmt: skip
    slots = {row["slot"]: row["commission_minor"] for row in await reporting.report("slot")}
    assert slots == {"noon": 0, "share": 1000}
    assert {row["offer_id"]: row["clicks"] for row in await reporting.report("offer")} == {
        sold.kettle: 2, sold.cup: 0,
    }  # fmt: skip


async def test_why_says_that_the_link_stood_in_an_answer(sold: Desk, reporting: Reporting) -> None:
    (row,) = (await reporting.why(sold.stage.lin, "A-1")).rows
    assert row.is_from_answer
    assert (row.post, row.standing) == (None, "unsettled")
    assert row.offer is not None
    assert row.offer.id == sold.kettle


async def test_the_statement_has_its_line_and_the_books_are_whole(
    sold: Desk, reporting: Reporting
) -> None:
    statement = await reporting.statement(sold.stage.lin)
    assert [(line.order_id, line.amount_minor) for line in statement.lines] == [("A-1", 500)]
    assert statement.is_chain_whole
    found = await Settling(sold.database, lambda: sold.at).verify()
    assert not found.faults
