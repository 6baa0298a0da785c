"""One-tap sends in the chat."""
