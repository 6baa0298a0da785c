"""What comes of pools: proposals, refusals, what a tap did, and whom to tell what."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.pools.boards import Board
from bot.domain.pools.lists import Row
from bot.domain.pools.pools import Joiner, Pickup, Pool
from bot.domain.records import Group, Offer, Person


class Refusal(StrEnum):
    """Why no pool is opened; each is a text of the chat."""

    NO_POOLS = "no_pools"
    """The programme has none."""
    NOT_UNLOCKED = "not_unlocked"
    NOT_YOUR_GROUP = "not_your_group"
    NOT_SERVED = "not_served"
    """The group gets no posts now: too small, paused, or the bot may not write."""
    NOT_POSTABLE = "not_postable"
    """Ended, sold out, too old, or outside of what the group may be offered."""
    NOT_CHEAPER = "not_cheaper"
    """There is no coupon: together costs what alone does."""
    TOO_FEW_PIECES = "too_few_pieces"
    """The shop has fewer pieces than the pool wants people."""
    WRONG_SIZE = "wrong_size"
    RUNNING = "running"
    """A pool of this offer runs in this group."""


@dataclass(frozen=True, slots=True)
class Refused:
    """No pool, for this reason."""

    reason: Refusal


@dataclass(frozen=True, slots=True)
class Proposed:
    """A pool as it would be opened; its board leads to the shop itself, for nobody's credit."""

    pool: Pool
    offer: Offer
    group: Group
    board: Board


@dataclass(frozen=True, slots=True)
class Opened:
    """A pool that runs; its message goes out within seconds."""

    pool: Pool


class Said(StrEnum):
    """What a tap on a pool came to."""

    JOINED = "joined"
    ASKED = "asked"
    """In already: another tap within a minute means leaving."""
    STAYS = "stays"
    """In already, and the pool is full: nobody leaves any more."""
    LEFT = "left"
    FULL = "full"
    OVER = "over"
    """Its deadline passed, or it was cancelled."""
    GONE = "gone"
    """There is no such pool in this chat."""


@dataclass(frozen=True, slots=True)
class Tapped:
    """What a tap did, and the pool as it left it."""

    said: Said
    pool: Pool | None = None
    joiner: Joiner | None = None
    pickups: tuple[Pickup, ...] = ()
    """To choose from; empty where there is no choice."""

    @property
    def is_list(self) -> bool:
        """Whether there is something to choose: pieces, and a point where there are several."""
        return self.pool is not None and self.pool.has_pickup


@dataclass(frozen=True, slots=True)
class Telling:
    """Whom to tell what of a pool: "reached", "missed" or "cancelled"."""

    told: str
    person: Person
    group: Group
    pool: Pool
    offer: Offer
    url: str
    """The tracked link of the price together."""


@dataclass(frozen=True, slots=True)
class OrderList:
    """What a pool is to be supplied with."""

    pool: Pool
    offer: Offer
    group: Group
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Own:
    """A promoter's pool with its offer and group."""

    pool: Pool
    offer: Offer
    group: Group
