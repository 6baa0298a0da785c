"""Groups, the chats they moved from, and the payloads that connect them."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Named,
    String,
    Table,
    TypedColumns,
)

from storage.tables.base import BIG, DOCUMENT, Instant, metadata


class GroupsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    chat_id = Column(BigInteger, nullable=False, unique=True)
    title: Named[str] = Column(String(256), nullable=False)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False, index=True)
    programme = Column(String(32), nullable=False)
    state = Column(String(16), nullable=False)
    is_paused: Named[bool] = Column(Boolean, nullable=False, default=False)
    lost_at = Column(Instant, nullable=True)
    member_count: Named[int] = Column(Integer, nullable=False, default=0)
    members_checked_at = Column(Instant, nullable=True)
    timezone = Column(String(64), nullable=False)
    language = Column(String(8), nullable=False)
    missing_rights: Named[Any] = Column(DOCUMENT, nullable=False)
    connected_at = Column(Instant, nullable=False)
    greet_at = Column(Instant, nullable=True)
    """When the purpose notice for new members is due; None when nobody is waiting for it."""
    bot_id = Column(BigInteger, nullable=True)
    """Which bot serves the group, as Telegram numbers bots; None until one takes it up."""
    vertical = Column(String(32), nullable=True)
    """Which of its programme's verticals the group chose; None is the programme's first."""
    disconnected_at = Column(Instant, nullable=True)
    """When its promoter took the bot out; None while it is connected, or lost without a word."""


groups = Table("groups", metadata, GroupsColumns, Index(None, "greet_at"))


class ChatAliasesColumns(TypedColumns):
    chat_id = Column(BigInteger, primary_key=True, autoincrement=False)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    moved_at = Column(Instant, nullable=False)


chat_aliases = Table("chat_aliases", metadata, ChatAliasesColumns)


class PayloadsColumns(TypedColumns):
    payload = Column(String(64), primary_key=True)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False)
    created_at = Column(Instant, nullable=False)


payloads = Table("payloads", metadata, PayloadsColumns)
