"""Questions of members, what promoters told, what people wish for, and orders they claim."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
    text,
)

from storage.tables.base import BIG, DOCUMENT, Instant, metadata


class QuestionsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    person_id = Column(BIG, ForeignKey("people.id"), nullable=True)
    """None for an administrator who writes in the group's name."""
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=True)
    """The group it was asked in or, in private, the one that the person was last seen in."""
    chat_id = Column(BigInteger, nullable=False)
    asked_at = Column(Instant, nullable=False)
    language = Column(String(8), nullable=False)
    text: Named[str] = Column(Text, nullable=False)
    """What was asked; emptied after some days."""
    about_id = Column(BIG, ForeignKey("offers.id"), nullable=True)
    """The offer of the post or answer that was replied to."""
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=True)
    """The first offer of the answer: what a reply to the answer is about."""
    kind = Column(String(12), nullable=False)
    """What kind of answer was given, or which limit was met."""
    state = Column(String(12), nullable=False)
    """"answered", "waiting" for the promoter, "told", "declined", "repeated", "limited"."""
    topic = Column(String(16), nullable=True)
    """What nobody knew; the promoter is asked for it."""
    worded = Column(String(12), nullable=False)
    """Who worded it: "plain", "phrased", "refused" (the model's words were not), "silent"."""
    answer_chat_id = Column(BigInteger, nullable=True)
    answer_message_id = Column(BigInteger, nullable=True)
    answer_how = Column(String(64), nullable=True)
    """Where the answer stands: "private", "group" or "ephemeral:<id>"; None until spoken."""


_WAITING = text("state = 'waiting'")

questions = Table(
    "questions",
    metadata,
    QuestionsColumns,
    Index(None, "asked_at"),
    Index(None, "person_id", "asked_at"),
    Index(None, "group_id", "asked_at"),
    Index(None, "answer_chat_id", "answer_message_id"),
    Index(
        "ix_questions_waiting",
        "offer_id",
        "topic",
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    ),
)


class ToldColumns(TypedColumns):
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), primary_key=True)
    offer_id = Column(BIG, ForeignKey("offers.id"), primary_key=True)
    topic = Column(String(16), primary_key=True)
    text: Named[str] = Column(Text, nullable=False)
    told_at = Column(Instant, nullable=False)
    digest = Column(String(64), nullable=False)
    """Of the offer's facts that the topic depends on: a change of them ends it."""


told = Table("told", metadata, ToldColumns, Index(None, "offer_id"))
"""What a promoter answered about an offer; the latest word counts, in all own groups."""


class WishesColumns(TypedColumns):
    key = Column(String(256), primary_key=True)
    """Normal form of what was asked for, so that the words of several people meet."""
    person = Column(String(32), primary_key=True)
    """Keyed hash of the person and the wish together: no two wishes show the same person."""
    wanted: Named[Any] = Column(DOCUMENT, nullable=False)
    """Its concepts, to find offers by."""
    at = Column(Instant, nullable=False)


wishes = Table("wishes", metadata, WishesColumns, Index(None, "at"))


class ClaimsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    order_id = Column(String(128), nullable=False)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    person_id = Column(BIG, ForeignKey("people.id"), nullable=True, index=True)
    claimed_at = Column(Instant, nullable=False)


claims = Table("claims", metadata, ClaimsColumns, UniqueConstraint("order_id", "group_id"))
"""Orphan orders that a member of a group says are theirs; crediting stays the operator's act."""
