"""Mirrors the floors: a test's file sits where its module sits, its name is a sentence."""
