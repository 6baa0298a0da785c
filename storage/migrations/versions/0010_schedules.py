"""Schedules of promoters' own: quiet hours, blackout dates, and posts that sell nothing.

Revision: 0010
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import BIG, DOCUMENT, Instant

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

UNSOLD = sa.text("said IS NOT NULL")
OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    is_off = sa.Column("is_off", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("slots", is_off)
    op.add_column("slot_runs", sa.Column("reason", sa.String(64), nullable=True))
    op.add_column("posts", sa.Column("script", sa.Integer(), nullable=True))
    op.add_column("posts", sa.Column("said", sa.String(48), nullable=True))
    op.create_index(
        "ix_posts_said",
        "posts",
        ["group_id", "day"],
        sqlite_where=UNSOLD,
        postgresql_where=UNSOLD,
    )
    _rules()
    _scripts_and_polls()


def _rules() -> None:
    op.create_table(
        "quiet_hours",
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("starts", sa.String(5), nullable=True),
        sa.Column("ends", sa.String(5), nullable=True),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_quiet_hours")),
    )
    op.create_table(
        "blackouts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("scope", sa.String(64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_blackouts_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blackouts")),
    )
    op.create_index(op.f("ix_blackouts_scope_ends_on"), "blackouts", ["scope", "ends_on"])


def _scripts_and_polls() -> None:
    op.create_table(
        "script_sets",
        sa.Column("programme", sa.String(32), nullable=False),
        sa.Column("scripts", DOCUMENT, nullable=False),
        sa.Column("set_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("programme", name=op.f("pk_script_sets")),
    )
    op.create_table(
        "polls",
        sa.Column("post_id", BIG, autoincrement=False, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=True),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("voters", sa.Integer(), nullable=True),
        sa.Column("counts", DOCUMENT, nullable=True),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_polls_post_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_polls")),
    )
    op.create_index(
        "ix_polls_open", "polls", ["closes_at"], sqlite_where=OPEN, postgresql_where=OPEN
    )
