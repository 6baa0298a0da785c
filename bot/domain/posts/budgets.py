"""How fast Telegram lets us send: pure arithmetic over times that have passed.

Times are seconds on one monotonic clock. The limits are Telegram's: about 30 messages a second
over all chats, one a second in a chat, 20 a minute in a group; ``retry_after`` stops one chat.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

MINUTE = 60.0
LATENESS = 0.5
"""Seconds of pace that a late turn may catch up; more would be a burst."""
QUICKEST_OF = 256
"""Answers among which the quickest tells how long the way to Telegram and back takes at least."""
HELD_UP_LIMIT = 1.0
"""Seconds on the way that are believed; what is answered later was slow at Telegram's side."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the token at hand may do."""

    per_second: float = 30.0
    """Over all chats, for nothing."""
    paid_per_second: float = 1000.0
    """Over all chats, where those above ``per_second`` are paid for."""
    chat_gap_seconds: float = 1.0
    group_per_minute: int = 20
    headroom: float = 0.002
    """The window in which messages are counted is this much longer than Telegram's second, for a
    message that is quicker than any was lately."""


POSTS_PER_STAR = 10
"""A paid message costs a tenth of a Star."""


@dataclass(slots=True)
class Ticket:
    """A message that went, as it is counted: from when it may have come to Telegram."""

    went_at: float
    answered_at: float | None = None


class Pace:
    """Messages over all chats, evenly spaced, and never more than allowed in any one second.

    Telegram counts a message when it comes, not when it goes; all that is known is that it came
    before its answer went back. The quickest round trip of late is the least that both ways take
    together, so an earlier message and the next one come at least as far apart as from the
    earlier one's answer, less that round trip, to the next one's going: from then on it counts.
    """

    def __init__(self, limits: Limits, now: float) -> None:
        """Nothing was sent before ``now``."""
        self._gap_seconds = 1.0 / limits.per_second
        self._window_seconds = 1.0 + limits.headroom
        self._limit = max(1, int(limits.per_second))
        self._sent: deque[Ticket] = deque()
        self._paced_at = now
        self._quickest: float | None = None
        """Of the answers since the last QUICKEST_OF; None before the first one."""
        self._quickest_before: float | None = None
        self._answers = 0

    def allowed(self, now: float) -> int:
        """How many messages may go at ``now``."""
        since, quickest = now - self._window_seconds, self._least_seconds()
        while self._sent and _counted_at(self._sent[0], now, quickest) <= since:
            self._sent.popleft()
        late = min(now - self._paced_at, LATENESS)
        paced = 0 if late < 0 else 1 + int(late / self._gap_seconds)
        counted = len(self._sent)
        if paced and counted >= self._limit:
            # One that is long on its way stands before others that no longer count.
            counted = sum(_counted_at(each, now, quickest) > since for each in self._sent)
        return min(paced, max(0, self._limit - counted))

    def next_at(self, now: float) -> float:
        """From when on the next message may go, as far as is known at ``now``; maybe before it."""
        if len(self._sent) < self._limit:
            return self._paced_at
        oldest = _counted_at(self._sent[-self._limit], now, self._least_seconds())
        return max(self._paced_at, oldest + self._window_seconds)

    def spend(self, now: float) -> Ticket:
        """A message goes at ``now``."""
        self._paced_at = max(self._paced_at, now - LATENESS) + self._gap_seconds
        ticket = Ticket(now)
        self._sent.append(ticket)
        return ticket

    def answered(self, ticket: Ticket, now: float) -> None:
        """The message of ``ticket`` was answered, or given up."""
        ticket.answered_at = now
        took = now - ticket.went_at
        self._quickest = took if self._quickest is None else min(took, self._quickest)
        self._answers += 1
        if self._answers % QUICKEST_OF == 0:
            self._quickest_before, self._quickest = self._quickest, None

    def _least_seconds(self) -> float:
        known = [each for each in (self._quickest, self._quickest_before) if each is not None]
        return min(known, default=0.0)


def _counted_at(ticket: Ticket, now: float, quickest: float) -> float:
    took = (now if ticket.answered_at is None else ticket.answered_at) - ticket.went_at
    return ticket.went_at + min(max(0.0, took - quickest), HELD_UP_LIMIT)


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
