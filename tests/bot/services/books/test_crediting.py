"""Crediting on both engines: kept first, judged once, and the books at their target."""

import asyncio
import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.domain.programmes import Levels, Terms
from bot.errors import InputError, NotFoundError
from bot.marketplaces import dialects
from bot.services.books.crediting import Crediting
from bot.services.books.settling import Settling
from storage.books import entries, postbacks
from storage.books.postbacks import Postback
from storage.database import Database
from storage.tables import audit, conversions, shares
from storage.tables import postbacks as postbacks_table
from tests.bot.services.bookshop import CHENS, LINS, PROGRAMMES, Shop, open_shop, programme
from tests.cast import NOON

HELD = {
    "marketplace:feed": -1000,
    "chen:held": 500,
    "lin:held": 100,
    "house:held": 400,
}
"""What a commission of 10.00 by Chen's link comes to before it is settled."""
HEADER = "order_id,sub_id,status,commission,amount,updated_at\n"


@pytest.fixture
async def shop(database: Database) -> Shop:
    return await open_shop(database)


async def receive_file(shop: Shop, rows: str, header: str = HEADER) -> dict[str, object]:
    shop.at += timedelta(seconds=1)
    counts = await shop.crediting.receive_file("feed", io.BytesIO((header + rows).encode()), {})
    return {name: value for name, value in vars(counts).items() if value}


async def assert_whole(shop: Shop) -> None:
    found = await Settling(shop.database, lambda: shop.at).verify()
    assert found.faults == ()


async def test_a_sale_is_held_for_the_promoter_and_the_inviter(shop: Shop) -> None:
    assert (await shop.report()).result == "credited"
    assert await shop.balances() == HELD
    await assert_whole(shop)


async def test_who_has_no_inviter_leaves_the_second_level_to_the_house(shop: Shop) -> None:
    await shop.report(subid=LINS)
    assert await shop.balances() == {
        "marketplace:feed": -1000,
        "lin:held": 500,
        "house:held": 500,
    }


async def test_a_repeated_postback_is_a_duplicate_and_moves_nothing(shop: Shop) -> None:
    await shop.report()
    for _ in range(3):
        assert (await shop.report()).result == "duplicate"
    assert await shop.balances() == HELD


