"""The books: targets, moves that sum to zero, and a chain in which no change goes unseen."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.books import ledger
from bot.domain.books.ledger import Draft, Head, Stamp
from bot.domain.records import Conversion, ConversionId, ConversionState, Line, PersonId
from bot.errors import BooksError
from tests.bot.domain.sales import CNY, CREDIT, POOL_TERMS, USD, conversion
from tests.cast import NOON

States = ConversionState
HELD, LINS_HELD = ("promoter:2:held", CNY), ("promoter:1:held", CNY)


def draft(*moves: tuple[tuple[str, Any], int], kind: str = "credit") -> Draft:
    return Draft(kind, ConversionId(7), "feed\tO-1\t1", "sale", NOON, moves)


def test_what_is_not_settled_is_held() -> None:
    assert ledger.target(conversion()) == {
        ("marketplace:feed", CNY): -1001,
        HELD: 501,
        LINS_HELD: 100,
        ("house:held", CNY): 400,
    }


def test_what_is_released_is_payable_and_earned() -> None:
    assert ledger.target(conversion(state=States.SETTLED, is_released=True)) == {
        ("marketplace:feed", CNY): -1001,
        ("promoter:2:payable", CNY): 501,
        ("promoter:1:payable", CNY): 100,
        ("house:earned", CNY): 400,
    }


def test_a_team_has_its_part_in_the_pool_before_and_after_release() -> None:
    credit = replace(CREDIT, terms=POOL_TERMS)
    for is_released in (False, True):
        found = ledger.target(conversion(credit, commission_minor=999, is_released=is_released))
        assert found["pool:dongxiaodian", CNY] == 350


def test_the_money_of_an_orphan_waits_unattributed() -> None:
    assert ledger.target(conversion(None)) == {
        ("marketplace:feed", CNY): -1001,
        ("house:unattributed", CNY): 1001,
    }


@pytest.mark.parametrize(
    "changed",
    [{"state": States.CREATED}, {"state": States.REVERSED}, {"commission_minor": 0}],
)
def test_what_earns_nothing_has_no_place_in_the_books(changed: dict[str, Any]) -> None:
    assert ledger.target(conversion(**changed)) == {}


def test_a_share_of_nothing_moves_nothing() -> None:
    assert set(ledger.target(conversion(commission_minor=1))) == {("marketplace:feed", CNY), HELD}


conversions_ = st.builds(
    conversion,
    credit=st.sampled_from([None, CREDIT, replace(CREDIT, terms=POOL_TERMS)]),
    state=st.sampled_from(list(States)),
    commission_minor=st.integers(0, 10**12),
    currency=st.sampled_from([CNY, USD]),
    is_released=st.booleans(),
)


@given(conversions_)
def test_every_target_sums_to_zero(found: Conversion) -> None:
    assert sum(ledger.target(found).values()) == 0


@given(st.lists(conversions_))
def test_moving_from_target_to_target_ends_at_the_last_one(found: list[Conversion]) -> None:
    posted: ledger.Amounts = {}
    for one in found:
        moves = ledger.moves(ledger.target(one), posted)
        for account, amount in moves:
            posted[account] = posted.get(account, 0) + amount
            assert amount != 0
        assert ledger.moves(ledger.target(one), posted) == ()
        for currency in (CNY, USD):
            assert sum(amount for account, amount in moves if account[1] == currency) == 0
    last = ledger.target(found[-1]) if found else {}
    assert {account: amount for account, amount in posted.items() if amount} == last


@pytest.mark.parametrize(
    ("found", "posted", "word"),
    [
        (conversion(), {}, "credit"),
        (conversion(None), {}, "orphan"),
        (conversion(), {HELD: 5}, "adjust"),
        (conversion(), {HELD: 0}, "credit"),
        (conversion(state=States.REVERSED), {HELD: 5}, "clawback"),
    ],
)
def test_an_entry_says_what_it_is(
    found: Conversion, posted: dict[ledger.Account, int], word: str
) -> None:
    assert ledger.kind(found, posted) == word


def test_lines_are_chained_per_account_and_currency() -> None:
    heads = {HELD: Head(4, 50, "f" * 64)}
    tails, written = ledger.chain(
        heads,
        [(10, draft((HELD, 5), (LINS_HELD, -5))), (11, draft((HELD, 7), (LINS_HELD, -7)))],
    )
    first, second = written[10][0], written[11][0]
    assert (first.sequence, first.balance_minor, first.previous_hash) == (5, 55, "f" * 64)
    assert (second.sequence, second.balance_minor, second.previous_hash) == (6, 62, first.hash)
    assert written[10][1].previous_hash == ledger.GENESIS
    assert tails[HELD] == Head(6, 62, second.hash)
    assert heads == {HELD: Head(4, 50, "f" * 64)}


def test_a_chain_that_was_written_years_ago_still_holds() -> None:
    _, lines = ledger.chain({}, [(10, draft((HELD, 5), (LINS_HELD, -5)))])
    first, _ = lines[10]
    assert first.previous_hash == "0" * 64
    assert first.hash == "78839b297d358642d39adcc81bb15aac527d991f2ed082ad1c99714099272c5d"


def test_moves_come_in_the_order_of_their_accounts() -> None:
    names = [f"promoter:{number}:held" for number in range(30, 0, -1)]
    wanted = {(name, CNY): 1 for name in names[:20]}
    posted = {(name, CNY): 2 for name in names[10:]}
    accounts = [account for account, _ in ledger.moves(wanted, posted)]
    assert accounts == sorted((name, CNY) for name in names)


def test_the_parties_of_a_credit_are_those_of_its_shares() -> None:
    assert [(party[0], party[1]) for party in ledger.parties(CREDIT)] == [
        (share.party, share.promoter_id) for share in ledger.shares(CREDIT, 1001)
    ]


@pytest.mark.parametrize(
    "moves",
    [
        (),
        ((HELD, 5),),
        ((HELD, 5), (("promoter:1:held", USD), -5)),
        ((HELD, 5), (LINS_HELD, -5), (("promoter:1:held", USD), 3)),
    ],
)
def test_what_does_not_balance_is_not_chained(moves: Any) -> None:
    with pytest.raises(BooksError):
        ledger.chain({}, [(1, draft(*moves))])


def written() -> list[tuple[Line, Stamp]]:
    """Three lines of Chen's account."""
    drafts = [(number, draft((HELD, number), (LINS_HELD, -number))) for number in (1, 2, 3)]
    _, lines = ledger.chain({}, drafts)
    return [(lines[n][0], Stamp(n, d.kind, d.conversion_key, d.at)) for n, d in drafts]


