"""Inline mode in the chat."""
