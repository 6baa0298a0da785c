"""How fast Telegram lets us send: pure arithmetic over times that have passed.

Times are seconds on one monotonic clock. The limits are Telegram's: about 30 messages a second
over all chats, one a second in a chat, 20 a minute in a group; ``retry_after`` stops one chat.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

MINUTE = 60.0
LATENESS = 0.05
"""Seconds of pace that a late turn may catch up; more would be a burst."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the token at hand may do."""

    per_second: float = 30.0
    """Over all chats, for nothing."""
    paid_per_second: float = 1000.0
    """Over all chats, where those above ``per_second`` are paid for."""
    chat_gap_seconds: float = 1.0
    group_per_minute: int = 20
    headroom: float = 0.01
    """The window in which messages are counted is this much longer than Telegram's second, so
    that jitter on the way makes no 31st message in one."""


POSTS_PER_STAR = 10
"""A paid message costs a tenth of a Star."""


class Pace:
    """Messages over all chats, evenly spaced, and never more than allowed in any one second."""

    def __init__(self, limits: Limits, now: float) -> None:
        """Nothing was sent before ``now``."""
        self._gap_seconds = 1.0 / limits.per_second
        self._window_seconds = 1.0 + limits.headroom
        self._limit = max(1, int(limits.per_second))
        self._sent: deque[float] = deque()
        self._paced_at = now

    def allowed(self, now: float) -> int:
        """How many messages may go at ``now``."""
        while self._sent and self._sent[0] <= now - self._window_seconds:
            self._sent.popleft()
        late = min(now - self._paced_at, LATENESS)
        paced = 0 if late < 0 else 1 + int(late / self._gap_seconds)
        return min(paced, max(0, self._limit - len(self._sent)))

    def next_at(self) -> float:
        """From when on the next message may go; in the past when it may now."""
        if len(self._sent) < self._limit:
            return self._paced_at
        return max(self._paced_at, self._sent[-self._limit] + self._window_seconds)

    def spend(self, now: float) -> None:
        """A message goes at ``now``."""
        self._paced_at = max(self._paced_at, now - LATENESS) + self._gap_seconds
        self._sent.append(now)


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
