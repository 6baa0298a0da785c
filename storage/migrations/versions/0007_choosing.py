"""What operators pin, ban and reorder, and what programmes weigh.

Revision: 0007
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import BIG, DOCUMENT, Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offers", sa.Column("bans", DOCUMENT, nullable=True))
    banned = sa.text("bans IS NOT NULL")
    op.create_index(
        "ix_offers_banned", "offers", ["id"], sqlite_where=banned, postgresql_where=banned
    )
    op.add_column("shortlists", sa.Column("size", sa.Integer(), nullable=True))
    op.add_column("shortlist_rows", sa.Column("notes", DOCUMENT, nullable=True))
    op.add_column("shortlist_rows", sa.Column("price_minor", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_picks_day"), "picks", ["day"])
    op.create_table(
        "pins",
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pinned_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_pins_offer_id")),
        sa.PrimaryKeyConstraint("programme", "offer_id", name=op.f("pk_pins")),
    )
    op.create_table(
        "weightings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("weights", DOCUMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weightings")),
    )
    op.create_index(
        op.f("ix_weightings_programme_from_on_id"),
        "weightings",
        ["programme", "from_on", "id"],
    )