async def test_a_partial_refund_moves_every_party_to_the_smaller_share(shop: Shop) -> None:
    await shop.report()
    assert (await shop.report(payout="5.00")).result == "credited"
    assert await shop.balances() == {name: amount // 2 for name, amount in HELD.items()}


async def test_a_reversal_takes_everything_back_and_may_be_undone(shop: Shop) -> None:
    await shop.report()
    await shop.report(status="rejected", payout=None)
    assert await shop.balances() == {}
    await shop.report(status="approved")
    assert await shop.balances() == HELD
    await assert_whole(shop)


async def test_a_late_report_does_no_harm(shop: Shop) -> None:
    await shop.report(time=(shop.at + timedelta(minutes=9)).isoformat())
    late = await shop.report(time=(shop.at + timedelta(minutes=5)).isoformat(), payout="99.00")
    assert late.result == "duplicate"
    assert await shop.balances() == HELD


async def test_what_is_only_created_earns_nothing(shop: Shop) -> None:
    assert (await shop.report(status="created")).result == "credited"
    assert await shop.balances() == {}


async def test_a_push_never_settles(shop: Shop) -> None:
    await shop.report(status="settled")
    async with shop.database.read() as connection:
        assert await connection.scalar(select(conversions.c.state)) == "approved"
        assert await connection.scalar(select(conversions.c.settled_at)) is None


@pytest.mark.parametrize("subid", [None, "ccccccccccccc", "{click_id}"])
async def test_what_names_no_link_is_an_orphan(shop: Shop, subid: str | None) -> None:
    assert (await shop.report(subid=subid)).result == "orphan"
    assert await shop.balances() == {"marketplace:feed": -1000, "house:unattributed": 1000}
    assert [row.observation.order_id for row in await shop.crediting.orphans()] == ["O-1"]
    await assert_whole(shop)


async def test_an_orphan_is_credited_when_its_link_comes_later(shop: Shop) -> None:
    await shop.report(subid=None)
    assert (await shop.report()).result == "credited"
    assert await shop.balances() == HELD
    await assert_whole(shop)


async def test_an_operator_matches_an_orphan_and_the_log_says_why(shop: Shop) -> None:
    await shop.report(subid=None)
    (matched,) = await shop.crediting.match("O-1", CHENS.upper(), by="1001", reason="a screenshot")
    assert matched.credit is not None
    assert matched.credit.reasons[0] == f"matched|1001|{CHENS}"
    assert await shop.balances() == HELD
    assert await shop.crediting.orphans() == []
    async with shop.database.read() as connection:
        rows = await connection.execute(select(audit.c.actor, audit.c.subject, audit.c.reason))
        assert [tuple(row) for row in rows] == [("1001", "O-1", "a screenshot")]
    await assert_whole(shop)


async def test_matching_needs_an_orphan_a_link_and_a_reason(shop: Shop) -> None:
    await shop.report(subid=None)
    with pytest.raises(InputError):
        await shop.crediting.match("O-1", CHENS, by="1001", reason=" ")
    with pytest.raises(NotFoundError, match="link"):
        await shop.crediting.match("O-1", "ccccccccccccc", by="1001", reason="x")
    with pytest.raises(NotFoundError, match="orphan"):
        await shop.crediting.match("O-2", CHENS, by="1001", reason="x")
    assert len(await shop.crediting.orphans()) == 1


async def test_an_unknown_status_freezes_the_row_until_a_known_one_comes(shop: Shop) -> None:
    await shop.report()
    assert (await shop.report(status="99", payout="1.00")).result == "quarantined"
    assert await shop.balances() == HELD
    async with shop.database.read() as connection:
        assert await connection.scalar(select(conversions.c.is_frozen))
    assert (await shop.report(payout="5.00")).result == "credited"
    assert (await shop.balances())["chen:held"] == 250


async def test_what_was_reported_before_a_row_froze_counts_also_within_one_batch(
    shop: Shop,
) -> None:
    rows = "".join(
        f"O-1,{CHENS},{status},{payout},,2026-11-22T05:0{minute}:00\n"
        for minute, (status, payout) in enumerate([("approved", "10.00"), ("99", "99.00")])
    )
    assert await receive_file(shop, rows) == {"credited": 1, "quarantined": 1}
    assert await shop.balances() == HELD
    await assert_whole(shop)


async def test_rows_of_one_order_are_separate_sales(shop: Shop) -> None:
    await shop.report(row="a")
    assert (await shop.report(row="b")).result == "credited"
    assert (await shop.balances())["chen:held"] == 1000


async def test_unknown_marketplaces_and_impossible_values_leave_no_trace(shop: Shop) -> None:
    with pytest.raises(NotFoundError):
        await shop.crediting.receive("elsewhere", query="txid=1&payout=1")
    with pytest.raises(NotFoundError):
        await shop.crediting.receive("x" * 500, query="txid=1&payout=1")
    for bad in ({"payout": "NaN"}, {"payout": "-1"}, {"txid": None}, {"payout": "1.005"}):
        with pytest.raises(InputError):
            await shop.report(**bad)
    async with shop.database.read() as connection:
        assert await connection.scalar(select(func.count()).select_from(postbacks_table)) == 0


async def test_terms_of_the_click_stay_when_terms_change(shop: Shop) -> None:
    later = Terms("fenxiang", NOON + timedelta(minutes=30), Levels(1000, 0), hold_days=15)
    changed = programme("fenxiang", Levels(5000, 1000), later)
    shop.crediting = Crediting(
        shop.database,
        {**PROGRAMMES, "fenxiang": changed},
        lambda: shop.at,
        shop.crediting.currency,
        shop.crediting.zone,
    )
    await shop.report()
    assert await shop.balances() == HELD


async def test_shares_are_fixed_and_have_at_most_two_levels(shop: Shop) -> None:
    await shop.report()
    await shop.report(payout="5.00")
    async with shop.database.read() as connection:
        rows = await connection.execute(
            select(shares.c.party, shares.c.level, shares.c.share_bps).order_by(shares.c.party)
        )
        assert [tuple(row) for row in rows] == [
            ("house", None, 4000),
            ("level1", 1, 5000),
            ("level2", 2, 1000),
        ]


# ---------------------------------------------------------------- crashes and crowds


async def test_what_a_crash_left_unjudged_is_judged_at_the_next_start(shop: Shop) -> None:
    kept = dialects.envelope(f"txid=O-1&payout=10&subid={CHENS}", "", b"")
    async with shop.database.write() as connection:
        await postbacks.append(
            connection,
            [
                Postback(0, "feed", "http", kept, shop.at),
                Postback(0, "feed", "file", '{"txid": "O-2"}', shop.at),
            ],
        )
    assert await shop.balances() == {}
    assert await shop.crediting.replay() == 2
    assert await shop.balances() == HELD
    shop.at += timedelta(days=1)
    assert await shop.crediting.replay() == 0
    assert await shop.crediting.replay() == 0
    await assert_whole(shop)


async def test_a_replay_beside_a_live_request_counts_nothing_twice(shop: Shop) -> None:
    results = await asyncio.gather(
        *(shop.report() for _ in range(5)), *(shop.crediting.replay() for _ in range(5))
    )
    assert len(results) == 10
    assert await shop.balances() == HELD
    await assert_whole(shop)


async def test_twenty_postbacks_of_one_row_at_once_credit_once(shop: Shop) -> None:
    verdicts = await asyncio.gather(*(shop.report() for _ in range(20)))
    assert sorted(verdict.result for verdict in verdicts) == ["credited"] + ["duplicate"] * 19
    assert await shop.balances() == HELD
    await assert_whole(shop)


async def test_different_rows_at_once_keep_the_chains_whole(shop: Shop) -> None:
    verdicts = await asyncio.gather(
        *(shop.report(txid=f"O-{n}", subid=(LINS, CHENS)[n % 2]) for n in range(20))
    )
    assert {verdict.result for verdict in verdicts} == {"credited"}
    assert (await shop.balances())["marketplace:feed"] == -20_000
    await assert_whole(shop)


# ---------------------------------------------------------------- files


async def test_a_file_credits_settles_and_may_be_run_again(shop: Shop) -> None:
    rows = f"O-1,{CHENS},settled,10.00,99.00,\nO-2,,approved,1.00,,\nO-3,x,99,1.00,,\n"
    assert await receive_file(shop, rows) == {"credited": 1, "orphan": 1, "quarantined": 1}
    assert await receive_file(shop, rows) == {"duplicate": 2, "quarantined": 1}
    async with shop.database.read() as connection:
        found = await connection.scalar(
            select(conversions.c.payable_at).where(conversions.c.order_id == "O-1")
        )
    assert found == shop.at - timedelta(seconds=1) + timedelta(days=15)
    await assert_whole(shop)


async def test_bad_rows_are_told_with_their_line_and_the_others_are_taken(shop: Shop) -> None:
    rows = f"O-1,{CHENS},approved,1e9,,\nO-2,{CHENS},approved,10.00,,\nO-3,x\n,x,approved,1,,\n"
    assert await receive_file(shop, rows) == {
        "credited": 1,
        "refused": (
            (2, "“1e9” is not an amount of money."),
            (4, "has 2 columns, not 6"),
            (5, "The order is missing: give it as txid."),
        ),
    }
    assert await shop.balances() == HELD


async def test_one_row_many_times_in_one_file_ends_at_its_last_state(shop: Shop) -> None:
    rows = "".join(
        f"O-1,{CHENS},{status},{payout},,2026-11-22T13:0{minute}:00\n"
        for minute, (status, payout) in enumerate(
            [("created", 10), ("pending", 12), ("reversed", 12), ("approved", 10)]
        )
    )
    assert await receive_file(shop, rows) == {"credited": 4}
    assert await shop.balances() == HELD
    async with shop.database.read() as connection:
        assert await entries.count(connection) == 1
    await assert_whole(shop)


async def test_a_file_of_many_rows_is_taken_in_batches(shop: Shop) -> None:
    rows = "".join(f"O-{n},{CHENS},approved,10.00,,\n" for n in range(1_201))
    heard: list[int] = []
    counts = await shop.crediting.receive_file(
        "feed", io.BytesIO((HEADER + rows).encode()), {}, heard.append
    )
    assert (counts.credited, heard) == (1_201, [1_000, 1_201])
    assert (await shop.balances())["chen:held"] == 500 * 1_201
    await assert_whole(shop)
