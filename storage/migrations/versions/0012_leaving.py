"""Links into groups by name with their cohorts, and groups that are handed on or leave.

Revision: 0012
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import BIG, DOCUMENT, Instant

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

PENDING = sa.text("left_at IS NULL")
OPEN = sa.text("state IN ('offered', 'accepted')")


def upgrade() -> None:
    op.add_column("groups", sa.Column("disconnected_at", Instant(), nullable=True))
    _leaving()
    _copying()
    _linking()
    op.create_table(
        "exports",
        sa.Column("id", BIG, nullable=False),
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        _own("exports", "promoter_id", "promoters.person_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exports")),
        sa.UniqueConstraint("promoter_id", "at", name=op.f("uq_exports_promoter_id_at")),
    )


def _own(table: str, column: str, of: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [of], name=op.f(f"fk_{table}_{column}"))


def _leaving() -> None:
    op.create_table(
        "departures",
        sa.Column("id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=True),
        sa.Column("says_goodbye", sa.Boolean(), nullable=False),
        sa.Column("said_at", Instant(), nullable=True),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        _own("departures", "group_id", "groups.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_departures")),
    )
    op.create_index(op.f("ix_departures_group_id"), "departures", ["group_id"])
    op.create_index(
        "ix_departures_pending",
        "departures",
        ["id"],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_table(
        "transfers",
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("giver_id", BIG, nullable=False),
        sa.Column("receiver_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("offered_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        _own("transfers", "group_id", "groups.id"),
        _own("transfers", "giver_id", "promoters.person_id"),
        _own("transfers", "receiver_id", "promoters.person_id"),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_transfers")),
    )
    op.create_index(
        "ix_transfers_open",
        "transfers",
        ["group_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _copying() -> None:
    op.create_table(
        "copies",
        sa.Column("id", BIG, nullable=False),
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("source_id", BIG, nullable=False),
        sa.Column("targets", DOCUMENT, nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("stood", DOCUMENT, nullable=True),
        _own("copies", "promoter_id", "promoters.person_id"),
        _own("copies", "source_id", "groups.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_copies")),
    )
    op.create_index(op.f("ix_copies_promoter_id"), "copies", ["promoter_id"])


def _linking() -> None:
    op.create_table(
        "invite_links",
        sa.Column("id", BIG, nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(length=128), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.Column("claimed", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("pooled", sa.Integer(), nullable=False, server_default="0"),
        _own("invite_links", "group_id", "groups.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite_links")),
        sa.UniqueConstraint("url", name=op.f("uq_invite_links_url")),
    )
    op.create_index(op.f("ix_invite_links_group_id"), "invite_links", ["group_id"])
    op.create_table(
        "cohort_days",
        sa.Column("link_id", BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        *(
            sa.Column(f"gone_{days}", sa.Integer(), nullable=False, server_default="0")
            for days in (1, 7, 28)
        ),
        _own("cohort_days", "link_id", "invite_links.id"),
        sa.PrimaryKeyConstraint("link_id", "day", name=op.f("pk_cohort_days")),
    )
    op.create_table(
        "cohort_members",
        sa.Column("group_id", BIG, autoincrement=False, nullable=False),
        sa.Column("member", sa.String(length=32), nullable=False),
        sa.Column("link_id", BIG, nullable=False),
        sa.Column("came_at", Instant(), nullable=False),
        sa.Column("has_claimed", sa.Boolean(), nullable=False),
        sa.Column("has_pooled", sa.Boolean(), nullable=False),
        _own("cohort_members", "group_id", "groups.id"),
        _own("cohort_members", "link_id", "invite_links.id"),
        sa.PrimaryKeyConstraint("group_id", "member", name=op.f("pk_cohort_members")),
    )
    op.create_index(op.f("ix_cohort_members_came_at"), "cohort_members", ["came_at"])
