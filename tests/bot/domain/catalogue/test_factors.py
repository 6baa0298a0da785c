"""The eight factors: 0…1, and neutral where nothing is known."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue import factors
from bot.domain.catalogue.factors import Acted, Asked, Candidate, Knowledge
from bot.domain.programmes import FACTORS

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
COUNTS = st.none() | st.integers(0, 10**12)
BPS = st.none() | st.integers(0, 10_000)


def a_candidate(**changed: object) -> Candidate:
    plain = Candidate(
        id=1,
        marketplace="feed",
        category=None,
        brand=None,
        currency="CNY",
        price_minor=2000,
        sale_price_minor=None,
        commission_bps=None,
        stock=None,
        rating_bps=None,
        reviews=None,
        sales=None,
    )
    return plain._replace(**changed)  # type: ignore[arg-type]


@given(
    COUNTS, st.integers(1, 10**12), BPS, COUNTS, BPS, COUNTS,
    st.integers(1, 10**12), st.integers(1, 10**12), st.none() | st.integers(1, 10**12),
)  # fmt: skip
def test_every_value_lies_between_zero_and_one(
    sales: int | None,
    top: int,
    commission: int | None,
    stock: int | None,
    rating: int | None,
    reviews: int | None,
    price: int,
    sale: int,
    usual: int | None,
) -> None:
    each = a_candidate(
        sales=sales, commission_bps=commission, stock=stock, rating_bps=rating, reviews=reviews,
        price_minor=price, sale_price_minor=min(sale, price), category="a",
    )  # fmt: skip
    knowledge = Knowledge(
        top_sales={"feed": top},
        actions={1: Acted(top)},
        demand={1: Asked(wished=min(top, 9), passed=stock or 0)},
        medians={("a", "CNY"): sale},
        usual={} if usual is None else {1: usual},
    )
    assert all(0 <= value <= 1 for value in factors.all_values(each, knowledge))


def test_more_is_better_in_each_factor() -> None:
    assert factors.place(0, 100) < factors.place(10, 100) < factors.place(100, 100) == 1
    assert factors.place(5, 0) == factors.NEUTRAL
    assert factors.NEUTRAL < factors.coupon(100, 99) < factors.coupon(100, 60)
    assert factors.coupon(100, 50) == factors.coupon(100, 1) == 1
    assert factors.commission(0) < factors.commission(1000) < factors.commission(4000) == 1
    assert factors.stock(0) == 0 < factors.stock(10) < factors.stock(5000) == 1
    assert factors.value(80, 100, None) > factors.value(100, 100, None) == factors.NEUTRAL
    assert factors.value(300, 100, None) == 0
    assert factors.value(80, 100, 80) < factors.value(80, 100, None)


def test_what_is_far_from_the_price_of_its_kind_is_of_other_goods() -> None:
    assert factors.value(40, None, 100) == 0.8
    assert factors.value(39, None, 100) == factors.NEUTRAL
    assert factors.value(250, None, 100) < factors.NEUTRAL == factors.value(251, None, 100)
    assert factors.value(80, 100, 10_000) == factors.value(80, 100, None)


def test_a_rating_counts_the_more_the_more_reviews_it_rests_on() -> None:
    few, many = factors.quality(9600, 2), factors.quality(9600, 2000)
    assert factors.NEUTRAL < few < factors.quality(9600, None) < many < 0.96
    assert factors.quality(1000, 2000) < factors.quality(1000, 2) < factors.NEUTRAL
    assert factors.quality(9600, 0) == factors.NEUTRAL


def test_medians_need_some_offers_of_one_kind_and_currency() -> None:
    samples: list[tuple[str | None, str, int]] = [("A > B > x", "CNY", price) for price in range(6)]
    samples += [("A > B", "CNY", 100), ("A > C", "CNY", 1), ("A > B", "EUR", 1), (None, "CNY", 9)]
    assert factors.medians(samples) == {("a > b", "CNY"): 3}


def test_an_order_weighs_more_than_clicks_and_one_click_never_less_than_silence() -> None:
    acted = {1: Acted(1), 2: Acted(9), 3: Acted(0, 1), 4: Acted(500, 50)}
    found = [
        dict(zip(FACTORS, factors.all_values(a_candidate(id=each), Knowledge(actions=acted)),
                 strict=True))["bot_rank"]
        for each in (1, 2, 3, 4, 5)
    ]  # fmt: skip
    assert factors.NEUTRAL < found[0] < found[1] < found[2] < found[3] == 1
    assert found[4] == factors.NEUTRAL
    assert factors.liked(0, 100) == factors.NEUTRAL


def test_demand_goes_up_by_who_asked_and_down_by_who_passed_it_over() -> None:
    values = [
        factors.asked(each)
        for each in (Asked(passed=40), Asked(passed=3), Asked(), Asked(3), Asked(3, 3), Asked(30))
    ]
    assert values == sorted(values)
    assert (values[0], values[2], values[-1]) == (0, factors.NEUTRAL, 1)
    assert factors.asked(Asked(wished=5, passed=5)) == factors.NEUTRAL
