"""Tests of bot.services.catalogue."""
