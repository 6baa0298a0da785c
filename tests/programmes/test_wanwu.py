"""The 万物心选 case to the letter [S4]: communities, the day that one separates, and coupons."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from bot.domain.books import ledger
from bot.domain.records import Currency, Group, Promoter
from bot.errors import InputError
from bot.services.people.couponing import give
from storage.books import entries
from storage.database import Database
from storage.people import coupons
from storage.tables import audit
from storage.tables import coupons as coupons_table
from tests.cast import CHEN, LIN, ZHAO
from tests.programmes.stand import Stand, payable

A, B, C = LIN, CHEN, ZHAO


@dataclass
class Tree:
    """A gold invites B invites C; B and C have a group with a link each."""

    stand: Stand
    a: Promoter
    b: Promoter
    c: Promoter
    of_b: str
    of_c: str

    async def parts(self, code: str, order: str) -> dict[str, int]:
        """Report 10.00 yuan of profit by a link; what each of the three has held of this order."""
        before = await self.stand.balances()
        assert await self.stand.report(code, order, "10.00") == "credited"
        after = await self.stand.balances()
        accounts = {
            "A": f"promoter:{self.a.id}:held",
            "B": f"promoter:{self.b.id}:held",
            "C": f"promoter:{self.c.id}:held",
            "house": "house:held",
        }
        moved = {
            who: after.get(account, 0) - before.get(account, 0) for who, account in accounts.items()
        }
        return {who: amount for who, amount in moved.items() if amount}


@pytest.fixture
async def tree(database: Database) -> Tree:
    """The three, on the morning on which A is gold."""
    stand = Stand(database, "wanwu")
    a = await stand.join(A, "A", await stand.invite())
    b = await stand.join(B, "B", await stand.invite(a))
    c = await stand.join(C, "C", await stand.invite(b))
    await stand.stock()
    gold = await stand.app.standing.make_gold(A, stand.clock(), by="test", reason="as in [S4]")
    assert gold.id == a.id
    codes = []
    for chat, promoter in enumerate((b, c), start=1):
        group: Group = await stand.connect(promoter, -1001000000100 - chat)
        await stand.publish(group)
        codes.append((await stand.codes(group.id))[0])
    return Tree(stand, a, b, c, *codes)


async def separate(tree: Tree) -> None:
    """B becomes gold, from now on."""
    tree.stand.clock.pass_(minutes=1)
    await tree.stand.app.standing.make_gold(
        B, tree.stand.clock(), by="test", reason="grew a community"
    )


async def test_before_a_has_a_quarter_of_both_shops(tree: Tree) -> None:
    assert await tree.parts(tree.of_b, "B-1") == {"B": 750, "A": 250}
    assert await tree.parts(tree.of_c, "C-1") == {"C": 750, "A": 250}


async def test_after_b_is_gold_c_pays_b_and_bs_own_shop_pays_a(tree: Tree) -> None:
    await separate(tree)
    assert await tree.parts(tree.of_c, "C-1") == {"C": 750, "B": 250}
    assert await tree.parts(tree.of_b, "B-1") == {"B": 750, "A": 250}


async def test_an_order_of_a_click_before_the_day_settles_by_the_old_tree(tree: Tree) -> None:
    await tree.stand.click(tree.of_c)
    assert await tree.parts(tree.of_c, "C-1") == {"C": 750, "A": 250}
    await separate(tree)
    # The click was before: so is whatever is first reported after it.
    assert await tree.parts(tree.of_c, "C-2") == {"C": 750, "A": 250}
    await tree.stand.click(tree.of_c)
    assert await tree.parts(tree.of_c, "C-3") == {"C": 750, "B": 250}
    # What stands is not priced again, whatever becomes of it.
    assert await tree.stand.report(tree.of_c, "C-1", "20.00") == "credited"
    await tree.stand.settle(
        (tree.of_c, "C-1", "20.00"), (tree.of_c, "C-2", "10.00"), (tree.of_c, "C-3", "10.00")
    )
    paid = await tree.stand.balances()
    assert (paid[payable(tree.a.id)], paid[payable(tree.b.id)]) == (500 + 250, 250)
    assert paid[payable(tree.c.id)] == 1500 + 750 + 750
    (row,) = (await tree.stand.app.reporting.why(tree.a.id, "C-2")).rows
    assert [(share.party, share.level) for share in row.shares] == [("community", 2)]
    assert (await tree.stand.app.settling.verify()).faults == ()


async def test_who_becomes_gold_without_a_gold_inviter_leaves_the_part_to_the_house(
    tree: Tree,
) -> None:
    await tree.stand.app.standing.make_gold(C, tree.stand.clock(), by="test", reason="C first")
    # B invited C directly and is not gold: A only reaches C over B, and keeps nothing.
    assert await tree.parts(tree.of_c, "C-1") == {"C": 750, "house": 250}
    assert await tree.parts(tree.of_b, "B-1") == {"B": 750, "A": 250}


async def test_gold_from_a_later_day_counts_from_that_day_on(tree: Tree) -> None:
    day = tree.stand.clock() + timedelta(days=1)
    await tree.stand.app.standing.make_gold(B, day, by="test", reason="tomorrow")
    assert await tree.parts(tree.of_c, "C-1") == {"C": 750, "A": 250}
    tree.stand.clock.at = day
    await tree.stand.click(tree.of_c)
    assert await tree.parts(tree.of_c, "C-2") == {"C": 750, "B": 250}


async def test_gold_can_be_taken_back_and_every_word_on_it_has_a_reason(tree: Tree) -> None:
    standing = tree.stand.app.standing
    await separate(tree)
    assert set(await standing.gold([tree.a, tree.b, tree.c])) == {tree.a.id, tree.b.id}
    await standing.end_gold(B, by="test", reason="a mistake")
    assert await tree.parts(tree.of_c, "C-1") == {"C": 750, "A": 250}
    with pytest.raises(InputError, match="not gold"):
        await standing.end_gold(B, by="test", reason="again")
    with pytest.raises(InputError, match="reason"):
        await standing.make_gold(B, tree.stand.clock(), by="test", reason=" ")
    with pytest.raises(InputError, match="before joining"):
        await standing.make_gold(B, datetime(2020, 1, 1, tzinfo=UTC), by="test", reason="early")
    async with tree.stand.database.read() as connection:
        rows = await connection.execute(select(audit.c.action).where(audit.c.subject.like("per%")))
        assert [row[0] for row in rows] == ["gold", "gold", "not gold"]


async def test_nobody_is_gold_where_the_programme_has_no_communities(database: Database) -> None:
    stand = Stand(database, "fenxiang")
    await stand.join(A, "A", await stand.invite())
    with pytest.raises(InputError, match="no gold owners"):
        await stand.app.standing.make_gold(A, stand.clock(), by="test", reason="no")


async def test_each_direct_invitation_brings_one_coupon_of_twenty_yuan(tree: Tree) -> None:
    balances = await tree.stand.balances()
    a, b, c = (ledger.coupons(each.id) for each in (tree.a, tree.b, tree.c))
    assert (balances[a], balances[b], balances.get(c)) == (2000, 2000, None)
    assert balances["house:coupons"] == -4000
    earned = await tree.stand.app.reporting.earnings(tree.a.id)
    assert earned.coupons == (("CNY", 2000),)
    # Apart from money: nothing is held or payable, and no balance is shown for it.
    assert earned.balances == ()
    statement = await tree.stand.app.reporting.statement(tree.a.id)
    assert [(line.account, line.kind, line.amount_minor) for line in statement.lines] == [
        ("coupons", "coupon", 2000)
    ]
    assert statement.is_chain_whole
    assert (await tree.stand.app.settling.verify()).faults == ()


async def test_joining_again_brings_no_second_coupon_and_settling_touches_none(
    tree: Tree,
) -> None:
    person = await tree.stand.app.enrolling.meet(B, "B", "zh")
    async with tree.stand.database.read() as connection:
        count = await connection.scalar(select(func.count()).select_from(coupons_table))
    assert count == 2
    coupon = tree.stand.scheme.coupon
    assert coupon is not None
    async with tree.stand.database.write() as connection:
        at = tree.stand.clock()
        assert not await give(connection, coupon, tree.a.id, person.id, at)
    with pytest.raises(IntegrityError):
        async with tree.stand.database.write() as connection:
            await coupons.add(connection, person.id, tree.a.id, 2000, "CNY", 99)
    await tree.parts(tree.of_b, "B-1")
    await tree.stand.settle((tree.of_b, "B-1", "10.00"))
    async with tree.stand.database.read() as connection:
        heads = await entries.list_all_heads(connection)
    assert heads[ledger.coupons(tree.a.id), Currency("CNY")].sequence == 1
    (row,) = [
        each
        for each in await tree.stand.app.reporting.report("promoter")
        if each["promoter_id"] == A
    ]
    assert (row["held_minor"], row["payable_minor"]) == (0, 250)
