"""Tests of handlers.chat.health."""
