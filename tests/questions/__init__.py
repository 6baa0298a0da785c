"""Questions as members type them, asked of the real parts: ``uv run python -m tests.questions``."""
