"""Setting up groups like one of them: what is copied, what that changes, until when it is undone."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from json import dumps
from typing import Any

from bot.domain.records import GroupId

UNDO_FOR = timedelta(minutes=10)
DRAWN_FOR = timedelta(hours=1)
"""So long a choice of groups can be confirmed; later everything may stand otherwise."""

Settings = Mapping[str, Any]
"""A group's settings by part: the own ones, and rows of each room that keeps some a group."""

SCHEME_PARTS = ("vertical", "slots")
"""What means something only in the programme where it was set."""


def wanted(source: Settings, target: Settings, *, is_same_programme: bool) -> dict[str, Any]:
    """How a group's settings would stand once they were those of ``source``."""
    left_out = () if is_same_programme else SCHEME_PARTS
    return {part: target[part] if part in left_out else source[part] for part in source}


def changed(before: Settings, after: Settings) -> tuple[str, ...]:
    """The parts that are not the same in both, in their order."""
    return tuple(part for part in after if before.get(part) != after[part])


def fingerprint(plan: Mapping[GroupId, tuple[Settings, Settings]]) -> str:
    """A short sign of a plan: what each group has and what it would have."""
    written = dumps(sorted(plan.items()), sort_keys=True, default=str)
    return sha256(written.encode()).hexdigest()[:12]


def may_undo(done_at: datetime, now: datetime) -> bool:
    """Whether a copy can still be taken back."""
    return now - done_at <= UNDO_FOR
