"""Posts kept true after sending, within a budget of edits, and the forum topics they go to."""
