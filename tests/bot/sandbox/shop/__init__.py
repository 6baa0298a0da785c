"""The stand-in shop."""
