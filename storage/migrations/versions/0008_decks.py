"""The deck of the day: what was offered to each promoter before the first slot, and chosen.

Revision: 0008
"""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
