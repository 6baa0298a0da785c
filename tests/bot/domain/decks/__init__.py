"""Tests of bot.domain.decks."""
