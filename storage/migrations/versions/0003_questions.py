"""Questions of members, what promoters told, wishes, claims; links know their source.

Revision: 0003
"""

import sqlalchemy as sa
from alembic import op

from storage.catalogue import indexing
from storage.tables.base import BIG, DOCUMENT, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _questions()
    _search()


def _search() -> None:
    """The full-text index of the offers, and the facts that it makes answerable."""
    for column in ("size", "material", "returns", "contents"):
        op.add_column("offers", sa.Column(column, sa.Text(), nullable=True))
    by_bytes = sa.String(32).with_variant(sa.String(32, collation="C"), "postgresql")
    op.create_table(
        "spelled_words",
        sa.Column("word", by_bytes, nullable=False),
        sa.Column("mirrored", by_bytes, nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_spelled_words")),
    )
    op.create_index(op.f("ix_spelled_words_mirrored"), "spelled_words", ["mirrored"])
    for statement in indexing.creation(op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
    indexing.rebuild(op.get_bind())


def _questions() -> None:
    source = sa.Column("source", sa.String(length=8), server_default="post", nullable=False)
    op.add_column("links", source)
    op.add_column("people", sa.Column("group_id", BIG, nullable=True))
    _table_of_questions()
    op.create_table(
        "told",
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("told_at", Instant(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["promoters.person_id"], name=op.f("fk_told_promoter_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_told_offer_id")),
        sa.PrimaryKeyConstraint("promoter_id", "offer_id", "topic", name=op.f("pk_told")),
    )
    op.create_index(op.f("ix_told_offer_id"), "told", ["offer_id"])
    op.create_table(
        "wishes",
        sa.Column("key", sa.String(length=256), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("wanted", DOCUMENT, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", "person", name=op.f("pk_wishes")),
    )
    op.create_index(op.f("ix_wishes_at"), "wishes", ["at"])
    op.create_table(
        "claims",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", sa.String(length=128), nullable=False),
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("claimed_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_claims_group_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_claims_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("order_id", "group_id", name=op.f("uq_claims_order_id_group_id")),
    )
    op.create_index(op.f("ix_claims_person_id"), "claims", ["person_id"])


def _table_of_questions() -> None:
    op.create_table(
        "questions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("person_id", BIG, nullable=True),
        sa.Column("group_id", BIG, nullable=True),
        sa.Column("chat_id", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("about_id", BIG, nullable=True),
        sa.Column("offer_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("topic", sa.String(length=16), nullable=True),
        sa.Column("worded", sa.String(length=12), nullable=False),
        sa.Column("answer_chat_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_message_id", sa.BigInteger(), nullable=True),
        sa.Column("answer_how", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_questions_person_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_questions_group_id")),
        sa.ForeignKeyConstraint(["about_id"], ["offers.id"], name=op.f("fk_questions_about_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_questions_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_questions")),
    )
    for columns in (
        ["asked_at"],
        ["person_id", "asked_at"],
        ["group_id", "asked_at"],
        ["answer_chat_id", "answer_message_id"],
    ):
        op.create_index(op.f(f"ix_questions_{'_'.join(columns)}"), "questions", columns)
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_questions_waiting", "questions", ["offer_id", "topic"],
        sqlite_where=waiting, postgresql_where=waiting,
    )
