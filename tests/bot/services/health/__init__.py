"""Tests of bot.services.health."""
