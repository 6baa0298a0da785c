"""Release after the hold, clawback after release, and a check that finds every fault."""

from datetime import UTC, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.books.ledger import Draft
from bot.domain.records import Currency
from bot.services.books.reporting import Reporting
from bot.services.books.settling import Settling
from storage.books import entries
from storage.database import Database
from tests.bot.services.books.test_crediting import HELD, receive_file
from tests.bot.services.bookshop import HOLD_DAYS, Shop, open_shop

PAYABLE = {
    "marketplace:feed": -1000,
    "chen:payable": 500,
    "lin:payable": 100,
    "house:earned": 400,
}


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await open_shop(database)


@pytest.fixture
def settling(shop: Shop) -> Settling:
    return Settling(shop.database, lambda: shop.at)


async def settle(shop: Shop, settling: Settling) -> None:
    """Settle order O-1 by a file, and let the hold pass."""
    await receive_file(shop, "O-1,bbbbbbbbbbbbb,settled,10.00,,\n")
    shop.at += timedelta(days=HOLD_DAYS)
    assert await settling.release_due() == 1


async def test_what_is_settled_is_payable_once_the_hold_has_passed(
    shop: Shop, settling: Settling
) -> None:
    await receive_file(shop, "O-1,bbbbbbbbbbbbb,settled,10.00,,\n")
    shop.at += timedelta(days=HOLD_DAYS, seconds=-1)
    assert await settling.release_due() == 0
    assert await shop.balances() == HELD
    shop.at += timedelta(seconds=1)
    assert await settling.release_due() == 1
    assert await settling.release_due() == 0
    assert await shop.balances() == PAYABLE
    assert (await settling.verify()).faults == ()


async def test_a_settlement_takes_what_was_due_by_its_day_and_nothing_ahead_of_time(
    shop: Shop, settling: Settling
) -> None:
    await receive_file(shop, "O-1,bbbbbbbbbbbbb,settled,10.00,,\n")
    due_at = shop.at + timedelta(days=HOLD_DAYS)
    assert await settling.settle(due_at) == 0
    shop.at = due_at + timedelta(days=5)
    assert await settling.settle(due_at - timedelta(seconds=1)) == 0
    assert await settling.settle(due_at) == 1
    assert await shop.balances() == PAYABLE


async def test_a_refund_after_release_takes_it_back_from_every_party(
    shop: Shop, settling: Settling
) -> None:
    await settle(shop, settling)
    await shop.report(status="rejected")
    assert await shop.balances() == {}
    assert (await settling.verify()).faults == ()


async def test_a_refund_after_payout_leaves_a_debt_that_is_carried(
    shop: Shop, settling: Settling
) -> None:
    await settle(shop, settling)
    payable = (f"promoter:{shop.stage.chen}:payable", Currency("CNY"))
    moves = ((payable, -500), (("payout:1", Currency("CNY")), 500))
    payout = Draft("payout", None, "", "paid", shop.at, moves)
    async with shop.database.write() as connection:
        await entries.lock(connection)
        await entries.append(connection, [payout])
    await shop.report(status="refunded")
    assert (await shop.balances())["chen:payable"] == -500
    assert (await settling.verify()).faults == ()
    reporting = Reporting(shop.database, lambda: shop.at, UTC, Currency("CNY"))
    statement = await reporting.statement(shop.stage.chen)
    assert [(line.order_id, line.kind, line.balance_minor) for line in statement.lines[-2:]] == [
        ("", "payout", 0),
        ("O-1", "clawback", -500),
    ]


async def test_a_frozen_row_is_not_released(shop: Shop, settling: Settling) -> None:
    await receive_file(shop, "O-1,bbbbbbbbbbbbb,settled,10.00,,\n")
    await shop.report(status="99")
    shop.at += timedelta(days=HOLD_DAYS)
    assert await settling.release_due() == 0
    assert await shop.balances() == HELD


async def test_what_was_released_and_undone_is_released_again(
    shop: Shop, settling: Settling
) -> None:
    await settle(shop, settling)
    await shop.report(status="rejected")
    await receive_file(shop, "O-1,bbbbbbbbbbbbb,settled,10.00,,\n")
    assert await shop.balances() == HELD
    assert await settling.release_due() == 1
    assert await shop.balances() == PAYABLE
    assert (await settling.verify()).faults == ()


async def test_due_rows_are_found_by_their_index(tmp_path: Path) -> None:
    # PostgreSQL would read a table as small as this one as a whole.
    database = Database(f"sqlite:///{tmp_path / 'haowu.db'}")
    await database.create()
    async with database.read() as connection:
        plan = await connection.execute(
            text(
                "EXPLAIN QUERY PLAN SELECT * FROM conversions WHERE is_released IS 0 "
                "AND payable_at <= '2027' AND is_frozen IS 0 ORDER BY payable_at LIMIT 5"
            )
        )
        assert "ix_conversions_is_released_payable_at" in str(plan.all())
    await database.close()


# ---------------------------------------------------------------- what verifying finds


async def test_whole_books_have_no_fault_and_are_counted(shop: Shop, settling: Settling) -> None:
    await shop.report()
    found = await settling.verify()
    assert found.faults == ()
    assert dict(found.counts) == {"entries": 1, "lines": 4, "accounts": 4, "conversions": 1}


@pytest.mark.parametrize(
    ("tampering", "words"),
    [
        ("UPDATE lines SET amount_minor = amount_minor + 1 WHERE account = 'house:held'", "sum"),
        ("UPDATE lines SET amount_minor = 7 WHERE account = 'house:held'", "says a balance"),
        ("UPDATE lines SET hash = 'x' WHERE account = 'house:held'", "after it was written"),
        ("UPDATE entries SET kind = 'adjust'", "after it was written"),
        ("DELETE FROM shares WHERE party = 'level2'", "other shares"),
        ("UPDATE conversions SET commission_minor = 999", "off its target"),
        ("UPDATE accounts SET balance_minor = 1 WHERE account = 'house:held'", "head"),
    ],
)
async def test_tampering_past_the_guards_is_found(
    shop: Shop, settling: Settling, tampering: str, words: str
) -> None:
    await shop.report()
    async with shop.database.write() as connection:
        for table in ("lines", "entries", "shares"):
            for verb in ("update", "delete"):
                of = "" if shop.database.is_sqlite else f" ON {table}"
                await connection.execute(text(f"DROP TRIGGER {table}_no_{verb}{of}"))
        await connection.execute(text(tampering))
    found = await settling.verify()
    assert any(words in fault for fault in found.faults)
    assert "the database has lost its guard lines_no_update." in found.faults
