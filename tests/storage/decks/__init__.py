"""Tests of storage.decks."""
