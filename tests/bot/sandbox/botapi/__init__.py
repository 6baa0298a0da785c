"""The stand-in Bot API."""
