"""Tests of growing."""
