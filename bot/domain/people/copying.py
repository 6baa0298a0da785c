"""Setting up groups like one of them: what is copied, what that changes, how long to undo it."""

from collections.abc import Mapping, Sequence
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
Rows = Sequence[Mapping[str, Any]]

SCHEME_PARTS = ("vertical", "slots")
"""What means something only in the programme where it was set."""
TOPICS = "topics"
"""Topics have their own numbers in each chat: a copy can only say for what there are to be some."""


def wanted(source: Settings, target: Settings, *, is_same_programme: bool) -> dict[str, Any]:
    """How a group's settings would stand once they were those of ``source``."""
    left_out = () if is_same_programme else SCHEME_PARTS
    found = {part: target[part] if part in left_out else source[part] for part in source}
    if TOPICS in found:
        found[TOPICS] = _topics(source[TOPICS], target[TOPICS])
    return found


def _topics(source: Rows, target: Rows) -> list[Mapping[str, Any]]:
    own = {row["slot"] for row in target}
    new = [dict(row) | {"thread_id": None} for row in source if row["slot"] not in own]
    return sorted([*target, *new], key=lambda row: str(row["slot"]))


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
