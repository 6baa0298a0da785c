"""Promoters' standings, shops, own stock and coupons; links that belong to no group.

Revision: 0004
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import BIG, Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("promoters", "invitations"):
        op.add_column(table, sa.Column("brand", sa.String(length=64), nullable=True))
        op.add_column(table, sa.Column("shop", sa.String(length=64), nullable=True))
    op.add_column("invitations", sa.Column("name", sa.String(length=128), nullable=True))
    op.add_column("groups", sa.Column("vertical", sa.String(length=32), nullable=True))
    _loosen()
    personal = sa.text("group_id IS NULL")
    op.create_index(
        "ix_links_personal", "links", ["promoter_id", "offer_id"],
        sqlite_where=personal, postgresql_where=personal,
    )
    op.create_table(
        "standings",
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["promoters.person_id"], name=op.f("fk_standings_promoter_id")
        ),
        sa.PrimaryKeyConstraint("promoter_id", "name", name=op.f("pk_standings")),
    )
    op.create_table(
        "coupons",
        sa.Column("invited_id", BIG, autoincrement=False, nullable=False),
        sa.Column("inviter_id", BIG, nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("entry_id", BIG, nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_coupons_amount")),
        sa.ForeignKeyConstraint(
            ["invited_id"], ["promoters.person_id"], name=op.f("fk_coupons_invited_id")
        ),
        sa.ForeignKeyConstraint(
            ["inviter_id"], ["promoters.person_id"], name=op.f("fk_coupons_inviter_id")
        ),
        sa.PrimaryKeyConstraint("invited_id", name=op.f("pk_coupons")),
    )
    op.create_index(op.f("ix_coupons_inviter_id"), "coupons", ["inviter_id"])
    _own_stock()


def _own_stock() -> None:
    op.create_table(
        "own_stock",
        sa.Column("id", BIG, nullable=False),
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("offered_at", Instant(), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("offer_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["promoters.person_id"], name=op.f("fk_own_stock_promoter_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_own_stock_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_stock")),
    )
    op.create_index(op.f("ix_own_stock_promoter_id"), "own_stock", ["promoter_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_own_stock_waiting",
        "own_stock",
        ["id"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )


def _loosen() -> None:
    """Links without a group; names of shortlists that hold a brand."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column("links", "group_id", nullable=True)
        op.alter_column("shortlists", "programme", type_=sa.String(length=128))
        return
    # Neither changes what is kept, so the words suffice: a copied table would break the keys
    # that lead to it. The way is SQLite's own (lang_altertable.html, 7).
    bind = op.get_bind()
    version = bind.exec_driver_sql("PRAGMA schema_version").scalar_one()
    bind.exec_driver_sql("PRAGMA writable_schema = ON")
    _reword("links", "group_id INTEGER NOT NULL", "group_id INTEGER")
    _reword("shortlists", "programme VARCHAR(32)", "programme VARCHAR(128)")
    bind.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    bind.exec_driver_sql("PRAGMA writable_schema = OFF")


def _reword(table: str, old: str, new: str) -> None:
    statement = sa.text(
        "UPDATE sqlite_master SET sql = replace(sql, :old, :new) "
        "WHERE type = 'table' AND name = :name AND instr(sql, :old)"
    )
    done = op.get_bind().execute(statement, {"old": old, "new": new, "name": table})
    assert done.rowcount == 1, f"{table} is not as it was made"  # noqa: S101
