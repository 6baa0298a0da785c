"""Pools: an offer that is cheaper together, who joined, and where goods are collected.

Revision: 0005
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import BIG, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _pools()
    _joiners()
    op.create_table(
        "pickups",
        sa.Column("id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_pickups_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickups")),
        sa.UniqueConstraint("group_id", "name", name=op.f("uq_pickups_group_id_name")),
    )


def _pools() -> None:
    op.create_table(
        "pools",
        sa.Column("id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("joined", sa.Integer(), nullable=False),
        sa.Column("together_minor", sa.BigInteger(), nullable=False),
        sa.Column("alone_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("closes_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("together_code", sa.String(length=16), nullable=False),
        sa.Column("alone_code", sa.String(length=16), nullable=False),
        sa.Column("has_pickup", sa.Boolean(), nullable=False),
        sa.Column("standing", sa.String(length=12), nullable=False),
        sa.Column("sending_since", Instant(), nullable=True),
        sa.Column("bot_id", sa.BigInteger(), nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=True),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("is_picture", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("unshown_since", Instant(), nullable=True),
        sa.Column("shown_digest", sa.String(length=32), nullable=True),
        sa.Column("telling", sa.String(length=12), nullable=True),
        sa.CheckConstraint("joined >= 0 AND joined <= seats", name=op.f("ck_pools_joined")),
        sa.CheckConstraint("together_minor < alone_minor", name=op.f("ck_pools_prices")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_pools_group_id")),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["promoters.person_id"], name=op.f("fk_pools_promoter_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_pools_offer_id")),
        sa.ForeignKeyConstraint(
            ["together_code"], ["links.code"], name=op.f("fk_pools_together_code")
        ),
        sa.ForeignKeyConstraint(["alone_code"], ["links.code"], name=op.f("fk_pools_alone_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pools")),
    )
    op.create_index(op.f("ix_pools_promoter_id"), "pools", ["promoter_id"])
    running, unshown = sa.text("state IN ('open', 'reached')"), sa.text("unshown_since IS NOT NULL")
    telling = sa.text("telling IS NOT NULL")
    op.create_index(
        "ix_pools_running", "pools", ["group_id", "offer_id"], unique=True,
        sqlite_where=running, postgresql_where=running,
    )
    op.create_index(
        "ix_pools_due", "pools", ["closes_at"], sqlite_where=running, postgresql_where=running
    )
    op.create_index(
        "ix_pools_unshown", "pools", ["unshown_since"],
        sqlite_where=unshown, postgresql_where=unshown,
    )
    op.create_index(
        "ix_pools_telling", "pools", ["id"], sqlite_where=telling, postgresql_where=telling
    )


def _joiners() -> None:
    op.create_table(
        "joiners",
        sa.Column("id", BIG, nullable=False),
        sa.Column("pool_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=128), nullable=True),
        sa.Column("quantity", sa.SmallInteger(), nullable=False),
        sa.Column("pickup", sa.String(length=64), nullable=True),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.Column("leaving_until", Instant(), nullable=True),
        sa.Column("tap", sa.String(length=64), nullable=True),
        sa.Column("told", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(["pool_id"], ["pools.id"], name=op.f("fk_joiners_pool_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_joiners_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_joiners")),
        sa.UniqueConstraint("pool_id", "person_id", name=op.f("uq_joiners_pool_id_person_id")),
    )
    op.create_index(op.f("ix_joiners_person_id"), "joiners", ["person_id"])
