"""Tests of the modules under `bot/`."""
