"""Tests of handlers.chat.topics."""
