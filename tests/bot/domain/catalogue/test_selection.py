"""Which offers may be posted, which are the best, and which go to a group by themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.catalogue import selection
from bot.domain.catalogue.factors import PricePoint, candidate
from bot.domain.catalogue.selection import Unfit
from bot.domain.records import Ban, Currency, Offer, OfferFacts, OfferId, PersonId
from tests.schemes import PROGRAMMES

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = NOW.date()
OPEN = replace(
    PROGRAMMES["fenxiang"],
    price_min_minor=None,
    price_max_minor=None,
    categories=(),
    brands=(),
    marketplaces=(),
)
"""A programme that takes everything."""


def an_offer(number: int = 1, **changed: Any) -> Offer:
    own = {name: changed.pop(name) for name in ("seen_at", "ended_at", "bans") if name in changed}
    given: dict[str, Any] = {"price_minor": 2000, "currency": Currency("CNY")} | changed
    facts = OfferFacts(
        external_id=f"p-{number}", title=f"Tea {number}", url=f"https://a.example/{number}", **given
    )
    return Offer(
        OfferId(number),
        "feed",
        facts,
        own.get("seen_at", NOW),
        own.get("ended_at"),
        own.get("bans", ()),
    )


# ---------------------------------------------------------------- what may be posted


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, None),
        ({"ended_at": NOW}, Unfit.ENDED),
        ({"bans": (Ban("*", "fake"),)}, Unfit.BANNED),
        ({"bans": (Ban("fenxiang", "fake"),)}, Unfit.BANNED),
        ({"bans": (Ban("yunji", "fake"),)}, None),
        ({"stock": 0}, Unfit.SOLD_OUT),
        ({"stock": 1}, None),
        ({"seen_at": NOW - timedelta(hours=72)}, None),
        ({"seen_at": NOW - timedelta(hours=72, seconds=1)}, Unfit.STALE),
    ],
)
def test_ended_banned_sold_out_and_stale_offers_are_out(
    changed: dict[str, Any], reason: Unfit | None
) -> None:
    programme = replace(OPEN, freshness_hours=72)
    assert selection.unfit(an_offer(**changed), programme, NOW) is reason


@pytest.mark.parametrize(
    ("limits", "changed", "is_in"),
    [
        ({"price_min_minor": 2000}, {}, True),
        ({"price_min_minor": 2001}, {}, False),
        ({"price_max_minor": 1999}, {}, False),
        ({"price_max_minor": 1999}, {"sale_price_minor": 1999}, True),
        ({"price_max_minor": 1999, "price_currency": "CNY"}, {}, False),
        ({"price_max_minor": 1999, "price_currency": "CNY"}, {"currency": Currency("INR")}, True),
        ({"marketplaces": ("jd",)}, {}, False),
        ({"marketplaces": ("jd", "feed")}, {}, True),
        ({"brands": ("Ｏolong",)}, {"brand": "OOLONG"}, True),
        ({"brands": ("Oolong",)}, {"brand": "Oolong House"}, False),
        ({"brands": ("Oolong",)}, {}, False),
        ({"categories": ("tea", "家居")}, {"category": "Food > Green Tea"}, True),
        ({"categories": ("tea", "家居")}, {"category": "家居 > 收纳"}, True),
        ({"categories": ("tea",)}, {"category": "Food > Coffee"}, False),
        ({"categories": ("tea",)}, {}, False),
    ],
)
def test_a_programme_takes_what_its_filters_allow(
    limits: dict[str, Any], changed: dict[str, Any], is_in: bool
) -> None:
    programme = replace(OPEN, price_currency=None)
    reason = selection.unfit(an_offer(**changed), replace(programme, **limits), NOW)
    assert reason is (None if is_in else Unfit.NOT_ALLOWED)


def test_offers_of_one_category_are_judged_alike() -> None:
    is_allowed = selection.allowance(replace(OPEN, categories=("tea",)))
    several = [
        an_offer(1, category="Tea"),
        an_offer(2, category="Oil"),
        an_offer(3, category="Tea"),
    ]
    assert [is_allowed(candidate(offer)) for offer in several] == [True, False, True]


# ---------------------------------------------------------------- when, and how many


def test_the_ranking_is_frozen_an_hour_before_the_first_slot() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert selection.cut_off(PROGRAMMES["fenxiang"], TODAY, shanghai) == datetime(
        2026, 11, 22, 7, 0, tzinfo=shanghai
    )


def test_the_reserve_is_what_all_groups_of_a_promoter_may_need_in_a_day() -> None:
    assert selection.reserve(replace(OPEN, groups_limit=2, picks_per_slot=3)) == 2 * 3 * 3
    assert selection.reserve(replace(OPEN, groups_limit=500)) == selection.RESERVE_LIMIT


# ---------------------------------------------------------------- autopilot


def choose(count: int, repeat_days: int = 7, **changed: Any) -> list[int]:
    given: dict[str, Any] = {"posted_on": {}, "taken": (), "size": 2} | changed
    candidates = [OfferId(number) for number in range(1, count + 1)]
    return list(selection.autopilot(candidates, repeat_days=repeat_days, day=TODAY, **given))


def test_autopilot_takes_the_first_that_are_new_to_the_group() -> None:
    assert choose(6) == [1, 2]
    assert choose(6, size=0) == []
    assert choose(1) == [1]
    seen = {OfferId(1): date(2026, 11, 16), OfferId(2): date(2026, 11, 15)}
    assert choose(6, posted_on=seen) == [2, 3]
    assert choose(6, taken={OfferId(1), OfferId(3)}) == [2, 4]


def test_an_offer_never_comes_twice_on_one_day_even_without_days_between() -> None:
    assert selection.is_repeat(TODAY, TODAY, 0)
    assert not selection.is_repeat(TODAY - timedelta(days=1), TODAY, 0)
    assert not selection.is_repeat(None, TODAY, 30)


# ---------------------------------------------------------------- the true low


@pytest.mark.parametrize(
    ("history", "is_low"),
    [
        ([], False),
        ([(100, 40)], False),
        ([(100, 40), (80, 1)], True),
        ([(100, 30), (80, 1)], True),
        ([(100, 29), (80, 1)], False),
        ([(100, 40), (80, 20), (90, 10)], False),
        ([(100, 40), (80, 20), (90, 10), (80, 1)], True),
        ([(70, 90), (100, 40), (80, 1)], True),
        ([(70, 31), (100, 29), (80, 1)], False),
        ([(100, 60), (80, 40)], False),
    ],
)
def test_a_low_is_marked_only_when_thirty_days_of_history_show_it(
    history: list[tuple[int, int]], is_low: bool
) -> None:
    points = [PricePoint(price, NOW - timedelta(days=days)) for price, days in history]
    assert selection.true_low(points, NOW) is is_low


@pytest.mark.parametrize(
    ("bps", "limits", "wanted"),
    [
        (500, {"rate_min_bps": 500, "rate_max_bps": 4000}, True),
        (4000, {"rate_min_bps": 500, "rate_max_bps": 4000}, True),
        (499, {"rate_min_bps": 500}, False),
        (4001, {"rate_max_bps": 4000}, False),
        (None, {"rate_max_bps": 4000}, False),
        (9000, {"rate_min_bps": 500}, True),
    ],
)
def test_a_rate_outside_of_the_bounds_or_unknown_is_not_allowed(
    bps: int | None, limits: dict[str, Any], wanted: bool
) -> None:
    offer = an_offer(commission_bps=bps)
    assert (selection.unfit(offer, replace(OPEN, **limits), NOW) is None) is wanted


def test_goods_of_a_promoters_own_go_into_the_own_groups_alone() -> None:
    offer = replace(an_offer(), marketplace="own:7")
    shop = replace(OPEN, has_own_stock=True)
    assert selection.unfit(offer, shop, NOW, promoter_id=PersonId(7)) is None
    for scheme, promoter_id in ((shop, PersonId(8)), (shop, None), (OPEN, PersonId(7))):
        found = selection.unfit(offer, scheme, NOW, promoter_id=promoter_id)
        assert found is Unfit.NOT_ALLOWED
    assert not selection.allowance(shop)(candidate(offer))


def test_the_usual_price_is_the_one_that_half_of_the_month_was_not_above() -> None:
    def point(price: int, days: int) -> PricePoint:
        return PricePoint(price, NOW - timedelta(days=days))

    assert selection.usual_price([point(100, 30), point(50, 10)], NOW) == 100
    assert selection.usual_price([point(100, 30), point(50, 16)], NOW) == 50
    # A price that was raised for a few days before a sale is not the usual one.
    assert selection.usual_price([point(100, 30), point(300, 6), point(100, 1)], NOW) == 100
    # What was before the thirty days does not count, but for what still held at their begin.
    assert selection.usual_price([point(900, 90), point(100, 60), point(50, 14)], NOW) == 100
    assert selection.usual_price([point(100, 0)], NOW) is None
    assert selection.usual_price([], NOW) is None


def test_a_ban_holds_in_its_programme_or_everywhere() -> None:
    here, everywhere = an_offer(bans=(Ban("yunji", "no"),)), an_offer(bans=(Ban("*", "fake"),))
    assert selection.is_banned(here, "yunji")
    assert not selection.is_banned(here, "fenxiang")
    assert not selection.is_banned(here, None)
    assert selection.is_banned(everywhere, None)
