"""A clock that can be moved forward by hand and goes on by itself."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

SHOP_ZONE = ZoneInfo("Asia/Shanghai")


class Clock(Protocol):
    """What the sandbox asks of a clock."""

    def now(self) -> datetime:
        """Return the present instant, aware, UTC."""
        ...

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        ...


class MovableClock:
    """Real time plus what it was advanced by; or, if frozen, a time that stands still."""

    def __init__(self, start: datetime | None = None, *, frozen: bool = False) -> None:
        began = datetime.now(UTC)
        self._frozen_at = (start or began) if frozen else None
        self._shift = (start - began) if start else timedelta()

    def now(self) -> datetime:
        """Return the present instant of this clock, aware, UTC."""
        return self._frozen_at or datetime.now(UTC) + self._shift

    def advance(self, by: timedelta) -> None:
        """Move the clock forward; raises `ValueError` if it would go backward."""
        if by < timedelta():
            raise ValueError("a clock does not go backward")
        if self._frozen_at:
            self._frozen_at += by
        self._shift += by


def until_mark(now: datetime, mark: str) -> timedelta:
    """Return how long it is from `now` to the next `HH:MM` in Shanghai, more than zero."""
    local = now.astimezone(SHOP_ZONE)
    hour, minute = (int(part) for part in mark.split(":"))
    target = datetime.combine(local.date(), time(hour, minute), SHOP_ZONE)
    if target <= local:
        target += timedelta(days=1)
    return target - local


Marks = Sequence[tuple[str, str]]
