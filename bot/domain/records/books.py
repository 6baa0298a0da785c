"""Order rows as reported, their credit, and the entries of the books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.programmes import Terms
from bot.domain.records.ids import (
    ConversionId,
    Currency,
    GroupId,
    LinkCode,
    OfferId,
    PersonId,
)


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
    """"level1", "level2", "owner", "community", "partner", "team", "company" or "house"."""
    promoter_id: PersonId | None
    level: int | None
    share_bps: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Credit:
    """Whom a conversion is credited to, under which terms, and why; frozen when first made."""

    link_code: LinkCode
    offer_id: OfferId
    group_id: GroupId | None
    """None for a sale by a promoter's personal link."""
    promoter_id: PersonId
    inviter_id: PersonId | None
    """Whose the second level is: the direct inviter, or the gold owner of the community."""
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
