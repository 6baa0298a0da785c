"""Tests of bot.domain.living."""
