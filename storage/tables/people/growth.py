"""Mentors and what is passed on between them and their own, sums of teams, and who shows a name."""

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
    String,
    Table,
    TypedColumns,
    false,
)

from storage.tables.base import BIG, Instant, metadata


class MentorshipsColumns(TypedColumns):
    mentee_id = Column(BIG, ForeignKey("promoters.person_id"), primary_key=True)
    mentor_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=True, index=True)
    """Who was chosen; None is the inviter, as for everybody without a row."""
    changed_at = Column(Instant, nullable=False)
    is_muted_by_mentee: Named[bool] = Column(Boolean, nullable=False, server_default=false())
    is_muted_by_mentor: Named[bool] = Column(Boolean, nullable=False, server_default=false())


mentorships = Table("mentorships", metadata, MentorshipsColumns)


class MentorsColumns(TypedColumns):
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), primary_key=True)
    programme = Column(String(32), nullable=False)
    since = Column(Instant, nullable=False)


mentors = Table("mentors", metadata, MentorsColumns, Index(None, "programme", "since"))
"""Who offers to be chosen as a mentor; nobody stands here unasked."""


class RelaysColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    sender_id = Column(BIG, ForeignKey("people.id"), nullable=False)
    mentee_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False, index=True)
    mentor_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False, index=True)
    sent_at = Column(Instant, nullable=False, index=True)


relays = Table("relays", metadata, RelaysColumns, Index(None, "sender_id", "sent_at"))
"""That something was passed on, for the limits; what it said is not kept."""


class TeamMonthsColumns(TypedColumns):
    inviter_id = Column(BIG, ForeignKey("promoters.person_id"), primary_key=True)
    """Who has the second level of these orders."""
    month: Named[date] = Column(Date, primary_key=True)
    """Its first day, as the house counts."""
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), primary_key=True)
    currency = Column(String(3), primary_key=True)
    orders: Named[int] = Column(Integer, nullable=False)
    commission_minor: Named[int] = Column(BigInteger, nullable=False)
    share_minor: Named[int] = Column(BigInteger, nullable=False)
    """The inviter's, as the books say."""


team_months = Table(
    "team_months",
    metadata,
    TeamMonthsColumns,
    Index("ix_team_months_page", "inviter_id", "month", "orders", "promoter_id"),
)
"""What conversions and entries say, summed up: derived, and made anew from them at any time.

The row whose promoter is the inviter holds the sum of the others.
"""


class BoardPromotersColumns(TypedColumns):
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), primary_key=True)
    programme = Column(String(32), nullable=False, index=True)
    name: Named[str] = Column(String(32), nullable=False)
    since = Column(Instant, nullable=False)


board_promoters = Table("board_promoters", metadata, BoardPromotersColumns)
"""Who wants to be seen on the board of a programme, and by what name."""


class BoardMembersColumns(TypedColumns):
    group_id = Column(BIG, ForeignKey("groups.id"), primary_key=True)
    person_id = Column(BIG, ForeignKey("people.id"), primary_key=True, index=True)
    name: Named[str] = Column(String(32), nullable=False)
    since = Column(Instant, nullable=False)
    tag = Column(String(16), nullable=True)
    """What stands beside the name in Telegram, by us; None is nothing."""


board_members = Table("board_members", metadata, BoardMembersColumns)
"""Who wants to be seen on the board of a group, and by what name."""
