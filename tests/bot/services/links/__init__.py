"""Tests of bot.services.links."""
