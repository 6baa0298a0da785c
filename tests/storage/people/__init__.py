"""Tests of storage.people.people."""
