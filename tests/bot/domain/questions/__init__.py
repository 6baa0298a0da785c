"""Tests of bot.domain.questions."""
