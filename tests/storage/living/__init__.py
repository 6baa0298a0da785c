"""Tests of storage.living."""
