"""What can come of an invitation code, and of asking for one."""

from dataclasses import dataclass
from enum import StrEnum

from bot.domain.records import Promoter


class Refusal(StrEnum):
    """Why a code did not make somebody a promoter."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    USED_UP = "used_up"
    REVOKED = "revoked"
    OWN = "own"
    CYCLE = "cycle"
    ALREADY = "already"


@dataclass(frozen=True)
class Joined:
    """The person is a promoter; ``is_new`` is False when the same code was used before."""

    promoter: Promoter
    is_new: bool = True


@dataclass(frozen=True)
class Refused:
    """Nothing was changed, for this reason."""

    reason: Refusal


@dataclass(frozen=True)
class TooMany:
    """As many codes as one promoter may have open are open."""

    limit: int
