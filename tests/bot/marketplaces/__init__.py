"""Tests of the outward room to shops."""
