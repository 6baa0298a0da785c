"""One-tap sends (一键群发): one offer to all own groups, beside the slots [S1]."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256

from bot.domain.records import GroupId, Post, PostState, Rendered

SLOT = "send"
"""The slot's name of posts that were sent by a tap; no slot that opens may have it."""

WINDOW = timedelta(minutes=30)
"""What is not sent by then is skipped: a promoter who waits so long has given it up."""

SENDS_A_DAY = 3
"""In one group, beside three slots a day: twice the usual posts, and a group still reads them."""

PREVIEW_LASTS = timedelta(hours=1)
"""An older preview is shown anew: who presses it no longer knows what it said."""

UNDONE = "undone"
"""What a post that was taken back says in its ``error``."""

_SEEN_BY_NOBODY = (PostState.SKIPPED, PostState.CANCELLED, PostState.FAILED)
_UNDER_WAY = (PostState.PLANNED, PostState.LEASED, PostState.SENDING)
_TAKEN_BACK = (PostState.PLANNED, PostState.LEASED)


class LeftOut(StrEnum):
    """Why a group does not get an offer that is sent to all."""

    LOST = "lost"
    PAUSED = "paused"
    BELOW_FLOOR = "below_floor"
    NO_RIGHTS = "no_rights"
    NO_PROGRAMME = "no_programme"
    ENDED = "ended"
    SOLD_OUT = "sold_out"
    BANNED = "banned"
    """An operator took it out."""
    STALE = "stale"
    NOT_ALLOWED = "not_allowed"
    REPEATED = "repeated"
    """The group saw it, or is to see it, within its programme's days without repeats."""
    BLACKOUT = "blackout"
    """No slot opens there today, or on the day on which its quiet time ends."""
    ENOUGH = "enough"
    """The group got SENDS_A_DAY today."""


class Fate(StrEnum):
    """What became of a sent offer in one group."""

    WAITING = "waiting"
    ON_ITS_WAY = "on_its_way"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNDONE = "undone"


def fate(post: Post) -> Fate:
    """Where the post of a send stands."""
    if post.state in _TAKEN_BACK:
        return Fate.WAITING
    if post.state == PostState.SENDING:
        return Fate.ON_ITS_WAY
    if post.state == PostState.CANCELLED:
        return Fate.UNDONE if post.error == UNDONE else Fate.SKIPPED
    return Fate(post.state.value)


def is_over(posts: Iterable[Post]) -> bool:
    """Whether nothing of a send is under way any more."""
    return all(post.state not in _UNDER_WAY for post in posts)


def is_stoppable(posts: Iterable[Post]) -> bool:
    """Whether anything of a send can still be taken back."""
    return any(post.state in _TAKEN_BACK for post in posts)


def has_room(states: Sequence[PostState]) -> bool:
    """Whether a group whose sends of a day stand so may get another."""
    return sum(state not in _SEEN_BY_NOBODY for state in states) < SENDS_A_DAY


def fingerprint(
    posts: Iterable[tuple[GroupId, Rendered]],
    waiting: Mapping[GroupId, datetime] | None = None,
) -> str:
    """Eight letters that are others as soon as any group or any word of a preview is another.

    ``waiting`` tells of groups that get it later, and when.
    """
    said = sorted(
        (group_id, rendered.html, rendered.image_url or "", repr(rendered.buttons))
        for group_id, rendered in posts
    )
    later = sorted((group_id, at.timestamp()) for group_id, at in (waiting or {}).items())
    return sha256(repr((said, later) if later else said).encode()).hexdigest()[:8]
