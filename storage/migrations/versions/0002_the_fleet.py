"""The fleet: which bot serves a group, its posts and its people.

Revision: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("groups", "posts", "people"):
        op.add_column(table, sa.Column("bot_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_posts_bot_id_state_due_at", "posts", ["bot_id", "state", "due_at"])
    # Nobody can say whose these were; each bot learns its own again.
    op.drop_table("pictures")
    op.create_table(
        "pictures",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "image_url", name=op.f("pk_pictures")),
    )