def test_an_untouched_chain_holds_in_one_piece_or_in_many() -> None:
    lines = written()
    tails, faults = ledger.chain_faults(lines, {})
    assert faults == []
    assert tails[HELD].sequence == 3
    first, _ = ledger.chain_faults(lines[:1], {})
    assert ledger.chain_faults(lines[1:], first) == (tails, [])


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount_minor": 9}, "says a balance of 3, not 10"),
        ({"balance_minor": 9}, "says a balance of 9, not 3"),
        ({"sequence": 9}, "follows line 1"),
        ({"previous_hash": "0" * 64}, "does not stand on the line before it"),
        ({"hash": "0" * 64}, "was changed after it was written"),
    ],
)
def test_a_changed_line_is_found(changed: dict[str, Any], words: str) -> None:
    lines = written()
    lines[1] = (replace(lines[1][0], **changed), lines[1][1])
    _, faults = ledger.chain_faults(lines, {})
    assert faults[0] == f"promoter:2:held CNY: line {lines[1][0].sequence} (entry 2) {words}."


@pytest.mark.parametrize(
    "changed",
    [{"entry_id": 9}, {"kind": "adjust"}, {"conversion_key": "x"}, {"at": NOON.replace(hour=5)}],
)
def test_a_changed_entry_is_found_by_its_lines(changed: dict[str, Any]) -> None:
    lines = written()
    lines[1] = (lines[1][0], replace(lines[1][1], **changed))
    _, faults = ledger.chain_faults(lines, {})
    assert len(faults) == 1


def test_a_missing_line_is_found() -> None:
    lines = written()
    _, faults = ledger.chain_faults([lines[0], lines[2]], {})
    assert "line 3" in faults[0]


def test_a_head_must_be_the_last_line() -> None:
    right = {HELD: Head(1, 5, "a"), LINS_HELD: Head(1, 5, "b")}
    assert list(ledger.head_faults(right, right)) == []
    found = list(ledger.head_faults({HELD: Head(2, 5, "a")}, dict(reversed(right.items()))))
    assert found == [
        "promoter:1:held CNY: the head is not the last line.",
        "promoter:2:held CNY: the head is not the last line.",
    ]
    assert list(ledger.head_faults({HELD: Head()}, {})) == []


def test_a_conversion_off_its_target_is_named_unless_it_is_frozen() -> None:
    assert list(ledger.conversion_faults(conversion(), ledger.target(conversion()))) == []
    found = list(ledger.conversion_faults(conversion(None), {("marketplace:feed", CNY): -1001}))
    assert found == ["conversion 7 (O-1): house:unattributed CNY is off its target by -1001."]
    assert list(ledger.conversion_faults(conversion(is_frozen=True), {})) == []


def test_a_conversion_is_named_by_marketplace_order_and_row() -> None:
    assert ledger.conversion_key(conversion().observation.key) == "feed\tO-1\t1"


def test_a_coupon_moves_between_accounts_that_hold_no_money() -> None:
    moves = ledger.coupon_moves(PersonId(7), 2000, CNY)
    assert moves == (
        (("house:coupons", CNY), -2000),
        (("promoter:7:coupons", CNY), 2000),
    )
