"""Links into groups by name with their cohorts, and groups that are handed on or leave.

Revision: 0012
"""

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
