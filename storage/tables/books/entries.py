"""Accounts, entries, their lines and seals."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    UniqueConstraint,
)

from storage.tables.base import BIG, Instant, metadata


class AccountsColumns(TypedColumns):
    account = Column(String(64), primary_key=True)
    currency = Column(String(3), primary_key=True)
    sequence = Column(BigInteger, nullable=False)
    balance_minor = Column(BigInteger, nullable=False)
    last_hash = Column(String(64), nullable=False)


accounts = Table("accounts", metadata, AccountsColumns)
"""The head of each account's chain: derived from its lines and checked against them."""


class EntriesColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    kind = Column(String(16), nullable=False)
    conversion_id = Column(BIG, ForeignKey("conversions.id"), nullable=True, index=True)
    reason: Named[str] = Column(Text, nullable=False)
    at = Column(Instant, nullable=False)
    seal_id = Column(
        BIG,
        ForeignKey("seals.entry_id", deferrable=True, initially="DEFERRED"),
        nullable=False,
        # SQLite looks for an entry that waits for its seal: without an index, in all of them.
        index=True,
    )


entries = Table(
    "entries", metadata, EntriesColumns, CheckConstraint("seal_id = id", name="own_seal")
)


class LinesColumns(TypedColumns):
    account = Column(String(64), primary_key=True)
    currency = Column(String(3), primary_key=True)
    sequence = Column(BigInteger, primary_key=True, autoincrement=False)
    entry_id = Column(BIG, ForeignKey("entries.id"), nullable=False)
    amount_minor = Column(BigInteger, nullable=False)
    balance_minor = Column(BigInteger, nullable=False)
    previous_hash = Column(String(64), nullable=False)
    hash = Column(String(64), nullable=False)


lines = Table(
    "lines",
    metadata,
    LinesColumns,
    UniqueConstraint("entry_id", "account", "currency"),
    CheckConstraint("amount_minor <> 0", name="amount"),
)


class SealsColumns(TypedColumns):
    entry_id = Column(BIG, primary_key=True, autoincrement=False)


seals = Table("seals", metadata, SealsColumns)
"""Closes an entry: the database refuses it over lines that do not sum to zero per currency."""
