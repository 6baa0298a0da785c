"""Tests of bot.services.living."""
