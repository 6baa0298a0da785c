"""What a group as a whole is after, from what was clicked and bought in it: nobody in it is known.

A sign is the sum over everybody in the group; what rests on a few signs counts as nothing.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from bot.domain.catalogue.factors import category_group
from bot.domain.catalogue.matching import fold

ORDER_WEIGHT = 10
"""An order tells as much as so many clicks."""
FEWEST = 3
"""Signs of a kind below which it is one person's affair, not the group's."""
NARROW, WIDE = 10, 90
"""Percent of the signs below and above which a price is out of the usual band."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What one offer got in one group: people's clicks, and orders that stand."""

    category: str | None
    brand: str | None
    currency: str
    price_minor: int
    clicks: int
    orders: int

    @property
    def weight(self) -> int:
        """Clicks, with an order as several."""
        return self.clicks + ORDER_WEIGHT * self.orders


@dataclass(frozen=True, slots=True)
class Liking:
    """How much a group likes a kind or a brand: 1 is what it likes most."""

    name: str
    """As the feed writes it."""
    share: float
    clicks: int
    orders: int


@dataclass(frozen=True, slots=True)
class Band:
    """Between which prices after coupon most of a group's signs lie, minor units."""

    low_minor: int
    high_minor: int


@dataclass(frozen=True)
class Taste:
    """What a group is after; all of it empty where too little happened."""

    categories: Mapping[str, Liking] = field(default_factory=dict)
    """By ``category_group``."""
    brands: Mapping[str, Liking] = field(default_factory=dict)
    """By the folded name."""
    bands: Mapping[str, Band] = field(default_factory=dict)
    """By currency."""

    @property
    def is_known(self) -> bool:
        """Whether the group has a history that tells anything."""
        return bool(self.categories or self.brands or self.bands)


UNKNOWN = Taste()


def taste(signs: Sequence[Sign]) -> Taste:
    """What the ``signs`` of one group come to."""
    money = {sign.currency for sign in signs}
    bands = {each: _band([sign for sign in signs if sign.currency == each]) for each in money}
    return Taste(
        categories=_likings(signs, lambda sign: category_group(sign.category), _kind),
        brands=_likings(signs, lambda sign: fold(sign.brand or "") or None, _brand),
        bands={each: band for each, band in bands.items() if band is not None},
    )


def _kind(sign: Sign) -> str:
    return " > ".join((sign.category or "").split(" > ")[:2]).rpartition(" > ")[2]


def _brand(sign: Sign) -> str:
    return sign.brand or ""


def _likings(
    signs: Iterable[Sign], key_of: Callable[[Sign], str | None], name_of: Callable[[Sign], str]
) -> dict[str, Liking]:
    kinds: dict[str, list[Sign]] = {}
    for sign in signs:
        key = key_of(sign)
        if key is not None:
            kinds.setdefault(key, []).append(sign)
    many = {
        key: several
        for key, several in kinds.items()
        if sum(sign.clicks + sign.orders for sign in several) >= FEWEST
    }
    most = max((_weight(several) for several in many.values()), default=1)
    return {
        key: Liking(
            # The same name on every machine, whatever came first.
            name=min(map(name_of, several)),
            share=_weight(several) / most,
            clicks=sum(sign.clicks for sign in several),
            orders=sum(sign.orders for sign in several),
        )
        for key, several in sorted(many.items())
    }


def _weight(signs: Iterable[Sign]) -> int:
    return sum(sign.weight for sign in signs)


def _band(signs: Sequence[Sign]) -> Band | None:
    if sum(sign.clicks + sign.orders for sign in signs) < FEWEST:
        return None
    in_order = sorted((sign.price_minor, sign.weight) for sign in signs)
    return Band(_quantile(in_order, NARROW), _quantile(in_order, WIDE))


def _quantile(in_order: Sequence[tuple[int, int]], percent: int) -> int:
    """The price that ``percent`` of the weight lies up to."""
    weights = list(accumulate(weight for _, weight in in_order))
    return in_order[bisect_left(weights, weights[-1] * percent / 100)][0]
