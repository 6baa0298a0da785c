"""What single programmes need: standings of promoters, coupons, own stock."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Named,
    String,
    Table,
    Text,
    TypedColumns,
    text,
)

from storage.tables.base import BIG, Instant, metadata


class StandingsColumns(TypedColumns):
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), primary_key=True)
    name = Column(String(16), primary_key=True)
    """"gold"."""
    since = Column(Instant, nullable=False)


standings = Table("standings", metadata, StandingsColumns)
"""Since when a promoter stands above others; what was credited before stays as it was."""


class CouponsColumns(TypedColumns):
    invited_id = Column(
        BIG, ForeignKey("promoters.person_id"), primary_key=True, autoincrement=False
    )
    inviter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False, index=True)
    amount_minor = Column(BigInteger, nullable=False)
    currency = Column(String(3), nullable=False)
    entry_id = Column(BIG, nullable=False)
    """The entry of the books; no foreign key, for entries are kept by months."""


coupons = Table(
    "coupons", metadata, CouponsColumns, CheckConstraint("amount_minor > 0", name="amount")
)
"""One coupon a direct invitation: the key makes it one. Never money, never paid out."""


class OwnStockColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), nullable=False, index=True)
    title: Named[str] = Column(Text, nullable=False)
    url: Named[str] = Column(Text, nullable=False)
    price_minor = Column(BigInteger, nullable=False)
    currency = Column(String(3), nullable=False)
    state = Column(String(12), nullable=False)
    """"waiting", "approved" or "refused"."""
    reason = Column(Text, nullable=True)
    offered_at = Column(Instant, nullable=False)
    decided_at = Column(Instant, nullable=True)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=True)
    """What it became in the catalogue once approved."""


own_stock = Table(
    "own_stock",
    metadata,
    OwnStockColumns,
    Index(
        "ix_own_stock_waiting",
        "id",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)
"""Goods of promoters themselves (社会化库存 [S2]), and what an operator said to them."""
