"""How fast Telegram lets us send: pure arithmetic over times that have passed.

Times are seconds on one monotonic clock. The limits are Telegram's: about 30 messages a second
over all chats, one a second in a chat, 20 a minute in a group; ``retry_after`` stops one chat.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

MINUTE = 60.0
LATENESS = 0.05
"""Seconds of pace that a late turn may catch up; more would be a burst."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the token at hand may do."""

    per_second: float = 30.0
    """Over all chats; 1000 with paid broadcasts."""
    chat_gap_seconds: float = 1.0
    group_per_minute: int = 20
    headroom: float = 0.01
    """Share left unused, so that jitter on the way makes no 31st message in a second."""

    @property
    def gap_seconds(self) -> float:
        """The even distance of two messages over all chats."""
        return 1.0 / (self.per_second * (1.0 - self.headroom))


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages over all chats, evenly spaced: when the next one may go."""

    gap_seconds: float
    next_at: float = 0.0

    def allowed(self, now: float) -> int:
        """How many messages may go at ``now``."""
        since = min(now - self.next_at, LATENESS)
        return 0 if since < 0 else 1 + int(since / self.gap_seconds)

    def spent(self, count: int, now: float) -> "Pace":
        """The pace after ``count`` messages went at ``now``."""
        if not count:
            return self
        start = max(self.next_at, now - LATENESS)
        return replace(self, next_at=start + count * self.gap_seconds)


@dataclass(frozen=True, slots=True)
class ChatRecord:
    """What one chat got lately, and until when it is to be left alone."""

    sent: tuple[float, ...] = ()
    paused_until: float = 0.0

    def free_at(self, limits: Limits) -> float:
        """From when on the chat may get its next message; in the past when it may now."""
        free = self.paused_until
        if self.sent:
            free = max(free, self.sent[-1] + limits.chat_gap_seconds)
        if len(self.sent) >= limits.group_per_minute:
            free = max(free, self.sent[-limits.group_per_minute] + MINUTE)
        return free

    def after(self, at: float, limits: Limits) -> "ChatRecord":
        """The record after a message went at ``at``."""
        kept = _within_minute(self.sent, at)[1 - limits.group_per_minute :]
        return replace(self, sent=(*kept, at))

    def paused(self, until: float) -> "ChatRecord":
        """The record after the chat was told to wait ``until`` then."""
        return replace(self, paused_until=max(self.paused_until, until))

    def is_forgettable(self, now: float) -> bool:
        """Whether the record says nothing any more."""
        return self.paused_until <= now and not _within_minute(self.sent, now)


def _within_minute(sent: Sequence[float], now: float) -> tuple[float, ...]:
    return tuple(at for at in sent if at > now - MINUTE)
