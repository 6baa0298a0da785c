"""The web side on a real port."""
