"""Which bot serves a group, its posts and its people; months of clicks and of the books.

Revision: 0002
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from storage import guards, partitions

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("groups", "posts", "people"):
        op.add_column(table, sa.Column("bot_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_posts_bot_id_state_due_at_id", "posts", ["bot_id", "state", "due_at", "id"]
    )
    # Nobody can say whose these were; each bot learns its own again.
    op.drop_table("pictures")
    op.create_table(
        "pictures",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("image_url", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "image_url", name=op.f("pk_pictures")),
    )
    op.drop_index(op.f("ix_posts_group_id_offer_id_day"), table_name="posts")
    live = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_offers_marketplace_sales", "offers", ["marketplace", "sales"],
        sqlite_where=live, postgresql_where=live,
    )
    op.drop_index(op.f("ix_openings_opens_at"), table_name="openings")
    op.create_index("ix_openings_opens_at_group_id", "openings", ["opens_at", "group_id"])
    # The unique key of lines begins with the entry, too.
    op.drop_index(op.f("ix_lines_entry_id"), table_name="lines")
    for statement in _months():
        op.get_bind().exec_driver_sql(statement)


def _months():
    if op.get_bind().dialect.name == "sqlite":
        yield from guards.sqlite_heads()
        return
    yield guards.removal()
    yield from partitions.conversion(datetime.now(UTC))
