"""Splitting a commission: exact, never negative, by a written rule."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.books import commission
from bot.domain.programmes import BASIS_POINTS, Community, Levels, Pool, Terms
from bot.domain.records import PersonId, Share
from bot.errors import BooksError

LIN, CHEN = PersonId(1), PersonId(2)


def terms(split: Levels | Pool | Community) -> Terms:
    return Terms("fenxiang", datetime(2019, 1, 1, tzinfo=UTC), split, hold_days=15)


def split(
    amount: int, by: Levels | Pool | Community, inviter: PersonId | None = LIN
) -> tuple[Share, ...]:
    return commission.split(amount, terms(by), promoter_id=CHEN, inviter_id=inviter)


@st.composite
def splits(draw: st.DrawFn) -> Levels | Pool:
    first = draw(st.integers(0, BASIS_POINTS))
    if draw(st.booleans()):
        return Levels(first, draw(st.integers(0, min(first, BASIS_POINTS - first))))
    second = draw(st.integers(0, BASIS_POINTS - first))
    return Pool(first, second, BASIS_POINTS - first - second)


amounts = st.integers(0, 10**15)
inviters = st.sampled_from([None, LIN])


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(999, [300, 350, 349]), (100, [30, 35, 35]), (1, [0, 1, 0]), (0, [0, 0, 0])],
)
def test_thirty_thirty_five_thirty_five(amount: int, expected: list[int]) -> None:
    shares = split(amount, Pool(3000, 3500, 3500))
    assert [share.amount_minor for share in shares] == expected
    assert [share.party for share in shares] == ["partner", "team", "company"]
    assert [(share.promoter_id, share.level) for share in shares] == [
        (CHEN, 1),
        (None, None),
        (None, None),
    ]


def test_two_levels_are_the_promoter_and_the_direct_inviter() -> None:
    assert split(1001, Levels(5000, 1000)) == (
        Share("level1", CHEN, 1, 5000, 501),
        Share("level2", LIN, 2, 1000, 100),
        Share("house", None, None, 4000, 400),
    )


@pytest.mark.parametrize(("by", "inviter"), [(Levels(5000, 1000), None), (Levels(5000, 0), LIN)])
def test_the_second_level_stays_with_the_house_where_nobody_has_it(
    by: Levels, inviter: PersonId | None
) -> None:
    shares = split(1000, by, inviter)
    assert [(share.party, share.amount_minor) for share in shares] == [
        ("level1", 500),
        ("house", 500),
    ]


@given(amounts, splits(), inviters)
def test_the_shares_make_the_commission_and_none_is_below_zero(
    amount: int, by: Levels | Pool | Community, inviter: PersonId | None
) -> None:
    shares = split(amount, by, inviter)
    assert sum(share.amount_minor for share in shares) == amount
    assert sum(share.share_bps for share in shares) == BASIS_POINTS
    assert min(share.amount_minor for share in shares) >= 0
    assert {share.level for share in shares} <= {None, 1, 2}


@given(amounts, splits(), inviters)
def test_nobody_is_further_than_a_minor_unit_from_the_exact_part(
    amount: int, by: Levels | Pool | Community, inviter: PersonId | None
) -> None:
    for share in split(amount, by, inviter):
        assert abs(share.amount_minor * BASIS_POINTS - amount * share.share_bps) < BASIS_POINTS


@given(amounts, splits(), inviters)
def test_the_remainder_goes_to_the_largest_and_on_a_tie_to_the_earlier(
    amount: int, by: Levels | Pool | Community, inviter: PersonId | None
) -> None:
    shares = split(amount, by, inviter)
    rests = [amount * share.share_bps % BASIS_POINTS for share in shares]
    got_more = [share.amount_minor > amount * share.share_bps // BASIS_POINTS for share in shares]
    for one in range(len(shares)):
        for other in range(len(shares)):
            if got_more[one] and not got_more[other]:
                assert (-rests[one], one) < (-rests[other], other)


def test_below_zero_nothing_is_split() -> None:
    with pytest.raises(BooksError):
        split(-1, Levels(5000, 1000))


@pytest.mark.parametrize(
    ("gold", "wanted"),
    [(LIN, [("owner", 749), ("community", 250)]), (None, [("owner", 749), ("house", 250)])],
)
def test_a_community_has_a_quarter_and_without_a_gold_owner_the_house(
    gold: PersonId | None, wanted: list[tuple[str, int]]
) -> None:
    found = split(999, Community(7500, 2500), gold)
    assert [(share.party, share.amount_minor) for share in found] == wanted
    assert [share.level for share in found] == [1, 2 if gold else None]
    assert [share.promoter_id for share in found] == [CHEN, gold]
