"""Tests of bot.domain.catalogue."""
