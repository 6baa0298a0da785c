"""Tests of storage.books."""
