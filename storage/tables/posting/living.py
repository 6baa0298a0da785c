"""Posts that live on after sending: the offers watched for them, their edits, forum topics."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Named,
    SmallInteger,
    String,
    Table,
    TypedColumns,
)

from storage.tables.base import BIG, Instant, metadata


class WatchesColumns(TypedColumns):
    bot_id = Column(BigInteger, primary_key=True, autoincrement=False)
    offer_id = Column(BIG, ForeignKey("offers.id"), primary_key=True, autoincrement=False)
    due_at = Column(Instant, nullable=False)
    """When its posts are looked at next."""
    is_urgent: Named[bool] = Column(Boolean, nullable=False, default=False)
    """Whether it ended, is sold out or costs more: then its posts go before the others'."""
    is_stale: Named[bool] = Column(Boolean, nullable=False, default=False)
    """Whether the offer changed since its posts were last gone through."""
    step: Named[int] = Column(SmallInteger, nullable=False, default=0)
    """The step of the coupon's countdown that the posts were last gone through for."""
    after_at = Column(Instant, nullable=True)
    after_id: Named[int] = Column(BIG, nullable=False, default=0)
    """Posts sent up to there (time, id) were looked at; None before the first of them."""
    again_at = Column(Instant, nullable=True)
    again_from = Column(Instant, nullable=True)
    """When those that had to wait are looked at again, and since when they were sent."""


watches = Table(
    "watches",
    metadata,
    WatchesColumns,
    Index(None, "offer_id"),
    Index(None, "bot_id", "is_urgent", "due_at"),
)
"""Offers in the posts of the last days, one row a bot and offer however many posts there are."""


class RenewalsColumns(TypedColumns):
    post_id = Column(BIG, ForeignKey("posts.id"), primary_key=True, autoincrement=False)
    edits: Named[int] = Column(Integer, nullable=False)
    edited_at = Column(Instant, nullable=False, index=True)
    told = Column(String(32), nullable=True)
    """Digest of what the post says now; None while that is what it was sent with, or in doubt."""
    said: Named[str] = Column(String(8), nullable=False)
    """"live", "out", "back" or "ended"."""
    is_over: Named[bool] = Column(Boolean, nullable=False, default=False)
    """Whether it is out of reach for ever."""


renewals = Table("renewals", metadata, RenewalsColumns)
"""Posts that were edited, each counted before it is: a crash never lets a budget be passed."""


class ForumTopicsColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True, autoincrement=False)
    slot = Column(String(32), primary_key=True)
    """A slot's name, "send", "pool", or "any" for whatever has none of its own."""
    thread_id = Column(BigInteger, nullable=True)
    """None where a topic is wanted and nobody has named it yet, after a copy from another group."""
    set_at = Column(Instant, nullable=False)
    shut_at = Column(Instant, nullable=True)
    """Since when Telegram refuses posts there; they go to General."""


forum_topics = Table("forum_topics", metadata, ForumTopicsColumns)
