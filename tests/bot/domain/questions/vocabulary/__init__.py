"""Tests of the words that questions are read by."""
