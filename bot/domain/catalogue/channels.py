"""The eleven channels [S1] as saved queries: what belongs to each, in which order, and why."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import nsmallest
from typing import NamedTuple

from bot.domain.catalogue import factors
from bot.domain.catalogue.factors import Candidate, price_now
from bot.domain.catalogue.stating import ends_on, is_fast
from bot.domain.programmes import BASIS_POINTS
from bot.domain.records import Ban, Factor, Offer, OfferId, Ranked


class Channel(StrEnum):
    """The eleven in the order in which they are shown, and a list that stands beside one."""

    TODAY = "today"
    HOT = "hot"
    SHARED = "shared"
    POPULAR = "popular"
    RATED = "rated"
    COUPONS = "coupons"
    EVENTS = "events"
    NINE = "nine"
    FAST = "fast"
    BRANDS = "brands"
    SEARCH = "search"
    SELLERS = "sellers"
    """The best-seller list of today's must-posts; no channel of its own."""


CHANNELS = tuple(each for each in Channel if each is not Channel.SELLERS)

LIST_SIZE = 50
"""Offers of a channel at most: nobody turns more than five pages of ten."""
MUST_POST = 10
"""The top of the day's shortlist; the best-seller list is taken from all of it."""
NINE_MINOR, NINE_CURRENCY = 990, "CNY"
"""9.90 after coupon. What people take for as cheap in other currencies nobody has told us."""
WELL_RATED_BPS, ENOUGH_REVIEWS = 9_000, 50
"""4.5 of 5, from so many that a shop's friends alone do not make it."""
ENDING = timedelta(days=3)
"""A coupon that ends within these days is an event by itself."""
HOT_FOR, SHARED_FOR = timedelta(hours=2), timedelta(days=3)
JUDGED = 500
"""Offers of our own books that are looked at for those that a programme may post."""


class Shelf(StrEnum):
    """Which offers the database looks through, the best sold first."""

    ALL = "all"
    LOWERED = "lowered"
    DELIVERED = "delivered"
    RATED = "rated"
    CHEAP = "cheap"


SHELVES: Mapping[Channel, Shelf] = {
    Channel.POPULAR: Shelf.ALL,
    Channel.BRANDS: Shelf.ALL,
    Channel.RATED: Shelf.RATED,
    Channel.COUPONS: Shelf.LOWERED,
    Channel.EVENTS: Shelf.LOWERED,
    Channel.NINE: Shelf.CHEAP,
    Channel.FAST: Shelf.DELIVERED,
}
"""The channels that are read from the catalogue alone."""


