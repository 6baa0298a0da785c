"""Tests of storage.health."""
