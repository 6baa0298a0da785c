"""Tests of handlers.chat.growing."""
