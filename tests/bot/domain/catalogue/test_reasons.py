"""The reasons of the eight factors, in both languages."""

from string import Formatter

import pytest

from bot.domain.catalogue import factors
from bot.domain.catalogue.factors import Acted, Asked, Candidate, Knowledge
from bot.domain.catalogue.reasons import explain
from bot.domain.programmes import FACTORS
from tests.bot.domain.catalogue.test_factors import a_candidate
from tests.schemes import TEXTS

WEIGHTS = dict.fromkeys(FACTORS, 1.0)


def reasons(each: Candidate, knowledge: Knowledge, language: str = "en") -> dict[str, str]:
    found = explain(each, knowledge, WEIGHTS)
    return {factor.name: TEXTS[language].figures(factor.reason, **factor.words) for factor in found}


def test_an_offer_of_which_nothing_is_known_is_neutral_in_all_eight() -> None:
    found = explain(a_candidate(), Knowledge(), WEIGHTS)
    assert [factor.name for factor in found] == list(FACTORS)
    assert {factor.value for factor in found} == {factors.NEUTRAL}
    assert {factor.reason for factor in found} == {"factor.unknown"}


def test_the_reasons_name_the_figures() -> None:
    each = a_candidate(
        sales=38_000, sale_price_minor=1500, commission_bps=1250, stock=6400, rating_bps=9000,
        reviews=31, category="Food > Tea > Green",
    )  # fmt: skip
    knowledge = Knowledge(
        top_sales={"feed": 50_000}, actions={1: Acted(12, 2)}, demand={1: Asked(5)},
        medians={("food > tea", "CNY"): 2000}, usual={1: 1600},
    )  # fmt: skip
    assert reasons(each, knowledge) == {
        "marketplace_rank": "38,000 sold; the best seller of its shop: 50,000",
        "bot_rank": "in our groups within 30 days: clicks 12, orders 2",
        "demand": "5 people want it (last 14 days)",
        "coupon": "¥20.00 before, ¥15.00 after coupon: 25% off",
        "commission": "12.5%, about ¥1.87 an order",
        "stock": "6,400 pieces",
        "quality": "rated 4.5 of 5 by 31",
        "value": "6% below its own usual price of 30 days, ¥16.00",
    }
    chinese = reasons(each, knowledge, "zh")
    assert chinese["marketplace_rank"] == "已售 3.8 万件，同平台最高 5 万件"
    assert chinese["commission"] == "12.5%，每单约 ¥1.87"
    assert chinese["stock"] == "6400 件"


def test_a_discount_is_rounded_as_in_the_post_and_a_hair_is_no_difference() -> None:
    each = a_candidate(price_minor=1000, sale_price_minor=401, category="A", commission_bps=2800)
    said = reasons(each, Knowledge(usual={1: 400}))
    assert said["coupon"] == "¥10.00 before, ¥4.01 after coupon: 59% off"
    assert said["value"] == "as its own usual price of 30 days, ¥4.00"
    assert said["commission"] == "28%, about ¥1.12 an order"


def test_the_best_seller_is_not_compared_with_itself_and_a_low_is_called_one() -> None:
    each = a_candidate(sales=50, sale_price_minor=900)
    said = reasons(each, Knowledge(top_sales={"feed": 50}, usual={1: 1200}, lows={1}))
    assert said["marketplace_rank"] == "50 sold"
    assert said["value"] == "¥9.00 is the lowest of 30 days, usually ¥12.00"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(4, 2, 1), "4 people want it (last 14 days); promoters who picked it: 2, "
         "who passed it over: 1"),
        (Asked(4, 2, 0), "4 people want it (last 14 days)"),
        (Asked(0, 3, 1), "last 14 days: promoters who picked it: 3, who passed it over: 1"),
        (Asked(0, 2, 0), "picked by promoters within 14 days (fewer than 3 are not counted out)"),
        (Asked(0, 0, 2), "passed over by promoters within 14 days (fewer than 3 are not counted "
         "out)"),
    ],
)  # fmt: skip
def test_numbers_of_people_are_told_from_three_on(asked: Asked, said: str) -> None:
    assert reasons(a_candidate(), Knowledge(demand={1: asked}))["demand"] == said


@pytest.mark.parametrize(
    ("price", "usual", "median", "key"),
    [
        (100, 120, 50, "usual_under"),
        (100, 80, 50, "usual_over"),
        (100, 100, None, "usual_as"),
        (100, 100, 120, "median_under"),
        (100, None, 80, "median_over"),
        (100, None, 100, "median_as"),
        (100, None, None, "unknown"),
        (100, None, 251, "median_far"),
        (100, None, 39, "median_far"),
        (100, 100, 900, "usual_as"),
    ],
)
def test_the_price_is_compared_with_what_says_most(
    price: int, usual: int | None, median: int | None, key: str
) -> None:
    knowledge = Knowledge(
        usual={} if usual is None else {1: usual},
        medians={} if median is None else {("a", "CNY"): median},
    )
    each = a_candidate(price_minor=price, category="A", rating_bps=8000)
    found = explain(each, knowledge, WEIGHTS)
    assert found[-1].reason == f"factor.{key}"
    assert found[-2].reason == "factor.rating_alone"


def test_both_languages_have_every_reason_and_name_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    keys = [key for key in TEXTS["zh"].words if key.startswith("factor.")]
    assert {f"factor.name_{name}" for name in FACTORS} < set(keys)
    assert keys == [key for key in TEXTS["en"].words if key.startswith("factor.")]
    for key in keys:
        assert blanks(TEXTS["zh"].words[key]) == blanks(TEXTS["en"].words[key])
