"""Why each of the eight factors [S1] of an offer is as it is, as keys of texts with figures."""

from collections.abc import Mapping

from bot.domain.catalogue.factors import (
    Candidate,
    Knowledge,
    all_values,
    category_median,
    price_now,
)
from bot.domain.programmes import BASIS_POINTS, FACTORS
from bot.domain.records import Factor

Reason = tuple[str, Mapping[str, object]]


def explain(
    each: Candidate, knowledge: Knowledge, weights: Mapping[str, float]
) -> tuple[Factor, ...]:
    """The eight factors of one offer in their order, with weights and reasons to show."""
    median = category_median(each, knowledge)
    usual = knowledge.usual.get(each.id)
    values = all_values(each, knowledge)
    reasons = (
        _counted("sales", each.sales),
        _counted("actions", knowledge.actions.get(each.id)),
        _percent("demand", knowledge.demand.get(each.id)),
        _off(each),
        _commission(each.commission_bps),
        _counted("stock", each.stock),
        _rated(each),
        _compared(price_now(each), usual, median),
    )
    return tuple(
        Factor(name, round(values[index], 4), weights.get(name, 0.0), f"factor.{key}", words)
        for index, (name, (key, words)) in enumerate(zip(FACTORS, reasons, strict=True))
    )


def _counted(key: str, count: int | None) -> Reason:
    return ("unknown", {}) if count is None else (key, {"count": count})


def _percent(key: str, share: float | None) -> Reason:
    return ("unknown", {}) if share is None else (key, {"percent": f"{share * 100:.0f}"})


def _commission(bps: int | None) -> Reason:
    """A rate is told as it is, with its decimals; only what is measured is rounded."""
    return ("unknown", {}) if bps is None else ("commission", {"percent": f"{bps / 100:g}"})


def _off(each: Candidate) -> Reason:
    if each.sale_price_minor is None:
        return "unknown", {}
    off = (each.price_minor - each.sale_price_minor) * 100 // each.price_minor
    return "coupon", {"percent": str(off)}


def _rated(each: Candidate) -> Reason:
    if each.rating_bps is None:
        return "unknown", {}
    stars = f"{each.rating_bps * 5 / BASIS_POINTS:.1f}"
    if each.reviews is None:
        return "rating", {"stars": stars}
    return "rating_of", {"stars": stars, "count": each.reviews}


def _compared(price: int, usual: int | None, median: int | None) -> Reason:
    """Against the own history where it says something, else against the category."""
    if usual is not None and (usual != price or median is None):
        return _difference("usual", price, usual)
    return ("unknown", {}) if median is None else _difference("median", price, median)


def _difference(key: str, price: int, reference: int) -> Reason:
    percent = abs(reference - price) * 100 // reference
    if percent < 1:
        return f"{key}_same", {}
    side = "below" if price < reference else "above"
    return f"{key}_{side}", {"percent": str(percent)}
