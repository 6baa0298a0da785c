"""Why each of the eight factors [S1] of an offer is as it is, as keys of texts with figures."""

from collections.abc import Mapping

from bot.domain.catalogue.factors import (
    ASKED_WITHIN,
    FEW,
    HISTORY,
    Acted,
    Asked,
    Candidate,
    Knowledge,
    all_values,
    category_median,
    comparable,
    price_now,
)
from bot.domain.programmes import BASIS_POINTS, FACTORS
from bot.domain.records import Factor

Reason = tuple[str, Mapping[str, object]]
UNKNOWN: Reason = ("unknown", {})


def explain(
    each: Candidate, knowledge: Knowledge, weights: Mapping[str, float]
) -> tuple[Factor, ...]:
    """The eight factors of one offer in their order, with weights and reasons to show.

    A reason names the figures that its value rests on: amounts as ``{minor, currency}``.
    """
    values = all_values(each, knowledge)
    reasons = (
        _sold(each.sales, knowledge.top_sales.get(each.marketplace, 0)),
        _acted(knowledge.actions.get(each.id)),
        _asked(knowledge.demand.get(each.id)),
        _off(each),
        _commission(each),
        _stocked(each.stock),
        _rated(each),
        _compared(each, knowledge),
    )
    return tuple(
        Factor(name, round(values[index], 4), weights.get(name, 0.0), f"factor.{key}", words)
        for index, (name, (key, words)) in enumerate(zip(FACTORS, reasons, strict=True))
    )


def amount(minor: int, currency: str) -> dict[str, object]:
    """An amount as reasons carry it: each reader sees it written in the own way."""
    return {"minor": minor, "currency": currency}


def _sold(sales: int | None, top: int) -> Reason:
    """The sales beside those of the best sold offer, where that is another one."""
    if sales is None:
        return UNKNOWN
    return (
        ("sales_of", {"count": sales, "top": top}) if top > sales else ("sales", {"count": sales})
    )


def _acted(acted: Acted | None) -> Reason:
    if acted is None:
        return UNKNOWN
    return "acted", {"clicks": acted.clicks, "orders": acted.orders, "days": HISTORY.days}


def _asked(asked: Asked | None) -> Reason:
    """Numbers from FEW people on: below that it is somebody's own affair, and only the side."""
    if asked is None:
        return UNKNOWN
    words = {"days": ASKED_WITHIN.days}
    tapped = asked.chosen + asked.passed
    counts = {"chosen": asked.chosen, "passed": asked.passed}
    if asked.wished and tapped >= FEW:
        return "asked_tapped", {**words, "people": asked.wished, **counts}
    if asked.wished:
        return "asked", {**words, "people": asked.wished}
    if tapped >= FEW:
        return "tapped", {**words, **counts}
    return ("tapped_few" if asked.balance >= 0 else "passed_few"), words


def _off(each: Candidate) -> Reason:
    if each.sale_price_minor is None:
        return UNKNOWN
    off = (each.price_minor - each.sale_price_minor) * 100 // each.price_minor
    before, now = amount(each.price_minor, each.currency), amount(price_now(each), each.currency)
    return "coupon_from", {"percent": str(off), "before": before, "now": now}


def _commission(each: Candidate) -> Reason:
    """A rate is told as it is, with its decimals; what it comes to is rounded down."""
    bps = each.commission_bps
    if bps is None:
        return UNKNOWN
    about = amount(price_now(each) * bps // BASIS_POINTS, each.currency)
    return "commission_of", {"percent": f"{bps / 100:g}", "amount": about}


def _stocked(pieces: int | None) -> Reason:
    return UNKNOWN if pieces is None else ("stock", {"count": pieces})


def _rated(each: Candidate) -> Reason:
    if each.rating_bps is None:
        return UNKNOWN
    stars = f"{each.rating_bps * 5 / BASIS_POINTS:.1f}"
    if each.reviews is None:
        return "rating_alone", {"stars": stars}
    return "rating_of", {"stars": stars, "count": each.reviews}


def _compared(each: Candidate, knowledge: Knowledge) -> Reason:
    """Against the own history where it says something, else against the category."""
    price, usual = price_now(each), knowledge.usual.get(each.id)
    median = category_median(each, knowledge)
    if usual is not None and each.id in knowledge.lows:
        return "low", {"now": amount(price, each.currency), **_reference(each, usual)}
    if usual is not None and (usual != price or comparable(price, median) is None):
        return _difference("usual", each, usual)
    if median is None:
        return UNKNOWN
    if comparable(price, median) is None:
        return "median_far", _reference(each, median)
    return _difference("median", each, median)


def _difference(key: str, each: Candidate, reference: int) -> Reason:
    price = price_now(each)
    words = _reference(each, reference)
    percent = abs(reference - price) * 100 // reference
    if percent < 1:
        return f"{key}_as", words
    side = "under" if price < reference else "over"
    return f"{key}_{side}", {"percent": str(percent), **words}


def _reference(each: Candidate, reference: int) -> dict[str, object]:
    return {"reference": amount(reference, each.currency)}
