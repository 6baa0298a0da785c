"""What comes of one-tap sends: previews, refusals, and how a send stands group by group."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.posts import sends
from bot.domain.posts.sends import LeftOut
from bot.domain.records import Group, Offer, Post, PostId, Rendered


class Refusal(StrEnum):
    """Why nothing can be sent at all; each is a text of the chat."""

    UNKNOWN_OFFER = "unknown_offer"
    NO_GROUP = "no_group"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was sent."""

    reason: Refusal


@dataclass(frozen=True, slots=True)
class Preview:
    """A send before it is confirmed; what it names is what goes out, or nothing does."""

    offer: Offer
    rendered: Rendered | None
    """As groups in the promoter's language will see it; None where no group may get it."""
    other_languages: tuple[str, ...]
    """Languages in which it goes to further groups."""
    to: tuple[Group, ...]
    left_out: tuple[tuple[Group, LeftOut], ...]
    having_it: int
    """Own groups that have the offer today already."""
    asked_ms: int
    """When it was asked for, in milliseconds since 1970: the key by which it is sent once."""
    fingerprint: str
    waiting: tuple[tuple[Group, datetime], ...] = ()
    """Those of ``to`` in which it is quiet time, with when it goes out there."""


@dataclass(frozen=True, slots=True)
class Result:
    """How a send stands, group by group."""

    post_id: PostId
    """One of its posts, by which it is asked for again."""
    offer: Offer
    posts: tuple[tuple[Group, Post], ...]
    left_out: tuple[tuple[Group, LeftOut], ...]
    """Groups of then that got none, with what stands against it now."""

    @property
    def is_over(self) -> bool:
        """Whether nothing is under way any more."""
        return sends.is_over(post for _, post in self.posts)

    @property
    def is_stoppable(self) -> bool:
        """Whether something can still be taken back."""
        return sends.is_stoppable(post for _, post in self.posts)


@dataclass(frozen=True, slots=True)
class Sent:
    """It is on its way; ``is_new`` is False where it was confirmed before."""

    result: Result
    is_new: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """Something is not as the preview said: nothing was sent, here is what it would be now."""

    preview: Preview


@dataclass(frozen=True, slots=True)
class Undone:
    """What could still be stopped was stopped; ``result`` tells what went before."""

    result: Result
    stopped: int
