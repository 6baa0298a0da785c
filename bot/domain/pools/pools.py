"""A pool: an offer that is cheaper together, the people in it, and what may still happen to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bot.domain.records import Currency, GroupId, LinkCode, OfferId, PersonId

PoolId = NewType("PoolId", int)

SEATS_LIMIT = 1000
"""Joins that a pool with a cut-off takes at most: an order list that a person can still read."""
PIECES_LIMIT = 5
"""Of one offer in one pool by one person: neighbours buy for a household, not for a shop."""
SIZE_LEAST, SIZE_LIMIT = 2, 500
"""How many people a promoter may ask for."""
HOURS_LIMIT = 72
"""Three days: prices older than that are no facts any more."""


class PoolState(StrEnum):
    """open → reached → closed; open → missed or void; open and reached → cancelled."""

    OPEN = "open"
    REACHED = "reached"
    CLOSED = "closed"
    """Reached, and its deadline passed."""
    MISSED = "missed"
    CANCELLED = "cancelled"
    VOID = "void"
    """The shop's price rose above the pool's, or the offer ended, while it was open."""


RUNNING = (PoolState.OPEN, PoolState.REACHED)
WON = (PoolState.REACHED, PoolState.CLOSED)
"""States in which the price together holds for everybody."""


class Standing(StrEnum):
    """How the message of a pool stands: planned → sending → sent | failed | uncertain."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Pool:
    """One pool of one group; prices are minor units, as they were when it was opened."""

    id: PoolId
    group_id: GroupId
    promoter_id: PersonId
    offer_id: OfferId
    state: PoolState
    target: int
    seats: int
    """Joins that it takes: the target, or many where a cut-off closes it."""
    joined: int
    together_minor: int
    alone_minor: int
    currency: Currency
    seen_at: datetime
    """When the prices were so."""
    opened_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    together_code: LinkCode
    alone_code: LinkCode
    has_pickup: bool
    standing: Standing = Standing.PLANNED
    bot_id: int | None = None
    chat_id: int | None = None
    message_id: int | None = None
    is_picture: bool = False
    version: int = 1
    """Counts whatever its message should show anew."""
    shown: int = 0
    """The version that the message shows."""
    shown_digest: str | None = None

    @property
    def missing(self) -> int:
        """How many people are still missing."""
        return max(0, self.target - self.joined)

    @property
    def is_won(self) -> bool:
        """Whether the price together holds."""
        return self.state in WON

    @property
    def counts_on(self) -> bool:
        """Whether people go on joining after the target, until the deadline."""
        return self.seats > self.target

    def takes(self, now: datetime) -> bool:
        """Whether somebody may join now."""
        return self.state in RUNNING and now < self.closes_at and self.joined < self.seats

    def lets_go(self, now: datetime) -> bool:
        """Whether somebody may leave now: not what is full, for the others count on it."""
        is_free = self.state == PoolState.OPEN or (self.counts_on and not self._is_over)
        return is_free and now < self.closes_at

    @property
    def _is_over(self) -> bool:
        return self.state not in RUNNING


@dataclass(frozen=True, slots=True)
class Joiner:
    """A person in a pool; without name and person once forgotten."""

    pool_id: PoolId
    person_id: PersonId | None
    name: str | None
    quantity: int
    pickup: str | None
    joined_at: datetime
    left_at: datetime | None = None
    leaving_until: datetime | None = None
    """Until then another tap means leaving."""
    tap: str | None = None
    """The last press that was carried out: the same one again changes nothing."""


@dataclass(frozen=True, slots=True)
class Pickup:
    """Where a group's people collect their goods."""

    id: int
    group_id: GroupId
    name: str
