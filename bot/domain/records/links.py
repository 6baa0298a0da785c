"""Tracked links, and who follows them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.records.ids import GroupId, LinkCode, OfferId, PersonId, PostId


class ClickClass(StrEnum):
    """Who followed a link; only a person counts."""

    PERSON = "person"
    PREVIEW = "preview"
    BOT = "bot"
    PREFETCH = "prefetch"


@dataclass(frozen=True, slots=True)
class Link:
    """One per offer × post × group × promoter, minted before the post or answer is sent."""

    code: LinkCode
    offer_id: OfferId
    marketplace: str
    post_id: PostId | None
    group_id: GroupId | None
    """None for a promoter's personal link."""
    promoter_id: PersonId
    target_url: str
    created_at: datetime
    source: str = "post"
    """"post"; without a post "answer", "self", "share", "poster", "inline" or "pool"."""
