"""Whether an answer is what a fair reader expects, and whether each of its figures is stored."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from tests.cast import NOON
from tests.questions import figures
from tests.questions.asking import Asking, Expected
from tests.questions.members import Said
from tests.questions.shelf import Stored

SPOKEN_OF = ("facts", "found", "compare")
"""Outcomes that name offers."""
SAME_AS = {"compared": "compare"}
REFUSALS = ("nothing", "unknown", "unclear")


class Verdict(StrEnum):
    """How an answer came out."""

    RIGHT = "right"
    REFUSED = "refused"
    """It said that it does not know, and there was an answer."""
    ASTRAY = "wrong offer"
    """It spoke of something else."""
    LACKING = "lacking"
    """The right offer, and not what was asked."""


@dataclass(frozen=True)
class Judged:
    """One answer with its verdict; ``wrong`` are words of it that no stored row holds."""

    asking: Asking
    said: Said
    verdict: Verdict
    wrong: tuple[str, ...]
    why: str = ""


def judged(asking: Asking, said: Said) -> Judged:
    """The verdict on ``said`` in answer to ``asking``."""
    # What names no offer, such as how an order stands or how to ask, tells nothing of one.
    wrong = figures.wrong(said.text, said.named, _scope(asking)) if said.named else []
    wrong += [f"said “{word}”" for word in asking.expected.never if word in said.text]
    verdict, why = _verdict(asking.expected, said)
    if said.kind == "my_order" and not all(each in said.text for each in _orders(asking.text)):
        verdict, why = Verdict.LACKING, "the order's number was not read"
    return Judged(asking, said, verdict, tuple(wrong), why)


def _orders(text: str) -> list[str]:
    """The numbers of orders that the question names."""
    return re.findall(r"[A-Z0-9-]*\d{4,}[\d-]*", text)


def _scope(asking: Asking) -> figures.Scope:
    bounds = asking.expected.bounds
    told = [] if bounds is None else [bounds.min, bounds.max]
    echoed = {Decimal(each) for each in told if each is not None}
    if asking.kind in ("bounds", "measures", "similar-under", "my order"):
        echoed |= {Decimal(each) for each in re.findall(r"\d+(?:\.\d+)?", asking.text)}
    return figures.Scope(NOON, frozenset(echoed))


def _verdict(expected: Expected, said: Said) -> tuple[Verdict, str]:
    kind = SAME_AS.get(said.kind, said.kind)
    outcomes = expected.outcomes
    if kind in outcomes and kind not in SPOKEN_OF:
        return _not_spoken_of(expected, said, kind)
    if "coupons" in outcomes and said.named and all(_has_coupon(each) for each in said.named):
        return Verdict.RIGHT, ""
    wanted = [each for each in outcomes if each in SPOKEN_OF]
    if not wanted:
        is_known = expected.unknown and set(expected.unknown) <= set(said.unknown)
        if is_known:
            return Verdict.RIGHT, ""
        return (Verdict.ASTRAY if said.named else Verdict.LACKING), f"not {'/'.join(outcomes)}"
    if kind in REFUSALS or not said.named:
        return Verdict.REFUSED, ""
    return _spoken_of(expected, said, is_comparison="compare" in wanted)


def _not_spoken_of(expected: Expected, said: Said, kind: str) -> tuple[Verdict, str]:
    """The kind of answer is right; whether its offer and topic are, where there is one."""
    if kind == "unknown" and expected.offers and said.named[0].name not in expected.offers:
        return Verdict.ASTRAY, f"unknown of {said.named[0].name}"
    if kind == "unknown" and not set(expected.unknown) <= set(said.unknown):
        return Verdict.LACKING, f"unknown {said.unknown}, not {expected.unknown}"
    return Verdict.RIGHT, ""


def _spoken_of(expected: Expected, said: Said, *, is_comparison: bool) -> tuple[Verdict, str]:
    names = [offer.name for offer in said.named]
    if is_comparison:
        missing = [each for each in expected.offers if not set(each.split("/")) & set(names)]
        return (Verdict.ASTRAY, f"without {missing}") if missing else (Verdict.RIGHT, "")
    first = said.named[0]
    if not _is_acceptable(first, expected):
        return Verdict.ASTRAY, f"first is {first.name}"
    beyond = [offer.name for offer in said.named if not _is_within(offer, expected)]
    if beyond:
        return Verdict.ASTRAY, f"beyond the bounds: {beyond}"
    untold = _untold(expected, first, said.text)
    return (Verdict.LACKING, f"not told: {untold}") if untold else (Verdict.RIGHT, "")


def _is_acceptable(offer: Stored, expected: Expected) -> bool:
    if not expected.offers and not expected.like:
        return True
    if offer.name in expected.offers:
        return True
    words = " ".join(str(offer.columns[name] or "") for name in ("title", "brand", "category"))
    return bool(expected.like) and re.search(expected.like, words, re.I) is not None


def _is_within(offer: Stored, expected: Expected) -> bool:
    bounds = expected.bounds
    if bounds is None:
        return True
    price = Decimal(offer.price_now) / 100
    return (
        offer.columns["currency"] == bounds.currency
        and (bounds.min is None or price >= Decimal(bounds.min))
        and (bounds.max is None or price <= Decimal(bounds.max))
    )


def _has_coupon(offer: Stored) -> bool:
    return offer.columns["coupon"] is not None


# ---------------------------------------------------------------- was it told?


def _untold(expected: Expected, offer: Stored, text: str) -> list[str]:
    found = []
    for topic, columns in expected.tells.items():
        for column, value in (columns or {_column_of(topic, offer): None}).items():
            if not _is_told(column, value or _held(offer, column), offer, text):
                found.append(f"{topic}.{column}={value}")
    return found


def _column_of(topic: str, offer: Stored) -> str:
    if topic == "price":
        return "price" if offer.columns["sale_price_minor"] is None else "sale_price"
    return topic


def _held(offer: Stored, column: str) -> str:
    if column in ("price", "sale_price"):
        return str(Decimal(offer.columns[f"{column}_minor"]) / 100)
    return str(offer.columns[column] or "")


def _is_told(column: str, value: str, offer: Stored, text: str) -> bool:
    if column == "history" and Decimal(value) * 100 == offer.price_now:
        is_said = figures.LOWEST.search(text) or figures.UNCHANGED.search(text)
        return is_said is not None or Decimal(value) in _numbers(text)
    if column in ("price", "sale_price", "history", "rating"):
        return Decimal(value) in _numbers(text)
    if column == "stock":
        if value == "0":
            return figures.SOLD_OUT.search(text) is not None
        return Decimal(value) in _numbers(text) or figures.IN_STOCK.search(text) is not None
    if column == "seen_at":
        return _is_dated(offer, text)
    return _folded(value) in _folded(text)


def _is_dated(offer: Stored, text: str) -> bool:
    """The day on which it was seen, or how long ago that was."""
    at = offer.columns["seen_at"].astimezone(figures.ZONE)
    days = {f"{at.month}月{at.day}日", f"{at.day} {figures.MONTHS[at.month - 1].title()}"}
    clock = f"{at:%H:%M}"
    return any(day in text for day in days) or clock in text or bool(figures.AGE.search(text))


def _numbers(text: str) -> Sequence[Decimal]:
    return [Decimal(each.replace(",", "")) for each in re.findall(figures.NUMBER, text)]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).lower().replace("×", "x").replace("–", "-")
    return re.sub(r"\s+", "", plain)
