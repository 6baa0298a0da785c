"""Tests of bot.domain.pools."""
