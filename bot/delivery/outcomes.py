"""What became of something that was put into a chat, read from what the Bot API answered."""

import os
from dataclasses import dataclass
from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

# From PTB 22.2 on, durations are timedeltas only where this is set, and warned of elsewhere.
os.environ.setdefault("PTB_TIMEDELTA", "1")

NOT_REACHED = timedelta(seconds=5)
"""How long to leave a post alone when no connection to Telegram could be made."""
_NEVER_SENT = frozenset({"ConnectTimeout", "ConnectError", "PoolTimeout"})
"""Faults of httpx, PTB's own client, in which no byte of the request left the machine."""
_GONE = ("chat not found", "chat was deleted", "chat_id is empty", "peer_id_invalid")
"""What a 400 says, in lower case, of a chat that is no more."""
_SHUT = ("message thread not found", "topic_closed", "topic_deleted", "thread_id_invalid")
"""What a 400 says, in lower case, of a forum topic that is closed, deleted, or never was."""
_TOO_POOR = "balance_too_low"
"""What a 400 says, in lower case, when a paid message costs more Stars than there are."""


class NeverLeft(Exception):
    """No byte of the request left the machine: it is certain that nothing was done."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """It is in the chat; ``file_id`` is what Telegram calls the picture."""

    message_id: int
    file_id: str | None


@dataclass(frozen=True, slots=True)
class Retry:
    """It is certainly not in the chat, and may be tried again ``after`` that long."""

    after: timedelta
    is_flood: bool
    """Whether Telegram told this chat to wait; otherwise it was not reached at all."""


@dataclass(frozen=True, slots=True)
class Unpaid:
    """It is not in the chat: it was to be paid, and the bot has too few Stars."""


@dataclass(frozen=True, slots=True)
class Moved:
    """It is not in the chat: the group lives under another id now."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Lost:
    """It is not in the chat: we are not in it either, or the person does not want to hear us."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It is not in the chat, and trying the same again is of no use."""

    reason: str


@dataclass(frozen=True, slots=True)
class Shut:
    """It is not in the chat: the topic named takes nothing; it may go to another place."""

    reason: str


@dataclass(frozen=True, slots=True)
class Uncertain:
    """Nobody knows whether it is in the chat; never to be repeated by itself."""

    reason: str


Outcome = Delivered | Retry | Unpaid | Moved | Lost | Refused | Shut | Uncertain


def classify(fault: TelegramError) -> Outcome:
    """What is certain after ``fault``: only a 4xx answer or a connection that never stood is.

    BadRequest is a NetworkError by inheritance, so the order of the cases matters.
    """
    match fault:
        case RetryAfter():
            return Retry(_duration(fault), is_flood=True)
        case ChatMigrated():
            return Moved(fault.new_chat_id)
        case Forbidden():
            return Lost(fault.message)
        case BadRequest():
            return _refused(fault.message)
        case InvalidToken() | EndPointNotFound() | Conflict():
            # The token's fault, not the post's: it may go out once that is mended.
            return Retry(NOT_REACHED, is_flood=False)
        case NetworkError() if _never_left(fault.__cause__):
            return Retry(NOT_REACHED, is_flood=False)
        case NetworkError() if "too many requests" in fault.message.lower():
            return Retry(NOT_REACHED, is_flood=True)
    return Uncertain(fault.message)


def _never_left(cause: BaseException | None) -> bool:
    return isinstance(cause, NeverLeft) or type(cause).__name__ in _NEVER_SENT


def _refused(reason: str) -> Outcome:
    said = reason.lower()
    if _TOO_POOR in said:
        return Unpaid()
    if any(word in said for word in _SHUT):
        return Shut(reason)
    return Lost(reason) if any(word in said for word in _GONE) else Refused(reason)


def _duration(fault: RetryAfter) -> timedelta:
    wait = fault.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)
