"""Marketplaces, offers with their prices, shortlists and picks."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
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

from storage.tables.base import BIG, DOCUMENT, MAYBE_DOCUMENT, Instant, metadata


class MarketplacesColumns(TypedColumns):
    name = Column(String(32), primary_key=True)
    is_self_purchase_paid: Named[bool] = Column(Boolean, nullable=False, default=True)
    added_at = Column(Instant, nullable=False)


marketplaces = Table("marketplaces", metadata, MarketplacesColumns)


class OffersColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    marketplace = Column(String(32), ForeignKey("marketplaces.name"), nullable=False)
    external_id = Column(String(128), nullable=False)
    title: Named[str] = Column(Text, nullable=False)
    url: Named[str] = Column(Text, nullable=False)
    price_minor = Column(BigInteger, nullable=False)
    sale_price_minor = Column(BigInteger, nullable=True)
    currency = Column(String(3), nullable=False)
    image_url = Column(Text, nullable=True)
    brand = Column(Text, nullable=True)
    category = Column(Text, nullable=True)
    description = Column(Text, nullable=True)
    stock = Column(BigInteger, nullable=True)
    coupon = Column(Text, nullable=True)
    commission_bps = Column(Integer, nullable=True)
    rating_bps = Column(Integer, nullable=True)
    reviews = Column(BigInteger, nullable=True)
    sales = Column(BigInteger, nullable=True)
    delivery = Column(Text, nullable=True)
    size = Column(Text, nullable=True)
    material = Column(Text, nullable=True)
    returns = Column(Text, nullable=True)
    contents = Column(Text, nullable=True)
    digest = Column(String(64), nullable=False)
    """Of the facts as imported; equal digests mean an unchanged offer."""
    search: Named[str] = Column(Text, nullable=False, default="")
    """Folded title and brand, for searching."""
    import_id = Column(BIG, nullable=True)
    """The import that saw it last: tells a second row of one file, and what a file left out."""
    added_at = Column(Instant, nullable=False)
    seen_at = Column(Instant, nullable=False)
    ended_at = Column(Instant, nullable=True)
    bans: Named[Any] = Column(MAYBE_DOCUMENT, nullable=True)
    """Programme, or "*" for all, → why operators took it out of there; null where nobody did."""


_BANNED = text("bans IS NOT NULL")


def _shelf(name: str, condition: str) -> Index:
    """The best sold live offers of each marketplace that meet a condition."""
    live = text(f"ended_at IS NULL AND {condition}")
    return Index(
        f"ix_offers_{name}", "marketplace", "sales", sqlite_where=live, postgresql_where=live
    )


LOWERED = "(coupon IS NOT NULL OR sale_price_minor < price_minor)"
DELIVERED = "delivery IS NOT NULL"
RATED = "rating_bps >= 9000 AND reviews >= 50"
CHEAP = "currency = 'CNY' AND coalesce(sale_price_minor, price_minor) <= 990"
"""What the channels look through; the figures are those of ``bot.domain.catalogue.channels``."""

offers = Table(
    "offers",
    metadata,
    OffersColumns,
    UniqueConstraint("marketplace", "external_id"),
    CheckConstraint("price_minor >= 0", name="price"),
    CheckConstraint("sale_price_minor <= price_minor", name="sale_price"),
    CheckConstraint("commission_bps BETWEEN 0 AND 10000", name="commission"),
    Index(
        None,
        "marketplace",
        "sales",
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
    _shelf("lowered", LOWERED),
    _shelf("delivered", DELIVERED),
    _shelf("rated", RATED),
    _shelf("cheap", CHEAP),
    Index("ix_offers_banned", "id", sqlite_where=_BANNED, postgresql_where=_BANNED),
)


_BY_BYTES = String(32).with_variant(String(32, collation="C"), "postgresql")


class SpelledWordsColumns(TypedColumns):
    word: Named[str] = Column(_BY_BYTES, primary_key=True)
    mirrored: Named[str] = Column(_BY_BYTES, nullable=False, index=True)
    """The word from its end, so that words are found by how they end."""


spelled_words = Table("spelled_words", metadata, SpelledWordsColumns)
"""Words of letters that offers were found by, so that a misspelt one can be put right."""


class ImportsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    marketplace = Column(String(32), ForeignKey("marketplaces.name"), nullable=False)
    source: Named[str] = Column(Text, nullable=False)
    started_at = Column(Instant, nullable=False)
    finished_at = Column(Instant, nullable=True)
    added: Named[int] = Column(Integer, nullable=False, default=0)
    updated: Named[int] = Column(Integer, nullable=False, default=0)
    unchanged: Named[int] = Column(Integer, nullable=False, default=0)
    refused: Named[int] = Column(Integer, nullable=False, default=0)


imports = Table("imports", metadata, ImportsColumns)
"""Every reading of a feed and what came of it; one without an end was broken off."""


class PricesColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=False)
    price_minor = Column(BigInteger, nullable=False)
    """Price after coupon at ``at``, minor units of the offer's currency."""
    at = Column(Instant, nullable=False)


