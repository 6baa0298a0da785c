"""What operators pin, and what they let a programme weigh from a day on."""

from datetime import date
from typing import Any

from sqlalchemy import (
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
)

from storage.tables.base import BIG, DOCUMENT, Instant, metadata


class PinsColumns(TypedColumns):
    programme = Column(String(32), primary_key=True)
    offer_id = Column(BIG, ForeignKey("offers.id"), primary_key=True)
    place = Column(Integer, nullable=False)
    """From 1 on without gaps, in the order in which the pinned ones stand."""
    reason: Named[str] = Column(Text, nullable=False)
    pinned_at = Column(Instant, nullable=False)


pins = Table("pins", metadata, PinsColumns)
"""Offers that stand first in every list of a programme until they are unpinned."""


class WeightingsColumns(TypedColumns):
    id = Column(BIG, primary_key=True)
    programme = Column(String(32), nullable=False)
    from_on: Named[date] = Column(Date, nullable=False)
    weights: Named[Any] = Column(DOCUMENT, nullable=False)
    """Factor → weight; of the others the programme's file counts."""
    reason: Named[str] = Column(Text, nullable=False)
    set_at = Column(Instant, nullable=False)


weightings = Table(
    "weightings", metadata, WeightingsColumns, Index(None, "programme", "from_on", "id")
)
"""Weights in the place of a programme's own; of those that have begun the last one counts."""
