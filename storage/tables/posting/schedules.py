"""Quiet hours, blackout dates, scripts set by operators, and polls that are open."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    Named,
    String,
    Table,
    TypedColumns,
    text,
)

from storage.tables.base import BIG, DOCUMENT, Instant, metadata


class QuietHoursColumns(TypedColumns):
    scope = Column(String(64), primary_key=True)
    """As in ``slots``: "programme:NAME", "promoter:ID" or "group:ID", ours."""
    starts = Column(String(5), nullable=True)
    """"HH:MM" local; empty with ``ends`` where a programme's own are switched off."""
    ends = Column(String(5), nullable=True)


quiet_hours = Table("quiet_hours", metadata, QuietHoursColumns)
"""What was set by hand; those of a programme take the place of its file's."""


class BlackoutsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    scope = Column(String(64), nullable=False)
    starts_on: Named[date] = Column(Date, nullable=False)
    ends_on: Named[date] = Column(Date, nullable=False)
    reason = Column(String(64), nullable=False)


blackouts = Table(
    "blackouts",
    metadata,
    BlackoutsColumns,
    CheckConstraint("starts_on <= ends_on", name="order"),
    Index(None, "scope", "ends_on"),
)
"""Days without slots that were set by hand; a programme's file has its own."""


class ScriptSetsColumns(TypedColumns):
    programme = Column(String(32), primary_key=True)
    scripts: Named[Any] = Column(DOCUMENT, nullable=False)
    set_at = Column(Instant, nullable=False)


script_sets = Table("script_sets", metadata, ScriptSetsColumns)
"""Scripts that take the place of those in a programme's file; the audit log says who did it."""


class PollsColumns(TypedColumns):
    post_id = Column(BIG, ForeignKey("posts.id"), primary_key=True, autoincrement=False)
    bot_id = Column(BigInteger, nullable=True)
    closes_at = Column(Instant, nullable=False)
    """When it is due; later while Telegram is asked, so that it is due again after a crash."""
    state = Column(String(12), nullable=False)
    """"open", "closed" or "lost"."""
    voters = Column(Integer, nullable=True)
    counts: Named[Any] = Column(DOCUMENT, nullable=True)
    """Voters of each answer, in the order of the answers."""


polls = Table(
    "polls",
    metadata,
    PollsColumns,
    Index(
        "ix_polls_open",
        "closes_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)
"""Polls that were put into the outbox; nobody's vote is kept, only how many there were."""