prices = Table("prices", metadata, PricesColumns, Index(None, "offer_id", "at"))


class ShortlistsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    programme = Column(String(128), nullable=False)
    """The programme's name, or one of its assortments: "yundian@brand:…"."""
    day: Named[date] = Column(Date, nullable=False)
    version = Column(Integer, nullable=False)
    frozen_at = Column(Instant, nullable=False)
    size = Column(Integer, nullable=True)
    """So many rows are shown, the others are the reserve; null where there is none."""


shortlists = Table(
    "shortlists", metadata, ShortlistsColumns, UniqueConstraint("programme", "day", "version")
)


class ShortlistRowsColumns(TypedColumns):
    shortlist_id = Column(BIG, ForeignKey("shortlists.id"), primary_key=True)
    rank = Column(Integer, primary_key=True, autoincrement=False)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=False)
    score_ppm = Column(Integer, nullable=False)
    factors: Named[Any] = Column(DOCUMENT, nullable=False)
    notes: Named[Any] = Column(DOCUMENT, nullable=True)
    price_minor = Column(BigInteger, nullable=True)
    """After coupon, when the ranking was frozen."""


shortlist_rows = Table("shortlist_rows", metadata, ShortlistRowsColumns)


class PicksColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    group_id = Column(BIG, ForeignKey("groups.id"), nullable=False)
    offer_id = Column(BIG, ForeignKey("offers.id"), nullable=False)
    day: Named[date] = Column(Date, nullable=False)
    slot = Column(String(32), nullable=False)
    chosen_at = Column(Instant, nullable=False)
    words = Column(String(256), nullable=True)
    """The promoter's own over the post, in place of the script's."""


picks = Table(
    "picks",
    metadata,
    PicksColumns,
    UniqueConstraint("group_id", "day", "slot", "offer_id"),
    Index(None, "day"),
)


class SkipsColumns(TypedColumns):
    promoter_id = Column(BIG, ForeignKey("promoters.person_id"), primary_key=True)
    day: Named[date] = Column(Date, primary_key=True)
    offer_id = Column(BIG, ForeignKey("offers.id"), primary_key=True)


skips = Table("skips", metadata, SkipsColumns)
"""Offers that a promoter does not want today; autopilot leaves them out of own groups."""


class ListingsColumns(TypedColumns):
    person_id = Column(BIG, ForeignKey("people.id"), primary_key=True)
    kind = Column(String(16), nullable=False)
    offer_ids: Named[Any] = Column(DOCUMENT, nullable=False)
    at = Column(Instant, nullable=False)


listings = Table("listings", metadata, ListingsColumns)
"""The last list that a person was shown, so that "/pick 3" means the same after a restart."""
