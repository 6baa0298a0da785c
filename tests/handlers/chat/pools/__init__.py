"""Tests of handlers.chat.pools."""
