"""Tests of bot.services.growth."""
