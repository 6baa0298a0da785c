"""The reasons of the eight factors, in both languages."""

from string import Formatter

import pytest

from bot.domain.catalogue import factors
from bot.domain.catalogue.factors import Candidate, Knowledge
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
        top_sales={"feed": 5000}, actions={1: 12}, demand={1: 0.25},
        medians={("food > tea", "CNY"): 2000}, usual={1: 1600},
    )  # fmt: skip
    assert reasons(each, knowledge) == {
        "marketplace_rank": "38,000 sold",
        "bot_rank": "12 points from clicks and orders",
        "demand": "by 25%",
        "coupon": "25% off",
        "commission": "12.5%",
        "stock": "6,400 pieces",
        "quality": "rated 4.5 of 5 by 31",
        "value": "6% below its own 30-day average",
    }
    chinese = reasons(each, knowledge, "zh")
    assert chinese["marketplace_rank"] == "已售 3.8 万件"
    assert chinese["stock"] == "6400 件"


def test_a_discount_is_rounded_as_in_the_post_and_a_hair_is_no_difference() -> None:
    each = a_candidate(price_minor=1000, sale_price_minor=401, category="A", commission_bps=2800)
    said = reasons(each, Knowledge(usual={1: 400}))
    assert said["coupon"] == "59% off"
    assert said["value"] == "as its own 30-day average"
    assert said["commission"] == "28%"


@pytest.mark.parametrize(
    ("price", "usual", "median", "key"),
    [
        (100, 120, 50, "usual_below"),
        (100, 80, 50, "usual_above"),
        (100, 100, None, "usual_same"),
        (100, 100, 120, "median_below"),
        (100, None, 80, "median_above"),
        (100, None, 100, "median_same"),
        (100, None, None, "unknown"),
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
    assert found[-2].reason == "factor.rating"


def test_both_languages_have_every_reason_and_name_with_the_same_blanks() -> None:
    def blanks(text: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    keys = [key for key in TEXTS["zh"].words if key.startswith("factor.")]
    assert {f"factor.name_{name}" for name in FACTORS} < set(keys)
    assert keys == [key for key in TEXTS["en"].words if key.startswith("factor.")]
    for key in keys:
        assert blanks(TEXTS["zh"].words[key]) == blanks(TEXTS["en"].words[key])
