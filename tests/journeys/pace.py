"""A faster hand for the clock: the timetable's order stands, its pace does not."""

from datetime import UTC
from typing import Any

from apscheduler.triggers.interval import IntervalTrigger

from schedules import clock
from schedules.timetable import Row

SECONDS = {"slots": 0.25, "adopt": 0.25, "outbox": 0.25, "notices": 0.25, "release": 1.0}
"""What people wait for in a journey; everything else keeps its own pace."""

_usual = clock._trigger


def often(row: Row) -> Any:
    """When a row of the timetable strikes."""
    if row.name in SECONDS:
        return IntervalTrigger(seconds=SECONDS[row.name], timezone=UTC)
    return _usual(row)
