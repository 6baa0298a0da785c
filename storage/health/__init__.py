"""The health of groups in the database: counts by the day, where each stands, posting times."""
