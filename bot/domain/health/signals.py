"""What groups answer posts with, as counts: who left, disliked or clicked is not among them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

AFTER_A_POST = timedelta(hours=3)
"""Who leaves within this time of a post may have left because of it."""

DISLIKES = frozenset("👎💩🤮🤬😡🥱")
"""Reactions that say no; all others may be kind or say nothing."""

_TAKEN_AWAY = ("message to edit not found", "message_id_invalid")
"""Bots are told of no deletion: they find out when they edit."""

REMOVED_WEIGHT = 2
"""A post that was taken away says more than one who left."""

KEPT_DAYS = 60
"""Counts of a day are deleted after so many; nothing looks back further."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts over some days of one group."""

    days: int = 0
    """How many of the days were counted at all."""
    member_days: int = 0
    """Members, added up over the days."""
    posts: int = 0
    clicks: int = 0
    """By people."""
    leaves: int = 0
    leaves_after: int = 0
    """Of those who left, who did so within AFTER_A_POST."""
    downs: int = 0
    removed: int = 0
    orders: int = 0

    @property
    def unwelcome(self) -> int:
        """How often the posts were answered with a no."""
        return self.leaves_after + max(0, self.downs) + REMOVED_WEIGHT * self.removed

    @property
    def members(self) -> int:
        """Members on an average day."""
        return self.member_days // self.days if self.days else 0


def disliked(emoji: Collection[str]) -> bool:
    """Whether somebody's reactions to one message, as emoji, say no."""
    return not DISLIKES.isdisjoint(emoji)


def is_taken_away(refusal: str) -> bool:
    """Whether Telegram refused an edit because the message is not there any more."""
    return any(words in refusal.lower() for words in _TAKEN_AWAY)
