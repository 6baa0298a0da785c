"""The eight factors [S1], each 0…1 with its reason; what is not known is neutral, not zero."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from math import log1p
from statistics import median_low
from typing import NamedTuple

from bot.domain.programmes import BASIS_POINTS
from bot.domain.records import Offer

NEUTRAL = 0.5
BEST_COMMISSION_BPS = 4_000
"""40 %, the highest rate in the source documents [S4], counts as the full factor."""
BEST_DISCOUNT = 0.5
"""Half the price off counts as the full factor; above it lie mostly invented list prices."""
AMPLE_STOCK = 1_000
"""Pieces from which more stock makes no difference for a day's posts."""
PRIOR_REVIEWS = 20
"""A rating counts as much as this many neutral ones once it rests on as many reviews."""
UNKNOWN_REVIEWS = 5
"""A rating whose number of reviews nobody tells counts as if there were so few."""
HISTORY = timedelta(days=30)
"""Over so many days prices, clicks and orders of our own are looked back upon."""
ORDER_WEIGHT = 10
"""Clicks that one order counts for: about one click in ten becomes an order."""
ASKED_WITHIN = timedelta(days=14)
"""A wish or a promoter's tap moves the ranking for two weeks; then the season is another."""
FEW = 3
"""People from whom on a wish counts, and from whom on anybody's number is told."""
FULLY_ASKED = 30
"""People from whom on an offer counts as fully asked for, or as fully passed over."""
MEDIAN_SAMPLES = 5
"""Fewer offers of a category say nothing about what is usual in it."""
COMPARABLE = 2.5
"""Times its kind's median, or a part of it, from which a price is of other goods: no brass ring is
good value because most rings are of gold."""
CATEGORY_STEPS = 2
"""Steps of a category's path that make a comparable group; deeper ones hold too few offers."""


class Acted(NamedTuple):
    """What people did through our own links within HISTORY: human clicks, orders not reversed."""

    clicks: int = 0
    orders: int = 0

    @property
    def points(self) -> int:
        """Both in clicks, an order for ORDER_WEIGHT of them."""
        return self.clicks + ORDER_WEIGHT * self.orders


class Asked(NamedTuple):
    """Who asked for an offer within ASKED_WITHIN, in people: none of them is named."""

    wished: int = 0
    """By words: wishes, searches and questions that found nothing; 0 below FEW."""
    chosen: int = 0
    """Promoters who picked it."""
    passed: int = 0
    """Promoters who skipped it or put another in its place."""

    @property
    def balance(self) -> int:
        """People for it less people against it."""
        return self.wished + self.chosen - self.passed


@dataclass(frozen=True, slots=True)
class PricePoint:
    """From ``at`` on, an offer cost this much after coupon, minor units of its currency."""

    price_minor: int
    at: datetime


class Candidate(NamedTuple):
    """What ranking needs of an offer, in the order in which storage reads the columns."""

    id: int
    marketplace: str
    category: str | None
    brand: str | None
    currency: str
    price_minor: int
    sale_price_minor: int | None
    commission_bps: int | None
    stock: int | None
    rating_bps: int | None
    reviews: int | None
    sales: int | None
    title: str = ""
    """Tells variants of one product apart from others; no factor rests on it."""


@dataclass(frozen=True)
class Knowledge:
    """What the catalogue and our own books know beside the offer itself; all may be empty."""

    top_sales: Mapping[str, int] = field(default_factory=dict)
    """Marketplace → the sales of its best sold offer."""
    actions: Mapping[int, Acted] = field(default_factory=dict)
    """Offer → clicks and orders through our own links."""
    demand: Mapping[int, Asked] = field(default_factory=dict)
    """Offer → who asked for it."""
    medians: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(group of category, currency) → median price after coupon, minor units."""
    usual: Mapping[int, int] = field(default_factory=dict)
    """Offer → its own usual price of the last 30 days, minor units."""
    lows: Collection[int] = frozenset()
    """Offers whose present price is the lowest of 30 days, as their stored history shows."""

    @cached_property
    def top_actions(self) -> int:
        """The most points that any offer has in ``actions``."""
        return max((each.points for each in self.actions.values()), default=0)


def candidate(offer: Offer) -> Candidate:
    """The part of ``offer`` that ranking needs."""
    facts = offer.facts
    return Candidate(
        offer.id,
        offer.marketplace,
        facts.category,
        facts.brand,
        facts.currency,
        facts.price_minor,
        facts.sale_price_minor,
        facts.commission_bps,
        facts.stock,
        facts.rating_bps,
        facts.reviews,
        facts.sales,
        facts.title,
    )


def price_now(each: Candidate) -> int:
    """Price after coupon, minor units."""
    return each.price_minor if each.sale_price_minor is None else each.sale_price_minor


# ---------------------------------------------------------------- values


def place(count: int | None, top: int) -> float:
    """A count against the highest one, by orders of magnitude: 1 the top, 0 none."""
    if count is None or top <= 0:
        return NEUTRAL
    return min(1.0, log1p(count) / log1p(top))


def liked(points: int, top: int) -> float:
    """Points of clicks and orders upward from neutral: one click is never worse than silence."""
    return NEUTRAL + (1 - NEUTRAL) * place(points, top) if points > 0 else NEUTRAL


def asked(each: Asked) -> float:
    """Who asked for an offer, from neutral up to full and, where more passed it over, down."""
    share = max(-1.0, min(1.0, each.balance / FULLY_ASKED))
    return NEUTRAL + (1 - NEUTRAL) * share


def coupon(price_minor: int, sale_price_minor: int | None) -> float:
    """Strength of the discount, upward from neutral, so that a small one never counts as worse
    than a feed's silence."""
    if sale_price_minor is None:
        return NEUTRAL
    off = 1 - sale_price_minor / price_minor
    return NEUTRAL + (1 - NEUTRAL) * min(1.0, off / BEST_DISCOUNT)


