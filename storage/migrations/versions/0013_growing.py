"""Levels, mentors, teams and leaderboards.

Revision: 0013
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import BIG, Instant

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _mentors()
    _team_months()
    _boards()
    # Whom somebody invited is listed by pages, the latest first; one index serves all of it.
    op.create_index(
        op.f("ix_promoters_inviter_id_joined_at"), "promoters", ["inviter_id", "joined_at"]
    )
    op.drop_index(op.f("ix_promoters_inviter_id"), "promoters")
    op.create_index(
        op.f("ix_invitations_owner_id_created_at"), "invitations", ["owner_id", "created_at"]
    )


def _promoter(table: str, name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [name], ["promoters.person_id"], name=op.f(f"fk_{table}_{name}")
    )


def _mentors() -> None:
    op.create_table(
        "mentorships",
        sa.Column("mentee_id", BIG, nullable=False),
        sa.Column("mentor_id", BIG, nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("is_muted_by_mentee", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_muted_by_mentor", sa.Boolean(), server_default=sa.false(), nullable=False),
        _promoter("mentorships", "mentee_id"),
        _promoter("mentorships", "mentor_id"),
        sa.PrimaryKeyConstraint("mentee_id", name=op.f("pk_mentorships")),
    )
    op.create_index(op.f("ix_mentorships_mentor_id"), "mentorships", ["mentor_id"])
    op.create_table(
        "mentors",
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        _promoter("mentors", "promoter_id"),
        sa.PrimaryKeyConstraint("promoter_id", name=op.f("pk_mentors")),
    )
    op.create_index(op.f("ix_mentors_programme_since"), "mentors", ["programme", "since"])
    op.create_table(
        "relays",
        sa.Column("id", BIG, nullable=False),
        sa.Column("sender_id", BIG, nullable=False),
        sa.Column("mentee_id", BIG, nullable=False),
        sa.Column("mentor_id", BIG, nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["sender_id"], ["people.id"], name=op.f("fk_relays_sender_id")),
        _promoter("relays", "mentee_id"),
        _promoter("relays", "mentor_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relays")),
    )
    op.create_index(op.f("ix_relays_sender_id_sent_at"), "relays", ["sender_id", "sent_at"])
    for name in ("mentee_id", "mentor_id", "sent_at"):
        op.create_index(op.f(f"ix_relays_{name}"), "relays", [name])


def _team_months() -> None:
    op.create_table(
        "team_months",
        sa.Column("inviter_id", BIG, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("commission_minor", sa.BigInteger(), nullable=False),
        sa.Column("share_minor", sa.BigInteger(), nullable=False),
        _promoter("team_months", "inviter_id"),
        _promoter("team_months", "promoter_id"),
        sa.PrimaryKeyConstraint(
            "inviter_id", "month", "promoter_id", "currency", name=op.f("pk_team_months")
        ),
    )
    columns = ["inviter_id", "month", "orders", "promoter_id"]
    op.create_index("ix_team_months_page", "team_months", columns)


def _boards() -> None:
    op.create_table(
        "board_promoters",
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("programme", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        _promoter("board_promoters", "promoter_id"),
        sa.PrimaryKeyConstraint("promoter_id", name=op.f("pk_board_promoters")),
    )
    op.create_index(op.f("ix_board_promoters_programme"), "board_promoters", ["programme"])
    op.create_table(
        "board_members",
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.Column("tag", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.id"], name=op.f("fk_board_members_group_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_board_members_person_id")
        ),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_board_members")),
    )
    op.create_index(op.f("ix_board_members_person_id"), "board_members", ["person_id"])
