"""Posters in the chat."""
