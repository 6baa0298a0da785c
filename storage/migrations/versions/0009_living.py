"""Posts that live on after sending: edits within a budget, and the topics of forums.

Revision: 0009
"""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
