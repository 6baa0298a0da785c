"""Tests of storage.links.links."""
