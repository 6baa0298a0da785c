"""Rates, counts, ratings and stock as feeds write them, as whole numbers."""

import re
from collections.abc import Mapping
from functools import lru_cache

from bot.domain.programmes import BASIS_POINTS
from bot.errors import InputError

COUNT_LIMIT = 10**12
"""Twelve digits: more pieces, reviews or sales are a mistake."""

SOLD_OUT = frozenset(("outofstock", "soldout", "discontinued", "notavailable", "unavailable"))

_NUMBER = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)


@lru_cache(maxsize=1024)
def read_rate(text: str) -> int:
    """A commission rate in basis points: "10%", "10" (percent) or "0.1" (a share).

    Raises InputError for anything else, and above 100 %.
    """
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    if not _NUMBER.fullmatch(plain) or len(plain) > 12:
        raise InputError(f"commission rate “{text.strip()[:30]}” is not a percentage")
    is_share = "%" not in text and float(plain) < 1
    bps = round(float(plain) * (BASIS_POINTS if is_share else BASIS_POINTS / 100))
    if bps > BASIS_POINTS:
        raise InputError(f"commission rate “{text.strip()[:30]}” is above 100 %")
    return bps


def read_stock(cells: Mapping[str, str]) -> int | None:
    """Pieces from the cells "stock" or "availability": 0 is sold out, None unknown."""
    for field in ("stock", "availability"):
        text = cells.get(field)
        if not text:
            continue
        pieces = read_count(text)
        if pieces is not None:
            return pieces
        if re.sub(r"[\s_-]", "", text.lower()).rpartition("/")[2] in SOLD_OUT:
            return 0
    return None


@lru_cache(maxsize=4096)
def read_count(text: str) -> int | None:
    """A whole number with or without separators ("1,299", "1200.0"); None for words."""
    if not text:
        return None
    plain = text.strip().replace(",", "").removesuffix("+")
    whole, _, fraction = plain.partition(".")
    if not (whole.isascii() and whole.isdigit()) or fraction.strip("0") or len(whole) > 12:
        return None
    return min(int(whole), COUNT_LIMIT)


@lru_cache(maxsize=1024)
def read_rating(text: str) -> int | None:
    """A rating as a share of the best mark: "4.5", "4.5/5", "9/10" and "90%" are all 9000."""
    if not text:
        return None
    mark, _, best = text.strip().removesuffix("%").replace(" ", "").replace(",", ".").partition("/")
    if not _NUMBER.fullmatch(mark) or (best and not _NUMBER.fullmatch(best)):
        return None
    value = float(mark)
    top = float(best) if best else _best_mark(value, is_percent="%" in text)
    share = value / top if top else 2.0
    return round(share * BASIS_POINTS) if share <= 1 else None


def _best_mark(value: float, *, is_percent: bool) -> float:
    if is_percent or value > 10:
        return 100.0
    return 5.0 if value <= 5 else 10.0