def commission(commission_bps: int | None) -> float:
    """The rate against the highest one of the documents."""
    return NEUTRAL if commission_bps is None else min(1.0, commission_bps / BEST_COMMISSION_BPS)


def stock(pieces: int | None) -> float:
    """Pieces by orders of magnitude, full from AMPLE_STOCK on."""
    return NEUTRAL if pieces is None else min(1.0, log1p(pieces) / log1p(AMPLE_STOCK))


def quality(rating_bps: int | None, reviews: int | None) -> float:
    """The rating, drawn to neutral the fewer reviews it rests on (Bayesian mean)."""
    if rating_bps is None:
        return NEUTRAL
    count = UNKNOWN_REVIEWS if reviews is None else reviews
    total = NEUTRAL * PRIOR_REVIEWS + rating_bps / BASIS_POINTS * count
    return total / (PRIOR_REVIEWS + count)


def value(price: int, usual: int | None, median: int | None) -> float:
    """The price now against the offer's own usual one and its category's median: 0.5 as usual.

    Both count alike; a median that is too far away is not compared with.
    """
    references = [each for each in (usual, comparable(price, median)) if each is not None]
    if not references:
        return NEUTRAL
    return sum(_cheapness(price, each) for each in references) / len(references)


def comparable(price: int, median: int | None) -> int | None:
    """The median of a price's kind, where the two are of like goods; else None."""
    if median is None or not median / COMPARABLE <= price <= median * COMPARABLE:
        return None
    return median


def _cheapness(price: int, reference: int) -> float:
    return min(1.0, max(0.0, NEUTRAL + (reference - price) / reference / 2))


@lru_cache(maxsize=65_536)
def category_group(category: str | None) -> str | None:
    """The first steps of a path "A > B > C", lower case, to compare prices within; None stays."""
    if category is None:
        return None
    return " > ".join(category.lower().split(" > ")[:CATEGORY_STEPS])


def medians(samples: Iterable[tuple[str | None, str, int]]) -> dict[tuple[str, str], int]:
    """Median price of each (category group, currency) from (category, currency, price) samples."""
    found: dict[tuple[str, str], list[int]] = {}
    for category, money, price in samples:
        group = category_group(category)
        if group is not None:
            found.setdefault((group, money), []).append(price)
    return {
        key: median_low(several) for key, several in found.items() if len(several) >= MEDIAN_SAMPLES
    }


# ---------------------------------------------------------------- of a candidate


def all_values(each: Candidate, knowledge: Knowledge) -> tuple[float, ...]:
    """The eight values in the order of FACTORS."""
    return tuple(value_of(each, knowledge) for value_of in VALUES)


def _marketplace_rank(each: Candidate, knowledge: Knowledge) -> float:
    return place(each.sales, knowledge.top_sales.get(each.marketplace, 0))


def _bot_rank(each: Candidate, knowledge: Knowledge) -> float:
    acted = knowledge.actions.get(each.id)
    return NEUTRAL if acted is None else liked(acted.points, knowledge.top_actions)


def _demand(each: Candidate, knowledge: Knowledge) -> float:
    found = knowledge.demand.get(each.id)
    return NEUTRAL if found is None else asked(found)


def _coupon(each: Candidate, _: Knowledge) -> float:
    return coupon(each.price_minor, each.sale_price_minor)


def _commission(each: Candidate, _: Knowledge) -> float:
    return commission(each.commission_bps)


def _stock(each: Candidate, _: Knowledge) -> float:
    return stock(each.stock)


def _quality(each: Candidate, _: Knowledge) -> float:
    return quality(each.rating_bps, each.reviews)


def _value(each: Candidate, knowledge: Knowledge) -> float:
    return value(price_now(each), knowledge.usual.get(each.id), category_median(each, knowledge))


VALUES = (
    _marketplace_rank,
    _bot_rank,
    _demand,
    _coupon,
    _commission,
    _stock,
    _quality,
    _value,
)
"""How each factor is valued, in the order of FACTORS."""


def category_median(each: Candidate, knowledge: Knowledge) -> int | None:
    """The median price of the candidate's kind in its currency; None unknown."""
    group = category_group(each.category)
    return None if group is None else knowledge.medians.get((group, each.currency))
