"""Each programme that ships: joining, training, group, shortlist, post, click, money, statement."""

import pytest

from bot.domain.books import commission
from bot.domain.programmes import Community, Levels, Pool, terms_at
from bot.domain.records import Currency
from bot.services.people.inviting import Bond
from storage.database import Database
from tests.bot.services.stand_ins import PROGRAMMES
from tests.cast import CHEN, LIN
from tests.programmes.stand import SHELF, Stand, payable

PAYOUT, CNY = "9.99", Currency("CNY")
SHARES = {
    (Levels, True): (499, 100, {"house:earned": 400}),
    (Levels, False): (500, 0, {"house:earned": 499}),
    (Pool, True): (300, 0, {"pool:dongxiaodian": 350, "house:earned": 349}),
    (Community, True): (749, 0, {"house:earned": 250}),
}
"""Of 999 fen, with an inviter (who is no gold owner) or without: promoter, inviter, others."""


@pytest.mark.parametrize("name", sorted(PROGRAMMES))
async def test_a_programme_runs_from_invitation_to_statement(database: Database, name: str) -> None:
    stand = Stand(database, name)
    bond = Bond("Plain", "Pudong 3") if stand.scheme.invitation == "shop" else Bond()
    lin = await stand.join(LIN, "Lin", await stand.invite(bond=bond))
    if stand.scheme.invitation == "batch":
        (code,) = [
            each.code
            for each in await stand.app.inviting.invite_all(
                name, ["陈"], days=30, bond=Bond(), by="test"
            )
        ]
        chen = await stand.join(CHEN, "Chen", code)
        assert chen.inviter_id is None
    else:
        chen = await stand.join(CHEN, "Chen", await stand.invite(lin))
        assert (chen.inviter_id, chen.brand, chen.shop) == (lin.id, bond.brand, bond.shop)
    fit = await stand.stock()
    group = await stand.connect(chen)
    assert group.state == "active"
    assert set(await stand.shelf(chen)) == set(fit)
    posts = await stand.publish(group)
    assert len(posts) == stand.scheme.picks_per_slot <= SHELF
    assert all(post.startswith("「广告」") for post in posts)
    code = (await stand.codes(group.id))[0]
    await stand.click(code)
    assert await stand.report(code, "O-1", PAYOUT) == "credited"
    assert await stand.report(code, "O-1", PAYOUT) == "duplicate"
    kind = type(terms_at(stand.scheme, stand.clock()).split)
    promoter, inviter, others = SHARES[kind, chen.inviter_id is not None]
    held = await stand.balances()
    assert held[f"promoter:{chen.id}:held"] == promoter
    await stand.settle((code, "O-1", PAYOUT))
    paid = await stand.balances()
    assert paid[payable(chen.id)] == promoter
    assert paid.get(payable(lin.id), 0) == inviter
    assert {account: paid[account] for account in others} == others
    assert promoter + inviter + sum(others.values()) == 999
    found = await stand.app.reporting.statement(chen.id, f"{stand.clock():%Y-%m}")
    assert (found.closing["payable", CNY], found.is_chain_whole) == (promoter, True)
    (row,) = (await stand.app.reporting.why(chen.id, "O-1")).rows
    assert (row.standing, row.shares[0].amount_minor) == ("payable", promoter)
    assert (await stand.app.settling.verify()).faults == ()


def test_nine_yuan_ninety_nine_are_split_three_three_and_a_half_three_and_a_half() -> None:
    terms = terms_at(PROGRAMMES["dongxiaodian"], PROGRAMMES["dongxiaodian"].terms[0].from_at)
    for amount, wanted in ((999, [300, 350, 349]), (100, [30, 35, 35]), (1, [0, 1, 0])):
        parts = commission.split(amount, terms, promoter_id=LIN, inviter_id=CHEN)  # type: ignore[arg-type]
        assert [share.amount_minor for share in parts] == wanted
