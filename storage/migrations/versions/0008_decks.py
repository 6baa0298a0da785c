"""The deck of the day: what was offered to each promoter before the first slot, and chosen.

Revision: 0008
"""

import sqlalchemy as sa
from alembic import op

from storage.tables.base import BIG, DOCUMENT, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _turns()
    op.create_table(
        "decks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("promoter_id", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("opens_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["promoters.person_id"], name=op.f("fk_decks_promoter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decks")),
        sa.UniqueConstraint("promoter_id", "day", name=op.f("uq_decks_promoter_id_day")),
    )
    _cards()
    _choices()
    op.add_column("picks", sa.Column("words", sa.String(length=256), nullable=True))


def _turns() -> None:
    op.create_table(
        "deck_turns",
        sa.Column("promoter_id", BIG, autoincrement=False, nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["promoter_id"], ["promoters.person_id"], name=op.f("fk_deck_turns_promoter_id")
        ),
        sa.PrimaryKeyConstraint("promoter_id", name=op.f("pk_deck_turns")),
    )
    op.create_index(op.f("ix_deck_turns_due_at_promoter_id"), "deck_turns", ["due_at", "promoter_id"])
    # Whoever has groups already is looked at first of all, and from then on in time.
    op.execute(
        "INSERT INTO deck_turns (promoter_id, due_at) "
        "SELECT DISTINCT promoter_id, TIMESTAMP '2020-01-01 00:00:00' FROM groups"
        if op.get_bind().dialect.name == "postgresql"
        else "INSERT INTO deck_turns (promoter_id, due_at) "
        "SELECT DISTINCT promoter_id, '2020-01-01 00:00:00.000000' FROM groups"
    )


def _cards() -> None:
    op.create_table(
        "deck_cards",
        sa.Column("group_id", BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=32), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("deck_id", BIG, nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("opens_at", Instant(), nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("price_minor", sa.BigInteger(), nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("next_ids", DOCUMENT, nullable=False),
        sa.Column("gone", DOCUMENT, nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_deck_cards_group_id")),
        sa.ForeignKeyConstraint(["deck_id"], ["decks.id"], name=op.f("fk_deck_cards_deck_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_deck_cards_offer_id")),
        sa.PrimaryKeyConstraint("group_id", "day", "slot", "ordinal", name=op.f("pk_deck_cards")),
    )
    op.create_index(op.f("ix_deck_cards_deck_id_place"), "deck_cards", ["deck_id", "place"])


def _choices() -> None:
    op.create_table(
        "choices",
        sa.Column("group_id", BIG, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=32), nullable=False),
        sa.Column("ordinal", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("offer_id", BIG, nullable=False),
        sa.Column("how", sa.String(length=12), nullable=False),
        sa.Column("reasons", DOCUMENT, nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=True),
        sa.Column("instead_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_choices_group_id")),
        sa.ForeignKeyConstraint(["offer_id"], ["offers.id"], name=op.f("fk_choices_offer_id")),
        sa.PrimaryKeyConstraint("group_id", "day", "slot", "ordinal", name=op.f("pk_choices")),
    )
