"""Promoters' levels, shops, own stock and coupons; links that belong to no group.

Revision: 0004
"""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet: grows with the programmes."""
