"""The ranking in the operator's chat."""

from handlers.chat.ranking.listing import COMMANDS, PRESSES

__all__ = ["COMMANDS", "PRESSES"]
