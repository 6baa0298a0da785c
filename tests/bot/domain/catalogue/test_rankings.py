"""The best of many by the eight factors: in any order and in pieces, few variants of a product."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import rankings
from bot.domain.catalogue.factors import Acted, Asked, Knowledge, candidate
from bot.domain.catalogue.kinds import OF_A_KIND, kind_of
from bot.domain.programmes import FACTORS
from bot.domain.records import Offer, OfferId
from tests.bot.domain.catalogue.test_selection import an_offer

WEIGHTS = dict.fromkeys(FACTORS, 1.0)
COLOURS = ("red", "blue", "green", "XL", "500 ml")


def a_variant(number: int, product: int, colour: str, **changed: Any) -> Offer:
    """An offer that is a colour or a size of a product."""
    offer = an_offer(number, **changed)
    return replace(offer, facts=replace(offer.facts, title=f"Kettle {product} {colour}"))


OFFERS = st.lists(
    st.builds(
        a_variant,
        st.integers(1, 50),
        st.integers(1, 9),
        st.sampled_from(COLOURS),
        price_minor=st.integers(1000, 9000),
        sale_price_minor=st.none() | st.integers(1, 999),
        stock=st.none() | st.integers(1, 900),
        sales=st.none() | st.integers(0, 900),
        rating_bps=st.none() | st.integers(0, 10_000),
        reviews=st.none() | st.integers(0, 900),
        commission_bps=st.none() | st.integers(0, 10_000),
    ),
    max_size=30,
    unique_by=lambda offer: offer.id,
)
SIZES = st.integers(0, 12)
ALL_WEIGHTS = st.dictionaries(st.sampled_from(FACTORS), st.floats(0, 10))


@given(OFFERS, ALL_WEIGHTS, SIZES, st.randoms(use_true_random=False))
def test_the_ranking_does_not_depend_on_the_order_of_the_offers(
    offers: list[Offer], weights: dict[str, float], size: int, chance: Any
) -> None:
    knowledge = Knowledge(top_sales={"feed": 900})
    first = rankings.rank(offers, knowledge, weights, size)
    mixed = list(offers)
    chance.shuffle(mixed)
    assert rankings.rank(mixed, knowledge, weights, size) == first
    assert [row.rank for row in first] == list(range(1, min(size, len(offers)) + 1))
    assert all(0 <= row.score <= 1 for row in first)


@given(OFFERS, ALL_WEIGHTS, SIZES, st.integers(1, 7))
def test_a_catalogue_in_pieces_ranks_as_in_one(
    offers: list[Offer], weights: dict[str, float], size: int, piece: int
) -> None:
    knowledge = Knowledge(top_sales={"feed": 900})
    best = rankings.Best(size)
    for start in range(0, len(offers), piece):
        some = map(candidate, offers[start : start + piece])
        rankings.cut(best, some, knowledge, weights)
    whole = rankings.rank(offers, knowledge, weights, size)
    assert [each.id for each in best.in_order()] == [row.offer.id for row in whole]


@given(OFFERS, ALL_WEIGHTS, SIZES)
def test_what_drops_out_early_would_not_have_been_among_the_best(
    offers: list[Offer], weights: dict[str, float], size: int
) -> None:
    knowledge = Knowledge(
        top_sales={"feed": 900}, actions={3: Acted(5), 4: Acted(1, 2)}, demand={5: Asked(9)}
    )
    best = rankings.Best(size)
    is_even = {offer.id: offer.id % 2 == 0 for offer in offers}
    rankings.cut(
        best, map(candidate, offers), knowledge, weights,
        is_allowed=lambda each: is_even[OfferId(each.id)],
    )  # fmt: skip
    even = [offer for offer in offers if is_even[offer.id]]
    wanted = [row.offer.id for row in rankings.rank(even, knowledge, weights, size)]
    assert [each.id for each in best.in_order()] == wanted


@given(OFFERS, ALL_WEIGHTS, SIZES)
def test_whoever_is_among_the_best_passes_the_hurdle(
    offers: list[Offer], weights: dict[str, float], size: int
) -> None:
    knowledge = Knowledge(top_sales={"feed": 900})
    best = rankings.Best(size)
    rankings.cut(best, map(candidate, offers), knowledge, weights)
    shares, least = rankings.hurdle(best, knowledge, weights)
    for row in rankings.rank(offers, knowledge, weights, size):
        values = {factor.name: factor.value for factor in row.factors}
        # Factors are told with four digits.
        assert sum(values[name] * share for name, share in shares.items()) >= least - 1e-4
    if len(offers) < size:
        assert least <= -0.99


def test_ties_go_to_the_smaller_id() -> None:
    rows = rankings.rank([an_offer(n) for n in (5, 2, 9, 1)], Knowledge(), WEIGHTS, 3)
    assert [row.offer.id for row in rows] == [1, 2, 5]
    assert {row.score for row in rows} == {0.5}


def test_the_weights_decide_and_the_score_is_their_mean() -> None:
    rated, stocked = an_offer(1, rating_bps=10_000, reviews=5000), an_offer(2, stock=5000)
    by_quality = rankings.rank([rated, stocked], Knowledge(), {"quality": 2.0}, 2)
    by_stock = rankings.rank([rated, stocked], Knowledge(), {"stock": 0.1}, 2)
    assert [row.offer.id for row in by_quality] == [1, 2]
    assert [row.offer.id for row in by_stock] == [2, 1]
    assert by_stock[0].score == 1
    assert [factor.weight for factor in by_quality[0].factors if factor.weight] == [2.0]
    without = rankings.rank([rated, stocked], Knowledge(), {}, 1)
    assert without == rankings.rank([rated, stocked], Knowledge(), dict.fromkeys(FACTORS, 0.0), 1)
    assert without[0].score > 0.5


@given(OFFERS, ALL_WEIGHTS, SIZES)
def test_the_best_ones_hold_few_of_a_kind_and_no_better_choice_exists(
    offers: list[Offer], weights: dict[str, float], size: int
) -> None:
    found = [row.offer for row in rankings.rank(offers, Knowledge(), weights, size)]
    # The plain way: one after the other by score, whoever is the third of a kind goes behind.
    alone = [rankings.rank([offer], Knowledge(), weights, 1)[0] for offer in offers]
    alone.sort(key=lambda row: (-row.score, row.offer.id))
    first, behind = list[Offer](), list[Offer]()
    for row in alone:
        kind = kind_of(candidate(row.offer))
        alike = sum(kind_of(candidate(other)) == kind for other in first)
        (first if alike < OF_A_KIND else behind).append(row.offer)
    assert found == [*first, *behind][:size]


def test_two_colours_of_a_product_stand_in_front_and_the_others_follow() -> None:
    kettles = [a_variant(number, 7, colour) for number, colour in enumerate(COLOURS, 1)]
    plain = [an_offer(number, stock=1) for number in (11, 12)]
    rows = rankings.rank([*kettles, *plain], Knowledge(), WEIGHTS, 6)
    assert [row.offer.id for row in rows] == [1, 2, 11, 12, 3, 4]
    assert rankings.rank(kettles, Knowledge(), WEIGHTS, 0) == ()
    assert rows[0].frozen_minor == 2000


def test_of_further_variants_the_best_follow_however_many_there_are() -> None:
    kettles = [a_variant(number, 7, "red", stock=number * 10) for number in range(1, 30)]
    rows = rankings.rank([*kettles, an_offer(40, stock=1)], Knowledge(), WEIGHTS, 5)
    assert [row.offer.id for row in rows] == [29, 28, 40, 27, 26]
    rows = rankings.rank([*reversed(kettles), an_offer(40, stock=1)], Knowledge(), WEIGHTS, 5)
    assert [row.offer.id for row in rows] == [29, 28, 40, 27, 26]
