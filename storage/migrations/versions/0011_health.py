"""The health of groups: what they answer posts with, and what was changed for it.

Revision: 0011
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import BIG, Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _days()
    _health()
    _suggested()
    op.create_table(
        "disliked_posts",
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("message_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("downs", sa.Integer(), nullable=False),
        *_of_a_group("disliked_posts", "message_id"),
    )


def _of_a_group(table: str, *others: str) -> tuple[sa.Constraint, sa.Constraint]:
    return (
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f(f"fk_{table}_group_id")),
        sa.PrimaryKeyConstraint("group_id", *others, name=op.f(f"pk_{table}")),
    )


def _days() -> None:
    counts = ("members", "posts", "clicks", "joins", "leaves", "leaves_after", "downs", "removed")
    op.create_table(
        "group_days",
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False) for name in counts),
        *_of_a_group("group_days", "day"),
    )


def _health() -> None:
    op.create_table(
        "group_health",
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("evaluated_on", sa.Date(), nullable=False),
        sa.Column("was_active", sa.Boolean(), nullable=False),
        sa.Column("below_since", sa.Date(), nullable=True),
        sa.Column("lacking_since", sa.Date(), nullable=True),
        sa.Column("probation_since", sa.Date(), nullable=True),
        sa.Column("probation_until", sa.Date(), nullable=True),
        sa.Column("cause", sa.String(length=16), nullable=True),
        sa.Column("baseline_micro", sa.BigInteger(), nullable=True),
        sa.Column("recovered_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("rest_level", sa.SmallInteger(), nullable=False),
        sa.Column("rest_since", sa.Date(), nullable=True),
        sa.Column("rest_sign", sa.String(length=16), nullable=True),
        sa.Column("tolerance_milli", sa.BigInteger(), nullable=True),
        sa.Column("clicks_milli", sa.BigInteger(), nullable=True),
        sa.Column("kept_until", sa.Date(), nullable=True),
        sa.Column("share_bps", sa.Integer(), nullable=False),
        sa.Column("suggest_on", sa.Date(), nullable=True),
        *_of_a_group("group_health"),
    )
    op.create_index(
        op.f("ix_group_health_evaluated_on_group_id"),
        "group_health",
        ["evaluated_on", "group_id"],
    )


def _suggested() -> None:
    op.create_table(
        "suggested_hours",
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("slot", sa.String(length=32), nullable=False),
        sa.Column("opens", sa.String(length=5), nullable=False),
        sa.Column("closes", sa.String(length=5), nullable=False),
        sa.Column("old_opens", sa.String(length=5), nullable=False),
        sa.Column("old_closes", sa.String(length=5), nullable=False),
        sa.Column("clicks", sa.Integer(), nullable=False),
        sa.Column("own_clicks", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        *_of_a_group("suggested_hours", "slot"),
    )
