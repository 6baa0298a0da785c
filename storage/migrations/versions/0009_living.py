"""Posts that live on after sending: edits within a budget, and the topics of forums.

Revision: 0009
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import BIG, Instant

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SENT = sa.text("sent_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_posts_carrying",
        "posts",
        ["bot_id", "offer_id", "sent_at", "id"],
        sqlite_where=SENT,
        postgresql_where=SENT,
    )
    op.create_table(
        "watches",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("offer_id", BIG, autoincrement=False, nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("is_urgent", sa.Boolean(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.Column("step", sa.SmallInteger(), nullable=False),
        sa.Column("after_at", Instant(), nullable=True),
        sa.Column("after_id", BIG, nullable=False),
        sa.Column("again_at", Instant(), nullable=True),
        sa.Column("again_from", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_watches_offer_id")),
        sa.PrimaryKeyConstraint("bot_id", "offer_id", name=op.f("pk_watches")),
    )
    op.create_index(op.f("ix_watches_offer_id"), "watches", ["offer_id"])
    op.create_index(
        op.f("ix_watches_bot_id_is_urgent_due_at"), "watches", ["bot_id", "is_urgent", "due_at"]
    )
    op.create_table(
        "renewals",
        sa.Column("post_id", BIG, autoincrement=False, nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("edited_at", Instant(), nullable=False),
        sa.Column("told", sa.String(length=32), nullable=True),
        sa.Column("said", sa.String(length=8), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_renewals_post_id")),
        sa.PrimaryKeyConstraint("post_id", name=op.f("pk_renewals")),
    )
    op.create_index(op.f("ix_renewals_edited_at"), "renewals", ["edited_at"])
    op.create_table(
        "forum_topics",
        sa.Column("group_id", BIG, autoincrement=False, nullable=False),
        sa.Column("slot", sa.String(length=32), nullable=False),
        sa.Column("thread_id", sa.BigInteger(), nullable=True),
        sa.Column("set_at", Instant(), nullable=False),
        sa.Column("shut_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_forum_topics_group_id")),
        sa.PrimaryKeyConstraint("group_id", "slot", name=op.f("pk_forum_topics")),
    )
