"""Postbacks as received, verdicts on them, conversions and their shares."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
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
    text,
)

from storage.tables.base import BIG, CODE, DOCUMENT, Instant, metadata


class PostbacksColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    marketplace = Column(String(32), nullable=False)
    source = Column(String(8), nullable=False)
    """"http", "file" or "pull"."""
    raw: Named[str] = Column(Text, nullable=False)
    received_at = Column(Instant, nullable=False)


postbacks = Table("postbacks", metadata, PostbacksColumns)
"""A marketplace's message as received, before anyone judges it; never changed."""


class VerdictsColumns(TypedColumns):
    postback_id = Column(BIG, ForeignKey("postbacks.id"), primary_key=True)
    result = Column(String(16), nullable=False)
    """"credited", "duplicate", "orphan", "quarantined" or "refused"."""
    detail: Named[str] = Column(Text, nullable=False)
    conversion_id = Column(BIG, ForeignKey("conversions.id"), nullable=True, index=True)
    judged_at = Column(Instant, nullable=False)


verdicts = Table("verdicts", metadata, VerdictsColumns)


class ConversionsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    marketplace = Column(String(32), nullable=False)
    order_id = Column(String(128), nullable=False)
    row_id = Column(String(128), nullable=False)
    sub_id = Column(String(128), nullable=True)
    state = Column(String(12), nullable=False)
    native_status = Column(String(64), nullable=False)
    commission_minor = Column(BigInteger, nullable=False)
    amount_minor = Column(BigInteger, nullable=False)
    currency = Column(String(3), nullable=False)
    ordered_at = Column(Instant, nullable=False)
    updated_at = Column(Instant, nullable=False)
    is_frozen: Named[bool] = Column(Boolean, nullable=False, default=False)
    settled_at = Column(Instant, nullable=True)
    payable_at = Column(Instant, nullable=True)
    is_released: Named[bool] = Column(Boolean, nullable=False, default=False)
    """Whether the books already moved it from held to payable."""
    received_at = Column(Instant, nullable=False)
    link_code = Column(CODE, ForeignKey("links.code"), nullable=True)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=True)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=True)
    inviter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=True)
    terms: Named[Any] = Column(DOCUMENT, nullable=True)
    decided_by = Column(String(8), nullable=True)
    clicked_at = Column(Instant, nullable=True)
    reasons: Named[Any] = Column(DOCUMENT, nullable=True)


conversions = Table(
    "conversions",
    metadata,
    ConversionsColumns,
    UniqueConstraint("marketplace", "order_id", "row_id"),
    Index(None, "order_id"),
    Index(None, "promoter_id", "ordered_at"),
    Index(None, "group_id", "ordered_at"),
    Index(None, "is_released", "payable_at"),
    Index(
        "ix_conversions_orphans",
        "id",
        sqlite_where=text("link_code IS NULL"),
        postgresql_where=text("link_code IS NULL"),
    ),
)


class SharesColumns(TypedColumns):
    conversion_id = Column(BIG, ForeignKey("conversions.id"), primary_key=True)
    party = Column(String(16), primary_key=True)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=True)
    level = Column(SmallInteger, nullable=True)
    share_bps = Column(Integer, nullable=False)


shares = Table(
    "shares",
    metadata,
    SharesColumns,
    CheckConstraint("level IN (1, 2)", name="two_levels_at_most"),
    CheckConstraint("(promoter_id IS NULL) = (level IS NULL)", name="paid_people_have_a_level"),
    UniqueConstraint("conversion_id", "level"),
)
"""Who has a part in a conversion, fixed when it is credited; the amounts are in the books."""
