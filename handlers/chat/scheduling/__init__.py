"""Schedules in the chat."""

from handlers.chat.scheduling.schedule import COMMANDS, OPEN_PRESSES, PRESSES

__all__ = ["COMMANDS", "OPEN_PRESSES", "PRESSES"]
