"""Tests of ``bot/commands/choosing``."""