class Glance(NamedTuple):
    """What the channels look at in an offer."""

    each: Candidate
    coupon: str | None
    delivery: str | None
    seen_at: datetime
    """When the feed said so."""
    bans: tuple[Ban, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer stands in a channel: the key of a text and what it is filled in with."""

    key: str
    words: Mapping[str, object] = field(default_factory=dict)


Chosen = dict[OfferId, Reason]
"""Offers of a channel in order, each with its reason."""


def glance(offer: Offer) -> Glance:
    """What the channels look at in ``offer``."""
    facts = offer.facts
    each = factors.candidate(offer)
    return Glance(each, facts.coupon, facts.delivery, offer.seen_at, offer.bans)


# ---------------------------------------------------------------- from the catalogue


def choose(
    channel: Channel, glances: Iterable[Glance], *, now: datetime, is_season: bool = False
) -> Chosen:
    """Those of ``glances`` that belong to a channel of SHELVES, the best LIST_SIZE in order.

    ``now`` is in the zone in which days are counted. In a season every coupon is an event; else
    only one that ends within ENDING. A tie goes to what is sold more, then to the smaller id.
    """
    judge = _judge(channel, now, is_season=is_season)
    found: list[tuple[float, int, int, Reason]] = []
    for one in glances:
        judged = judge(one)
        if judged is not None:
            rank, reason = judged
            found.append((-rank, -(one.each.sales or 0), one.each.id, reason))
    found.sort(key=lambda row: row[:3])
    return {OfferId(offer_id): reason for _, _, offer_id, reason in found[:LIST_SIZE]}


Judged = tuple[float, Reason] | None
"""How high an offer stands and why; None where it does not belong."""


def _judge(channel: Channel, now: datetime, *, is_season: bool) -> Callable[[Glance], Judged]:
    if channel is Channel.EVENTS:
        return lambda one: _event(one, now, is_season=is_season)
    judges: Mapping[Channel, Callable[[Glance], Judged]] = {
        Channel.COUPONS: _coupon,
        Channel.FAST: _fast,
        Channel.RATED: _rated,
        Channel.NINE: _nine,
    }
    return judges.get(channel, _sold)


def _off(each: Candidate) -> int:
    """Whole percent that the coupon takes off."""
    return (each.price_minor - price_now(each)) * 100 // max(1, each.price_minor)


def _coupon(one: Glance) -> Judged:
    off = _off(one.each)
    if off > 0:
        # Above half the price mostly the list price is invented: from there on sales decide.
        strength = factors.coupon(one.each.price_minor, price_now(one.each))
        return strength, Reason("factor.coupon", {"percent": str(off)})
    if one.coupon:
        return 0.0, Reason("channel.reason_coupon", {"coupon": one.coupon})
    return None


def _event(one: Glance, now: datetime, *, is_season: bool) -> Judged:
    if one.coupon is None:
        return _coupon(one) if is_season else None
    today = now.date()
    ends = ends_on(one.coupon, one.seen_at.astimezone(now.tzinfo).date())
    if ends is not None and ends < today:
        return None
    if ends is not None and ends <= today + ENDING:
        left = (ends - today).days
        return ENDING.days + 2.0 - left, Reason("channel.reason_ends", {"day": ends})
    return _coupon(one) if is_season else None


def _fast(one: Glance) -> Judged:
    if not is_fast(one.delivery):
        return None
    return 0.0, Reason("channel.reason_delivery", {"delivery": one.delivery})


def _rated(one: Glance) -> Judged:
    rating, reviews = one.each.rating_bps, one.each.reviews
    if rating is None or reviews is None or rating < WELL_RATED_BPS or reviews < ENOUGH_REVIEWS:
        return None
    stars = f"{rating * 5 / BASIS_POINTS:.1f}"
    reason = Reason("channel.reason_rating", {"stars": stars, "count": reviews})
    return round(factors.quality(rating, reviews), 3), reason


def _nine(one: Glance) -> Judged:
    if one.each.currency != NINE_CURRENCY or price_now(one.each) > NINE_MINOR:
        return None
    return 0.0, told(one)


def _sold(one: Glance) -> Judged:
    return (float(one.each.sales), told(one)) if one.each.sales else None


def told(one: Glance) -> Reason:
    """The first thing worth telling of an offer, whatever the channel."""
    if one.each.sales:
        return Reason("factor.sales", {"count": one.each.sales})
    rated = _rated(one)
    if rated is not None:
        return rated[1]
    lowered = _coupon(one)
    return Reason("channel.reason_plain") if lowered is None else lowered[1]


# ---------------------------------------------------------------- of our own books


def shared(people: Mapping[OfferId, int]) -> Chosen:
    """Offers by how many people's clicks our links brought them, the most first."""
    return {
        offer_id: Reason("channel.reason_clicks", {"count": count})
        for offer_id, count in nsmallest(JUDGED, people.items(), key=lambda row: (-row[1], row[0]))
        if count > 0
    }


def hot(people: Mapping[OfferId, int], orders: Mapping[OfferId, int]) -> Chosen:
    """Offers by clicks of people and orders of the last two hours, orders weighted."""
    points = {
        each: people.get(each, 0) + factors.ORDER_WEIGHT * orders.get(each, 0)
        for each in {*people, *orders}
    }
    found: Chosen = {}
    for each in nsmallest(JUDGED, points, key=lambda each: (-points[each], each)):
        words = {"clicks": people.get(each, 0), "orders": orders.get(each, 0)}
        key = "channel.reason_hot" if words["orders"] else "channel.reason_hot_clicks"
        found[each] = Reason(key, words)
    return found


# ---------------------------------------------------------------- of the shortlist


def must_post(rows: Sequence[Ranked]) -> Chosen:
    """The top of the day's shortlist, each with the factor that speaks most for it."""
    found: Chosen = {}
    for row in rows[:MUST_POST]:
        known = [each for each in row.factors if each.reason != "factor.unknown"]
        best = max(known, key=_speaks, default=None)
        plain = told(glance(row.offer))
        if best is None or best.name == "commission":
            # What the promoter earns stands on the line already.
            found[row.offer.id] = plain
        else:
            found[row.offer.id] = Reason(best.reason, best.words)
    return found


def _speaks(factor: Factor) -> float:
    return factor.weight * (factor.value - factors.NEUTRAL)


def best_sellers(rows: Sequence[Ranked]) -> Chosen:
    """The day's shortlist by sales; what states none is not in it."""
    glances = [glance(row.offer) for row in rows]
    glances.sort(key=lambda one: (-(one.each.sales or 0), one.each.id))
    return {OfferId(one.each.id): told(one) for one in glances if one.each.sales}
