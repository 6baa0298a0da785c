"""How often one person may do what costs us something: counted in memory, within a window."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

PEOPLE_KEPT = 10_000
"""Whoever was longest away is forgotten first, and begins anew."""


@dataclass
class Pace:
    """At most ``limit`` times within ``seconds`` for each key; a restart begins anew.

    One process serves a bot's chat, so that this counts everything.
    """

    limit: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _past: OrderedDict[Hashable, deque[float]] = field(default_factory=OrderedDict, init=False)

    def left(self, key: Hashable) -> int:
        """How many more times are free now."""
        past, since = self._past.get(key, deque()), self.clock() - self.seconds
        while past and past[0] <= since:
            past.popleft()
        return max(0, self.limit - len(past))

    def takes(self, key: Hashable, count: int = 1) -> bool:
        """Count ``count`` more times, or none of them; whether they were within the limit."""
        if self.left(key) < count:
            return False
        past = self._past.setdefault(key, deque())
        past.extend([self.clock()] * count)
        self._past.move_to_end(key)
        if len(self._past) > PEOPLE_KEPT:
            self._past.popitem(last=False)
        return True
