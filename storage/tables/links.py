"""Links, clicks, and the counters that stay when clicks are deleted."""

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    text,
)

from storage.tables.base import BIG, CODE, Instant, metadata


class LinksColumns(TypedColumns):
    code = Column(CODE, primary_key=True)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=False)
    marketplace = Column(String(32), nullable=False)
    post_id = Column(BIG, ForeignKey("posts.id"), nullable=True, index=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=True)
    """None for a promoter's personal link: then the programme is the promoter's own."""
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False)
    target_url: Named[str] = Column(Text, nullable=False)
    source = Column(String(8), nullable=False, default="post", server_default="post")
    """"post"; without a post "answer", "self", "share", "poster", "inline" or "pool"."""
    created_at = Column(Instant, nullable=False)


links = Table(
    "links",
    metadata,
    LinksColumns,
    UniqueConstraint("post_id", "offer_id", "group_id", "promoter_id"),
    Index(None, "group_id", "created_at"),
    Index(
        "ix_links_personal",
        "promoter_id",
        "offer_id",
        sqlite_where=text("group_id IS NULL"),
        postgresql_where=text("group_id IS NULL"),
    ),
)


class ClicksColumns(TypedColumns):
    id = Column(CODE, primary_key=True)
    """Made by the program before the answer, in order of time."""
    code = Column(CODE, nullable=False)
    at = Column(Instant, nullable=False)
    kind = Column(String(8), nullable=False)
    visitor = Column(String(32), nullable=True)
    """Keyed hash of a truncated address; the key changes daily."""


clicks = Table("clicks", metadata, ClicksColumns)


class ClickHoursColumns(TypedColumns):
    code = Column(CODE, primary_key=True)
    hour_at = Column(Instant, primary_key=True)
    people: Named[int] = Column(Integer, nullable=False)
    bots: Named[int] = Column(Integer, nullable=False)
    first_person_at = Column(Instant, nullable=True)
    last_person_at = Column(Instant, nullable=True)


click_hours = Table("click_hours", metadata, ClickHoursColumns)
"""Counters that need no index on the clicks, and stay when the clicks are deleted."""
