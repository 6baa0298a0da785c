"""Tests of handlers.chat.decks."""
