"""Tests of ``storage/choosing``."""
