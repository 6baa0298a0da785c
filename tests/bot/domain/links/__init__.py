"""Tests of bot.domain.links."""
