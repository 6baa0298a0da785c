"""Tests of bot.services.decks."""
