"""Tests of bot.domain.books."""
