"""Quiet hours, blackout dates, scripts set by operators, warm posts and their polls."""

from storage.schedules.copying import copy

__all__ = ["copy"]
