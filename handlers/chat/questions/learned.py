"""What a process finds out about its server and the people it serves, and forgets after a day."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

FORGOTTEN_AFTER_SECONDS = 24 * 60 * 60
"""Servers are updated and people change their minds: then it is tried again."""
KEPT_LIMIT = 20_000
"""The oldest goes first; losing it costs one more attempt."""

Value = TypeVar("Value")


class Learned(Generic[Value]):
    """Values by key, each for a day, the latest ``limit`` of them."""

    def __init__(
        self,
        *,
        limit: int = KEPT_LIMIT,
        seconds: float = FORGOTTEN_AFTER_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Nothing is known yet; ``clock`` counts seconds."""
        self._limit, self._seconds, self._clock = limit, seconds, clock
        self._kept: OrderedDict[Hashable, tuple[Value, float]] = OrderedDict()

    def get(self, key: Hashable) -> Value | None:
        """What was learned of ``key``; None where nothing was, or too long ago."""
        value, at = self._kept.get(key, (None, 0.0))
        if value is None or self._clock() - at >= self._seconds:
            self._kept.pop(key, None)
            return None
        return value

    def learn(self, key: Hashable, value: Value) -> None:
        """Remember ``value`` of ``key`` from now on."""
        self._kept[key] = (value, self._clock())
        self._kept.move_to_end(key)
        while len(self._kept) > self._limit:
            self._kept.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        """Let ``key`` be as if nothing had been learned of it."""
        self._kept.pop(key, None)
