"""Pools: an offer that gets cheaper when enough people join."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what pools need."""


def downgrade() -> None:
    """Nothing to take away yet."""
