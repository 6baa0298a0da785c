"""Tests of inline mode."""
