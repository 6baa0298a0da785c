"""Offers as feeds state them, and what is chosen among them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from bot.domain.records.ids import Currency, GroupId, OfferId, PersonId


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """One offer as a feed states it; None means that the feed does not say."""

    external_id: str
    title: str
    url: str
    price_minor: int
    currency: Currency
    sale_price_minor: int | None = None
    """Price after coupon; never above ``price_minor``."""
    image_url: str | None = None
    brand: str | None = None
    category: str | None = None
    description: str | None = None
    stock: int | None = None
    """Pieces; 0 is sold out, None unknown."""
    coupon: str | None = None
    commission_bps: int | None = None
    rating_bps: int | None = None
    """Rating as a share of the best mark: 4.5 of 5 is 9000."""
    reviews: int | None = None
    sales: int | None = None
    delivery: str | None = None
    size: str | None = None
    material: str | None = None
    returns: str | None = None
    """Until when and how a buyer may send it back, in the feed's words."""
    contents: str | None = None
    """What is in the box, in the feed's words."""


EVERYWHERE = "*"
"""A ban of every programme."""


@dataclass(frozen=True, slots=True)
class Ban:
    """An operator took an offer out of a programme, or out of all (EVERYWHERE), and says why."""

    programme: str
    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """One product at one price on one marketplace, now; ``seen_at`` is the "as of" time."""

    id: OfferId
    marketplace: str
    facts: OfferFacts
    seen_at: datetime
    ended_at: datetime | None
    bans: tuple[Ban, ...] = ()

    @property
    def price_now_minor(self) -> int:
        """What the buyer pays: the price after coupon where there is one, minor units."""
        after_coupon = self.facts.sale_price_minor
        return self.facts.price_minor if after_coupon is None else after_coupon


class StockState(StrEnum):
    """waiting → approved, or refused."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Stock:
    """Goods of a promoter's own (社会化库存); ``offer_id`` once an operator approved them."""

    id: int
    promoter_id: PersonId
    title: str
    url: str
    price_minor: int
    currency: Currency
    state: StockState
    reason: str | None
    offer_id: OfferId | None


@dataclass(frozen=True, slots=True)
class Factor:
    """One of the eight factors [S1] of a score: 0…1, its weight, and the reason in words."""

    name: str
    value: float
    weight: float
    reason: str
    """Key of a text in section ``factor`` of the locales."""
    words: Mapping[str, object] = field(default_factory=dict)
    """What that text is filled in with."""


@dataclass(frozen=True, slots=True)
class Note:
    """Why an offer stands where its score alone would not put it: a text's key and its words."""

    reason: str
    words: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranked:
    """An offer's place on the shortlist with its score 0…1 and the factors behind it."""

    rank: int
    offer: Offer
    score: float
    factors: tuple[Factor, ...]
    notes: tuple[Note, ...] = ()
    frozen_minor: int | None = None
    """Its price after coupon when the ranking was frozen; None in lists of before that was kept."""


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The day's frozen ranking of one programme."""

    programme: str
    day: date
    version: int
    frozen_at: datetime
    rows: tuple[Ranked, ...]
    reserve: tuple[Ranked, ...] = ()
    """The next best, for groups that had what is shown, and in place of what is banned."""


@dataclass(frozen=True, slots=True)
class Pick:
    """An offer that a promoter chose for a group, a day and a slot."""

    id: int
    group_id: GroupId
    offer_id: OfferId
    day: date
    slot: str
    chosen_at: datetime
    words: str | None = None
    """The promoter's own over the post, in place of the script's."""
