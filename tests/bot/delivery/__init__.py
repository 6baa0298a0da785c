"""Tests of ``bot/delivery``."""
