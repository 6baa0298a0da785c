"""What operators pin, ban and reorder, and what programmes weigh.

Revision: 0007
"""

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
