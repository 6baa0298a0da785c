"""Postbacks, conversions and entries."""
