"""How often a post may be edited: few times, far apart, and the last times for what matters."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum

EDITS = 6
"""Of one post at most [§5]: whoever reads the group is not to see it flicker."""
COSMETIC_EDITS = 4
"""Of what is good to know; the others are kept for what a buyer must know."""
URGENT_EDITS = 5
"""Of being sold out or dearer; the last one is kept for the end of the offer."""
APART = timedelta(minutes=10)
"""Between two edits of one post at least."""
LIVES = timedelta(hours=48)
"""An older post is left alone: nobody scrolls back so far."""


class Weight(IntEnum):
    """How much an edit matters; the lower, the sooner it is made."""

    ENDED = 0
    SOLD_OUT = 1
    DEARER = 2
    GOOD_TO_KNOW = 3

    @property
    def is_urgent(self) -> bool:
        """Whether a buyer is misled as long as the post does not say it."""
        return self < Weight.GOOD_TO_KNOW


@dataclass(frozen=True, slots=True)
class History:
    """The edits that a post had."""

    edits: int = 0
    edited_at: datetime | None = None
    told: str | None = None
    """Digest of what it says since; None while it says what it was sent with."""
    said: str = "live"
    """"live", "out", "back" or "ended"."""


def edits_allowed(weight: Weight) -> int:
    """With fewer edits than this a post may have one more of this weight."""
    if weight is Weight.ENDED:
        return EDITS
    return URGENT_EDITS if weight.is_urgent else COSMETIC_EDITS


def editable_at(history: History, weight: Weight) -> datetime | None:
    """From when on the post may be edited; None when never. At the beginning of time: now."""
    if history.edits >= edits_allowed(weight):
        return None
    return _EVER if history.edited_at is None else history.edited_at + APART


_EVER = datetime.min.replace(tzinfo=UTC)
