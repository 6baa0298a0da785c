"""The nouns of Haowu as frozen records; amounts are minor units, instants aware UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from bot.domain.programmes import Terms

PersonId = NewType("PersonId", int)
"""Our own id of a person; never the Telegram user id, so that a person can be forgotten."""
GroupId = NewType("GroupId", int)
"""Our own id of a group; the Telegram chat id may change under it."""
OfferId = NewType("OfferId", int)
PostId = NewType("PostId", int)
ConversionId = NewType("ConversionId", int)
LinkCode = NewType("LinkCode", str)
"""Last part of a tracked link, and the sub-id that the marketplace carries back."""
Currency = NewType("Currency", str)
"""ISO 4217 code, upper case."""


class PromoterStatus(StrEnum):
    """Where a promoter stands: training until unlocked."""

    TRAINING = "training"
    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who spoke to the bot; ``telegram_id`` is None once forgotten."""

    id: PersonId
    telegram_id: int | None
    name: str
    language: str
    started_at: datetime | None
    bot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Promoter:
    """A person who joined a programme; ``inviter_id`` is the direct inviter, bound once."""

    id: PersonId
    telegram_id: int | None
    name: str
    language: str
    programme: str
    inviter_id: PersonId | None
    status: PromoterStatus
    level: str
    joined_at: datetime
    bot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A code that lets ``uses_limit`` people join ``programme`` under ``owner_id``."""

    code: str
    programme: str
    owner_id: PersonId | None
    uses_limit: int
    uses: int
    expires_at: datetime
    revoked_at: datetime | None


class GroupState(StrEnum):
    """warming (below the floor) → active → probation → closed."""

    WARMING = "warming"
    ACTIVE = "active"
    PROBATION = "probation"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Group:
    """A Telegram group bound to one promoter; ``chat_id`` is where it is now."""

    id: GroupId
    chat_id: int
    title: str
    promoter_id: PersonId
    programme: str
    state: GroupState
    is_paused: bool
    lost_at: datetime | None
    member_count: int
    timezone: str
    language: str
    missing_rights: tuple[str, ...]
    connected_at: datetime
    bot_id: int | None = None
    """Which bot of ours serves it; None until one takes it up."""

    @property
    def is_served(self) -> bool:
        """Whether selling posts may go to this group now."""
        return (
            self.state in (GroupState.ACTIVE, GroupState.PROBATION)
            and not self.is_paused
            and self.lost_at is None
            and "post" not in self.missing_rights
        )


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


@dataclass(frozen=True, slots=True)
class Offer:
    """One product at one price on one marketplace, now; ``seen_at`` is the "as of" time."""

    id: OfferId
    marketplace: str
    facts: OfferFacts
    seen_at: datetime
    ended_at: datetime | None

    @property
    def price_now_minor(self) -> int:
        """What the buyer pays: the price after coupon where there is one, minor units."""
        after_coupon = self.facts.sale_price_minor
        return self.facts.price_minor if after_coupon is None else after_coupon


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
class Ranked:
    """An offer's place on the shortlist with its score 0…1 and the factors behind it."""

    rank: int
    offer: Offer
    score: float
    factors: tuple[Factor, ...]


@dataclass(frozen=True, slots=True)
class Shortlist:
    """The day's frozen ranking of one programme."""

    programme: str
    day: date
    version: int
    frozen_at: datetime
    rows: tuple[Ranked, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """An offer that a promoter chose for a group, a day and a slot."""

    id: int
    group_id: GroupId
    offer_id: OfferId
    day: date
    slot: str
    chosen_at: datetime


class PostState(StrEnum):
    """planned → leased → sending → sent | failed | planned again at due_at | uncertain."""

    PLANNED = "planned"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Button:
    """One URL button under a post."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A post ready to send: HTML within Telegram's limits, a picture or none, buttons by row."""

    html: str
    image_url: str | None
    buttons: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """The message that carries picks, as it stands in the outbox."""

    id: PostId
    group_id: GroupId
    promoter_id: PersonId
    offer_id: OfferId | None
    day: date
    slot: str
    ordinal: int
    state: PostState
    due_at: datetime
    closes_at: datetime
    rendered: Rendered
    is_autopilot: bool
    attempts: int = 0
    chat_id: int | None = None
    message_id: int | None = None
    sent_at: datetime | None = None
    error: str | None = None
    bot_id: int | None = None
    """The bot of its group, as it was when the post was planned."""


class ClickClass(StrEnum):
    """Who followed a link; only a person counts."""

    PERSON = "person"
    PREVIEW = "preview"
    BOT = "bot"
    PREFETCH = "prefetch"


@dataclass(frozen=True, slots=True)
class Link:
    """One per offer × post × group × promoter, minted before the post is sent."""

    code: LinkCode
    offer_id: OfferId
    marketplace: str
    post_id: PostId | None
    group_id: GroupId
    promoter_id: PersonId
    target_url: str
    created_at: datetime


class ConversionState(StrEnum):
    """created → pending → approved → settled, and reversed."""

    CREATED = "created"
    PENDING = "pending"
    APPROVED = "approved"
    SETTLED = "settled"
    REVERSED = "reversed"


STATE_RANK: Mapping[ConversionState, int] = {
    ConversionState.CREATED: 0,
    ConversionState.PENDING: 1,
    ConversionState.APPROVED: 2,
    ConversionState.SETTLED: 3,
    ConversionState.REVERSED: 4,
}


@dataclass(frozen=True, slots=True)
class Observation:
    """What a marketplace said of one order row at one time: a state, never an event."""

    marketplace: str
    order_id: str
    row_id: str
    sub_id: str | None
    state: ConversionState
    native_status: str
    commission_minor: int
    amount_minor: int
    currency: Currency
    ordered_at: datetime
    updated_at: datetime

    @property
    def key(self) -> tuple[str, str, str]:
        """(marketplace, order, row): the unit of a sale."""
        return (self.marketplace, self.order_id, self.row_id)

    @property
    def version(self) -> tuple[datetime, int]:
        """A monotonic guard: an observation that is not newer than the stored one is a no-op."""
        return (self.updated_at, STATE_RANK[self.state])


@dataclass(frozen=True, slots=True)
class Share:
    """One party's part of a commission; ``level`` is 1 or 2 for promoters, None for the house."""

    party: str
    """"level1", "level2", "partner", "team", "company" or "house"."""
    promoter_id: PersonId | None
    level: int | None
    share_bps: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom a conversion is credited to, under which terms, and why; frozen when first made."""

    link_code: LinkCode
    offer_id: OfferId
    group_id: GroupId
    promoter_id: PersonId
    inviter_id: PersonId | None
    terms: Terms
    decided_by: str
    """"click" or "order": whose moment fixed terms and upline."""
    clicked_at: datetime | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conversion:
    """One order row as understood; an orphan has no ``credit``."""

    id: ConversionId
    observation: Observation
    credit: Credit | None
    is_frozen: bool
    settled_at: datetime | None
    """When it was first observed as settled."""
    payable_at: datetime | None
    """End of the hold; None until settled."""
    received_at: datetime
    is_released: bool = False
    """Whether the books already moved it from held to payable."""


@dataclass(frozen=True, slots=True)
class Line:
    """One account's side of an entry: signed minor units, chained to the account's last line."""

    account: str
    currency: Currency
    sequence: int
    amount_minor: int
    balance_minor: int
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """Money from accounts to accounts, once; the lines sum to zero per currency."""

    id: int
    kind: str
    conversion_id: ConversionId | None
    reason: str
    at: datetime
    lines: tuple[Line, ...]
