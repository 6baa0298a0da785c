"""Tests of bot.services.pools."""
