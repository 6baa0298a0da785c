"""Tests of storage.questions."""
