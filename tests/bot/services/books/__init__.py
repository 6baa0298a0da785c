"""Tests of bot.services.books."""
