"""Telegram's flood limits, kept by real time."""

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

ALL_CHATS_PER_SECOND = 30
GROUP_PER_MINUTE = 20
CHAT_PER_SECOND = 1.0
# Short bursts pass in one chat; what matters is the rate that is kept up.
CHAT_BURST = 6.0


@dataclass
class Limits:
    """Counts sent messages and says when the next may go; does nothing if not `enabled`."""

    enabled: bool = True
    now: Callable[[], float] = time.monotonic
    _all: deque[float] = field(default_factory=deque)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _buckets: dict[int, tuple[float, float]] = field(default_factory=dict)

    def wait_seconds(self, chat_id: int, *, is_edit: bool = False) -> int:
        """Count one message to a chat, or one edit in it, and return 0; else how long to wait.

        An edit counts in a group as a message does; with one person only all chats together count.
        """
        if not self.enabled:
            return 0
        at = self.now()
        if is_edit and chat_id > 0:
            wait = _full_for(self._all, at, 1.0, ALL_CHATS_PER_SECOND)
            if wait <= 0:
                self._all.append(at)
            return math.ceil(wait) if wait > 0 else 0
        group = self._groups.setdefault(chat_id, deque()) if chat_id < 0 else None
        wait = _full_for(self._all, at, 1.0, ALL_CHATS_PER_SECOND)
        if group is not None:
            wait = max(wait, _full_for(group, at, 60.0, GROUP_PER_MINUTE))
        wait = max(wait, self._empty_for(chat_id, at))
        if wait > 0:
            return math.ceil(wait)
        self._count(chat_id, at, group)
        return 0

    def _empty_for(self, chat_id: int, at: float) -> float:
        left, since = self._buckets.get(chat_id, (CHAT_BURST, at))
        left = min(CHAT_BURST, left + (at - since) * CHAT_PER_SECOND)
        self._buckets[chat_id] = (left, at)
        return 0 if left >= 1 else (1 - left) / CHAT_PER_SECOND

    def _count(self, chat_id: int, at: float, group: deque[float] | None) -> None:
        left, since = self._buckets[chat_id]
        self._buckets[chat_id] = (left - 1, since)
        self._all.append(at)
        if group is not None:
            group.append(at)


def _full_for(sent: deque[float], at: float, span: float, limit: int) -> float:
    while sent and sent[0] <= at - span:
        sent.popleft()
    return 0 if len(sent) < limit else sent[0] + span - at
