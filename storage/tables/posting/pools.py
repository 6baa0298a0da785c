"""Pools, the people in them, and where a group's people collect their goods."""

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
    TypedColumns,
    UniqueConstraint,
    text,
)

from storage.tables.base import BIG, CODE, Instant, metadata

RUNNING = text("state IN ('open', 'reached')")
UNSHOWN = text("unshown_since IS NOT NULL")
TELLING = text("telling IS NOT NULL")


class PoolsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False, index=True)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=False)
    state = Column(String(12), nullable=False)
    target: Named[int] = Column(Integer, nullable=False)
    seats: Named[int] = Column(Integer, nullable=False)
    joined: Named[int] = Column(Integer, nullable=False, default=0)
    together_minor = Column(BigInteger, nullable=False)
    alone_minor = Column(BigInteger, nullable=False)
    currency = Column(String(3), nullable=False)
    seen_at = Column(Instant, nullable=False)
    opened_at = Column(Instant, nullable=False)
    closes_at = Column(Instant, nullable=False)
    ended_at = Column(Instant, nullable=True)
    together_code = Column(CODE, ForeignKey("links.code"), nullable=False)
    alone_code = Column(CODE, ForeignKey("links.code"), nullable=False)
    has_pickup: Named[bool] = Column(Boolean, nullable=False)
    standing = Column(String(12), nullable=False)
    """Of the message: planned, sending, sent, failed or uncertain."""
    sending_since = Column(Instant, nullable=True)
    bot_id = Column(BigInteger, nullable=True)
    chat_id = Column(BigInteger, nullable=True)
    message_id = Column(BigInteger, nullable=True)
    is_picture: Named[bool] = Column(Boolean, nullable=False, default=False)
    version: Named[int] = Column(Integer, nullable=False, default=1)
    shown: Named[int] = Column(Integer, nullable=False, default=0)
    unshown_since = Column(Instant, nullable=True)
    """Since when its message does not show all; None while it does."""
    shown_digest = Column(String(32), nullable=True)
    telling = Column(String(12), nullable=True)
    """What joiners are still to be told: "reached", "missed" or "cancelled"."""


def _where(clause: Any) -> dict[str, Any]:
    return {"sqlite_where": clause, "postgresql_where": clause}


pools = Table(
    "pools",
    metadata,
    PoolsColumns,
    CheckConstraint("joined >= 0 AND joined <= seats", name="joined"),
    CheckConstraint("together_minor < alone_minor", name="prices"),
    Index("ix_pools_running", "group_id", "offer_id", unique=True, **_where(RUNNING)),
    Index("ix_pools_due", "closes_at", **_where(RUNNING)),
    Index("ix_pools_unshown", "unshown_since", **_where(UNSHOWN)),
    Index("ix_pools_telling", "id", **_where(TELLING)),
)
"""A tick asks for what is due, unshown or untold by an index; an idle one reads nothing."""


class JoinersColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    pool_id = Column(BIG, ForeignKey("pools.id"), nullable=False)
    person_id = Column(BIG, ForeignKey("people.id"), nullable=True, index=True)
    name = Column(String(128), nullable=True)
    quantity: Named[int] = Column(SmallInteger, nullable=False, default=1)
    pickup = Column(String(64), nullable=True)
    joined_at = Column(Instant, nullable=False)
    left_at = Column(Instant, nullable=True)
    leaving_until = Column(Instant, nullable=True)
    tap = Column(String(64), nullable=True)
    told = Column(String(12), nullable=True)


joiners = Table("joiners", metadata, JoinersColumns, UniqueConstraint("pool_id", "person_id"))
"""Once a person and pool; whoever leaves keeps the row, so that a repeated tap finds it."""


class PickupsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    name: Named[str] = Column(String(64), nullable=False)


pickups = Table("pickups", metadata, PickupsColumns, UniqueConstraint("group_id", "name"))
