"""Tests of bot.services.posts."""
