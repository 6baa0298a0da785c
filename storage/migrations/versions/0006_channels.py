"""The channels look through the best sold offers of a kind; each kind has its small index.

Revision: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SHELVES = {
    "lowered": "(coupon IS NOT NULL OR sale_price_minor < price_minor)",
    "delivered": "delivery IS NOT NULL",
    "rated": "rating_bps >= 9000 AND reviews >= 50",
    "cheap": "currency = 'CNY' AND coalesce(sale_price_minor, price_minor) <= 990",
}


def upgrade() -> None:
    for name, condition in SHELVES.items():
        live = sa.text(f"ended_at IS NULL AND {condition}")
        op.create_index(
            f"ix_offers_{name}",
            "offers",
            ["marketplace", "sales"],
            sqlite_where=live,
            postgresql_where=live,
        )
