"""Schedules of promoters' own: quiet hours, blackout dates, and posts that sell nothing.

Revision: 0010
"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass
