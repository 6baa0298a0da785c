"""Posts, from planned to sent."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot.domain.records.ids import GroupId, OfferId, PersonId, PostId


class PostState(StrEnum):
    """planned → leased → sending → sent | failed | planned again at due_at | uncertain."""

    PLANNED = "planned"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Button:
    """One URL button under a post."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Poll:
    """An anonymous question to a group: 1–300 characters, and 2–10 answers of 1–100."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A post ready to send: HTML within Telegram's limits, a picture or none, buttons by row."""

    html: str
    image_url: str | None
    buttons: tuple[tuple[Button, ...], ...] = ()
    poll: Poll | None = None
    """Sent in the place of the HTML, which then only shows in previews what it asks."""


@dataclass(frozen=True, slots=True)
class Post:
    """The message that carries picks, as it stands in the outbox."""

    id: PostId
    group_id: GroupId
    promoter_id: PersonId
    offer_id: OfferId | None
    day: date
    slot: str
    ordinal: int
    state: PostState
    due_at: datetime
    closes_at: datetime
    rendered: Rendered
    is_autopilot: bool
    attempts: int = 0
    chat_id: int | None = None
    message_id: int | None = None
    sent_at: datetime | None = None
    error: str | None = None
    bot_id: int | None = None
    """The bot of its group, as it was when the post was planned."""
    script: int | None = None
    """Which variant opens it, as ``scripts.digest`` writes it."""
    said: str | None = None
    """What a post that sells nothing says, such as "poll:tomorrow"; None for the others."""
