"""Slots, their openings and runs, the outbox, pictures and notices."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Named,
    SmallInteger,
    String,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    false,
    text,
)

from storage.tables.base import BIG, DOCUMENT, Instant, metadata


class SlotsColumns(TypedColumns):
    scope = Column(String(64), primary_key=True)
    """"programme:NAME", "promoter:ID" or "group:ID", ours."""
    name = Column(String(32), primary_key=True)
    opens = Column(String(5), nullable=False)
    closes = Column(String(5), nullable=False)
    days: Named[Any] = Column(DOCUMENT, nullable=False)
    is_off: Named[bool] = Column(Boolean, nullable=False, default=False, server_default=false())


slots = Table("slots", metadata, SlotsColumns)
"""What was set by hand; a programme's file gives the rest."""


class OpeningsColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True)
    slot = Column(String(32), primary_key=True)
    day: Named[date] = Column(Date, nullable=False)
    opens_at = Column(Instant, nullable=False)
    closes_at = Column(Instant, nullable=False)


openings = Table("openings", metadata, OpeningsColumns, Index(None, "opens_at", "group_id"))
"""The next opening of each group's slot: a tick asks for the due ones by an index."""


class SlotRunsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    day: Named[date] = Column(Date, nullable=False)
    slot = Column(String(32), nullable=False)
    planned_at = Column(Instant, nullable=False)
    outcome = Column(String(32), nullable=False)
    """"planned", or why nothing was: "late", "paused", "nothing_fresh", …"""
    reason = Column(String(64), nullable=True)
    """Of a blackout date, in the words of who set it."""


slot_runs = Table(
    "slot_runs", metadata, SlotRunsColumns, UniqueConstraint("group_id", "day", "slot")
)


class PostsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=True)
    day: Named[date] = Column(Date, nullable=False)
    slot = Column(String(32), nullable=False)
    ordinal = Column(SmallInteger, nullable=False)
    state = Column(String(12), nullable=False)
    due_at = Column(Instant, nullable=False)
    closes_at = Column(Instant, nullable=False)
    rendered: Named[Any] = Column(DOCUMENT, nullable=False)
    is_autopilot: Named[bool] = Column(Boolean, nullable=False)
    attempts: Named[int] = Column(Integer, nullable=False, default=0)
    lease = Column(String(32), nullable=True)
    leased_until = Column(Instant, nullable=True)
    chat_id = Column(BigInteger, nullable=True)
    message_id = Column(BigInteger, nullable=True)
    sent_at = Column(Instant, nullable=True)
    error = Column(Text, nullable=True)
    created_at = Column(Instant, nullable=False)
    bot_id = Column(BigInteger, nullable=True)
    """The bot of the group: each bot's outbox finds its own posts by it."""
    script = Column(Integer, nullable=True)
    """Which variant opens it, by its digest: the next post of the group takes another."""
    said = Column(String(48), nullable=True)
    """What a post that sells nothing says, such as "poll:tomorrow"; NULL for the others."""


posts = Table(
    "posts",
    metadata,
    PostsColumns,
    UniqueConstraint("group_id", "day", "slot", "ordinal"),
    Index(None, "state", "due_at"),
    Index(None, "bot_id", "state", "due_at", "id"),
    Index(
        "ix_posts_said",
        "group_id",
        "day",
        sqlite_where=text("said IS NOT NULL"),
        postgresql_where=text("said IS NOT NULL"),
    ),
    Index(
        "ix_posts_carrying",
        "bot_id",
        "offer_id",
        "sent_at",
        "id",
        sqlite_where=text("sent_at IS NOT NULL"),
        postgresql_where=text("sent_at IS NOT NULL"),
    ),
)


class PicturesColumns(TypedColumns):
    bot_id = Column(BigInteger, primary_key=True, autoincrement=False)
    """File ids belong to a bot: another cannot use them."""
    image_url = Column(Text, primary_key=True)
    file_id = Column(Text, nullable=False)


pictures = Table("pictures", metadata, PicturesColumns)
"""What Telegram calls a picture it already has."""


class NoticesColumns(TypedColumns):
    key = Column(String(128), primary_key=True)
    person_id = Column(BIG, ForeignKey("people.id"), nullable=False)
    text: Named[str] = Column(String(64), nullable=False)
    words: Named[Any] = Column(DOCUMENT, nullable=False)
    state = Column(String(12), nullable=False)
    created_at = Column(Instant, nullable=False)


notices = Table("notices", metadata, NoticesColumns, Index(None, "state", "created_at"))
"""A sentence for one person in private; the key makes it unique."""
