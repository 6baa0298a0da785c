"""Schedules in the chat."""
