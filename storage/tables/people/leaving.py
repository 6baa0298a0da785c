"""Groups that are copied, handed on and left; links into groups, and who came by them."""

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
    String,
    Table,
    TypedColumns,
    UniqueConstraint,
    text,
)

from storage.tables.base import BIG, DOCUMENT, Instant, metadata

PENDING = text("left_at IS NULL")
OPEN = text("state IN ('offered', 'accepted')")


class DeparturesColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    chat_id = Column(BigInteger, nullable=False)
    bot_id = Column(BigInteger, nullable=True)
    says_goodbye: Named[bool] = Column(Boolean, nullable=False)
    said_at = Column(Instant, nullable=True)
    """When the goodbye was begun: it is not said twice."""
    asked_at = Column(Instant, nullable=False)
    left_at = Column(Instant, nullable=True)
    """When the bot was out of the chat, or had no business there any more."""


departures = Table(
    "departures",
    metadata,
    DeparturesColumns,
    Index(None, "group_id"),
    Index("ix_departures_pending", "id", sqlite_where=PENDING, postgresql_where=PENDING),
)
"""Chats that the bot is to leave: written down first, so that no crash keeps it there."""


class TransfersColumns(TypedColumns):
    token = Column(String(32), primary_key=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    giver_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False)
    receiver_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=True)
    state = Column(String(12), nullable=False)
    """"offered", "accepted", "done" or "withdrawn"."""
    offered_at = Column(Instant, nullable=False)
    expires_at = Column(Instant, nullable=False)
    ended_at = Column(Instant, nullable=True)


transfers = Table(
    "transfers",
    metadata,
    TransfersColumns,
    Index(
        "ix_transfers_open",
        "group_id",
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    ),
)
"""Groups on their way to another promoter; one group is on one way at a time."""


class CopiesColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False, index=True)
    source_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    targets: Named[Any] = Column(DOCUMENT, nullable=False)
    """Our ids of the groups that are ticked."""
    state = Column(String(12), nullable=False)
    """"drawn" while it is put together, "done", "undone"."""
    at = Column(Instant, nullable=False)
    stood: Named[Any] = Column(DOCUMENT, nullable=True)
    """By group what stood before and what was put there, so that it can be undone."""


copies = Table("copies", metadata, CopiesColumns)


class InviteLinksColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    name: Named[str] = Column(String(32), nullable=False)
    url = Column(String(128), nullable=False, unique=True)
    made_at = Column(Instant, nullable=False)
    revoked_at = Column(Instant, nullable=True)
    claimed: Named[int] = Column(Integer, nullable=False, server_default="0")
    """How many who came by it said of an order that it is theirs."""
    pooled: Named[int] = Column(Integer, nullable=False, server_default="0")
    """How many who came by it were in a pool that came about."""


invite_links = Table("invite_links", metadata, InviteLinksColumns, Index(None, "group_id"))
"""Links into groups that the bot made; Telegram tells of no other which one somebody used."""


class CohortDaysColumns(TypedColumns):
    link_id = Column(BIG, ForeignKey("invite_links.id"), primary_key=True, autoincrement=False)
    day: Named[date] = Column(Date, primary_key=True)
    came: Named[int] = Column(Integer, nullable=False)
    gone_1: Named[int] = Column(Integer, nullable=False, server_default="0")
    gone_7: Named[int] = Column(Integer, nullable=False, server_default="0")
    gone_28: Named[int] = Column(Integer, nullable=False, server_default="0")


cohort_days = Table("cohort_days", metadata, CohortDaysColumns)
"""How many came by a link on a day (UTC), and how many of them left within so many days."""


class CohortMembersColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True, autoincrement=False)
    member = Column(String(32), primary_key=True)
    """Keyed hash of group and person together: no two groups show the same person."""
    link_id = Column(BIG, ForeignKey("invite_links.id"), nullable=False)
    came_at = Column(Instant, nullable=False)
    has_claimed: Named[bool] = Column(Boolean, nullable=False)
    has_pooled: Named[bool] = Column(Boolean, nullable=False)


cohort_members = Table("cohort_members", metadata, CohortMembersColumns, Index(None, "came_at"))
"""Until somebody leaves, asks to be forgotten, or 90 days have passed; then counts alone stay."""


class ExportsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False)
    at = Column(Instant, nullable=False)


exports = Table("exports", metadata, ExportsColumns, UniqueConstraint("promoter_id", "at"))
"""When a promoter took the own figures along; a few times a day."""
