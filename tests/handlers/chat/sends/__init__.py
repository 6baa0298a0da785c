"""Tests of one-tap sends."""
