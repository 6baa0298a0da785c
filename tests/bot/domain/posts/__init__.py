"""Tests of bot.domain.posts."""
