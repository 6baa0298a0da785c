"""What members ask, as it was understood, and what answers it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from bot.domain.records.catalogue import Offer
from bot.domain.records.ids import Currency, OfferId, PersonId


class Intent(StrEnum):
    """What a question is after."""

    FACTS = "facts"
    COMPARE = "compare"
    FIND = "find"
    COUPONS = "coupons"
    NEXT_POST = "next_post"
    MY_ORDER = "my_order"
    UNCLEAR = "unclear"


class Topic(StrEnum):
    """One side of an offer that can be asked about."""

    PRICE = "price"
    COUPON = "coupon"
    STOCK = "stock"
    DELIVERY = "delivery"
    SIZE = "size"
    MATERIAL = "material"
    RATING = "rating"
    RETURNS = "returns"
    CONTENTS = "contents"
    """What is in the box."""
    AGE = "age"
    """How old the price is."""
    LOWEST = "lowest"
    """Whether it is the cheapest of 30 days."""
    ABOUT = "about"
    """What it is: the description."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A price asked for, after coupon, minor units of ``currency``; an open end is None."""

    min_minor: int | None
    max_minor: int | None
    currency: Currency
    is_around: bool = False
    """Both ends then hold the price named, and some way off it is meant too."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How much or how large, in base units: 3 L is 3000 "ml", 5 kg 5,000,000 "mg".

    Also "mm", "mw" (milliwatts), "mah", "gb", "ply", "pcs"; "size" counts letters from XS = 1,
    "shoe" is a size as a number.
    """

    amount: int
    unit: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an offer must be to answer."""

    concepts: tuple[tuple[str, ...], ...]
    """All must be met, each by any of its folded alternatives: ("充电宝", "power bank")."""
    bounds: Bounds | None = None
    measure: Measure | None = None
    has_coupon: bool = False
    is_cheapest: bool = False
    """Order by price."""
    excluded: tuple[OfferId, ...] = ()
    """Offers that are no answer: the one to which something like it is wanted."""

    @property
    def is_open(self) -> bool:
        """Whether it names nothing at all: in a comparison, the offer in context is meant."""
        return not (
            self.concepts or self.bounds or self.measure or self.has_coupon or self.is_cheapest
        )


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was understood; ``language`` is the one to answer in."""

    text: str
    language: str
    intent: Intent
    topics: tuple[Topic, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    """None, and the question is of the offer it replies to."""
    order_id: str | None = None
    is_similar: bool = False
    """Something like the offer in context, not that offer itself."""
    details: tuple[tuple[str, ...], ...] = ()
    """What topic ABOUT is to tell of, each by any of its words: ("保质期", "shelf life")."""
    detail: str = ""
    """The key of ``details``: what is told of one detail is no answer to another."""
    place: str = ""
    """Where topic DELIVERY is asked of, as it was named; empty for delivery as such."""
    place_key: str = ""
    """The key of ``place``: what is told of one place is no answer for another."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What one stored column of an offer says about a topic."""

    offer_id: OfferId
    topic: Topic
    field: str
    """The stored column it was read from."""
    value: object
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What a promoter answered about an offer; it holds while the offer's facts stay the same."""

    offer_id: OfferId
    topic: Topic
    promoter_id: PersonId
    promoter_name: str
    text: str
    told_at: datetime
    digest: str
    """Of the offer's facts when it was told."""
    detail: str = ""
    """The key of the detail that topic ABOUT was asked for, or of the place of DELIVERY."""


class Subject(NamedTuple):
    """What a promoter can be asked for: a topic of an offer, one detail or place of it."""

    offer_id: OfferId
    topic: Topic
    detail: str = ""


class AnswerKind(StrEnum):
    """How a question came out."""

    FACTS = "facts"
    COMPARED = "compared"
    FOUND = "found"
    NOTHING = "nothing"
    """No offer fits."""
    UNKNOWN = "unknown"
    """The offer is known, what was asked of it is not."""
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known in answer to a question; every figure stands in ``offers`` or ``facts``."""

    kind: AnswerKind
    offers: tuple[Offer, ...]
    facts: tuple[Fact, ...] = ()
    unknown: tuple[Topic, ...] = ()
    told: tuple[Told, ...] = ()
    note: str | None = None
    """Key of a text that stands beside it."""
    note_words: Mapping[str, object] = field(default_factory=dict)
    """What that text is filled in with."""
    place: str = ""
    """Where delivery was asked of and the shop names no such place; else empty."""
    stale: tuple[OfferId, ...] = ()
    """Offers whose price was not confirmed for longer than the freshness."""
