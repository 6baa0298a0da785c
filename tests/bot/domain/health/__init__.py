"""Tests of bot.domain.health."""
