"""Who came by which link into a group, as counts: how many came, and how many stayed."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.records import GroupId

SPANS = (1, 7, 28)
"""Days after which it is counted who is still there."""
FEWEST = 3
"""Fewer people than that are not counted for anybody: it would be somebody's own affair."""
KEPT_FOR = timedelta(days=90)
"""So long it is known, by a keyed hash, who came by which link; after that counts alone stay."""
HASH_BYTES = 16
NAME_LIMIT = 32
"""Characters of an invite link's name (Bot API)."""


@dataclass(frozen=True, slots=True)
class Day:
    """Those who came by one link on one day, UTC; ``gone`` within each of SPANS, in its order."""

    day: date
    came: int
    gone: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Stay:
    """Of ``came`` people who came at least ``days`` ago, how many were there after them."""

    days: int
    came: int
    stayed: int


def member_of(secret: bytes, group_id: GroupId, telegram_id: int) -> str:
    """Somebody in a group, by a hash: without ``secret`` nobody can be found by it."""
    told = f"{group_id}/{telegram_id}".encode()
    return hmac.digest(secret, told, "sha256")[:HASH_BYTES].hex()


def gone_within(came_at: datetime, left_at: datetime) -> tuple[int, ...]:
    """One for each of SPANS within which somebody left who came at ``came_at``, else zero."""
    return tuple(int(left_at - came_at <= timedelta(days=days)) for days in SPANS)


def stays(days: Iterable[Day], today: date) -> tuple[Stay, ...]:
    """How many stayed, of the days that lie far enough back for each of SPANS."""
    known = list(days)
    found = []
    for place, span in enumerate(SPANS):
        # Whoever came late on a day has stayed that long only late on the last one.
        old = [each for each in known if each.day + timedelta(days=span) < today]
        came = sum(each.came for each in old)
        found.append(Stay(span, came, came - sum(each.gone[place] for each in old)))
    return tuple(found)


def told(count: int) -> int | None:
    """A number of people as it may be shown; None is "fewer than three"."""
    return None if count < FEWEST else count
