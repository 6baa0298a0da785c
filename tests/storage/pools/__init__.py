"""Tests of storage.pools."""
