"""Puts a rendered post into a chat, and says what is certain about it and what is not."""

from bot.delivery.hearing import Hear, Heard
from bot.delivery.outcomes import (
    NOT_REACHED,
    Delivered,
    Lost,
    Moved,
    NeverLeft,
    Outcome,
    Refused,
    Retry,
    Shut,
    Uncertain,
    Unpaid,
    classify,
)
from bot.delivery.sending import CONNECTIONS, Delivery, outward
from bot.delivery.waking import Waking, calm_request

__all__ = [
    "CONNECTIONS",
    "NOT_REACHED",
    "Delivered",
    "Delivery",
    "Hear",
    "Heard",
    "Lost",
    "Moved",
    "NeverLeft",
    "Outcome",
    "Refused",
    "Retry",
    "Shut",
    "Uncertain",
    "Unpaid",
    "Waking",
    "calm_request",
    "classify",
    "outward",
]
