"""Posters: a picture of one offer with a code to scan, laid out and not yet drawn."""
