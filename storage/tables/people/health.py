"""The health of groups: counts by the day, where each stands, and what was suggested to it."""

from datetime import date

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
    TypedColumns,
)

from storage.tables.base import BIG, Instant, metadata


class GroupDaysColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True)
    day: Named[date] = Column(Date, primary_key=True)
    """UTC."""
    members: Named[int] = Column(Integer, nullable=False, server_default="0")
    """0 until the day is over and was counted."""
    posts: Named[int] = Column(Integer, nullable=False, server_default="0")
    clicks: Named[int] = Column(Integer, nullable=False, server_default="0")
    joins: Named[int] = Column(Integer, nullable=False, server_default="0")
    leaves: Named[int] = Column(Integer, nullable=False, server_default="0")
    leaves_after: Named[int] = Column(Integer, nullable=False, server_default="0")
    """Of those who left, who did so soon after a post."""
    downs: Named[int] = Column(Integer, nullable=False, server_default="0")
    """Dislikes given less those taken back."""
    removed: Named[int] = Column(Integer, nullable=False, server_default="0")


group_days = Table("group_days", metadata, GroupDaysColumns)
"""Counts, and nobody's name: one row a group and day, whatever happens in it; kept 60 days."""


class GroupHealthColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True)
    evaluated_on: Named[date] = Column(Date, nullable=False)
    was_active: Named[bool] = Column(Boolean, nullable=False)
    below_since: Named[date] = Column(Date, nullable=True)
    lacking_since: Named[date] = Column(Date, nullable=True)
    probation_since: Named[date] = Column(Date, nullable=True)
    probation_until: Named[date] = Column(Date, nullable=True)
    cause = Column(String(16), nullable=True)
    baseline_micro = Column(BigInteger, nullable=True)
    recovered_on: Named[date] = Column(Date, nullable=True)
    closed_on: Named[date] = Column(Date, nullable=True)
    rest_level: Named[int] = Column(SmallInteger, nullable=False)
    rest_since: Named[date] = Column(Date, nullable=True)
    rest_sign = Column(String(16), nullable=True)
    tolerance_milli = Column(BigInteger, nullable=True)
    clicks_milli = Column(BigInteger, nullable=True)
    kept_until: Named[date] = Column(Date, nullable=True)
    share_bps: Named[int] = Column(Integer, nullable=False)
    """What is left out of the group's selling posts: all that planning asks for."""
    suggest_on: Named[date] = Column(Date, nullable=True)


group_health = Table(
    "group_health", metadata, GroupHealthColumns, Index(None, "evaluated_on", "group_id")
)
"""The nightly evaluation takes those that wait the longest by the index, batch by batch."""


class SuggestedHoursColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True)
    slot = Column(String(32), primary_key=True)
    opens = Column(String(5), nullable=False)
    closes = Column(String(5), nullable=False)
    old_opens = Column(String(5), nullable=False)
    old_closes = Column(String(5), nullable=False)
    clicks: Named[int] = Column(Integer, nullable=False)
    own_clicks: Named[int] = Column(Integer, nullable=False)
    state = Column(String(12), nullable=False)
    """"asked", "accepted" or "declined"."""
    at = Column(Instant, nullable=False)


suggested_hours = Table("suggested_hours", metadata, SuggestedHoursColumns)


class DislikedPostsColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True)
    message_id = Column(BigInteger, primary_key=True, autoincrement=False)
    day: Named[date] = Column(Date, nullable=False)
    downs: Named[int] = Column(Integer, nullable=False)


disliked_posts = Table("disliked_posts", metadata, DislikedPostsColumns)
"""Where Telegram tells totals instead of changes: what was told last of each message."""
